import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadRegions } from '#regions/regions.js';
import { root } from '#settings/root.js';
import { fundsache, hundesteuer, openTestGateway, stuttgart } from '../kit/gateway.js';
import { eventually } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { routesOf } from '../kit/routes.js';
import { statement } from '../kit/statement.js';

const examples = (leistung: string) => join(root, 'schemas/processes', leistung, 'examples');
const example = (name: string, leistung = hundesteuer) => readFileSync(join(examples(leistung), name), 'utf8');
const oneDog = example('valid-ein-hund.json');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let proxy: Awaited<ReturnType<typeof openProxy>>;

beforeAll(async () => {
  gateway = await openTestGateway({}, async (url) => {
    proxy = await openProxy(url);
    return proxy.url;
  });
  await gateway.setParameter(stuttgart, fundsache, 'fachverfahren', 'rest');
}, 60_000);

afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

const anliegen = {
  anliegen_0_betreff: 'Fundsache',
  anliegen_0_text: 'Ein rotes Fahrrad.',
  antragsteller_0_familienname: 'Beispiel',
  antragsteller_0_vorname: 'Erika',
};

describe('a hand-over', () => {
  test('is answered with ids and where to look, and seen there', async () => {
    const answer = await gateway.post(oneDog);
    expect(answer.status).toBe(202);
    const { submissionId, number, caseId, state, self } = answer.body;
    expect(number).toMatch(/^SW-\w{4}-\w{4}$/);
    expect(state).toBe('accepted');
    expect(self).toBe(`/service-bw/v1/submissions/${submissionId}`);
    expect(answer.headers.get('location')).toBe(self);
    const seen = await gateway.ask('service-bw', 'GET', self);
    expect(seen.body).toMatchObject({
      submissionId,
      number,
      caseId,
      leistung: hundesteuer,
      ars: stuttgart,
      state: 'accepted',
      attention: false,
    });
    expect(seen.body.tasks).toMatchObject([
      { step: 'zustellung', adapter: 'rest', state: 'queued', next: 'deliver', attempts: 0, outcome: null },
    ]);
    expect(seen.body.events.map(({ type, text }: { type: string; text: string }) => [type, text])).toEqual([
      ['accepted', 'Antrag angenommen.'],
      [
        'task-skipped',
        'Schritt „Anschrift im Melderegister nachsehen“ entfällt: Die Einwilligung dazu liegt nicht vor.',
      ],
    ]);
    expect(seen.text).not.toMatch(/F990|client/);
  });

  test('goes on in the trace of its caller', async () => {
    const traceId = 'a'.repeat(32);
    const { body } = await gateway.post(oneDog, { headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` } });
    const { rows } = await gateway.db.query('select traceparent from submission where submission_id = $1', [
      body.submissionId,
    ]);
    expect(rows[0]!['traceparent']).toMatch(new RegExp(`^00-${traceId}-(?!b{16})`));
  });

  test('keeps its files in the store, each with its field, and the form as PDF', async () => {
    const { body } = await gateway.post(example('valid-mit-nachweis.json'));
    const { rows } = await gateway.db.query(
      'select field, filename, mimetype, size from attachment where submission_id = $1 order by field',
      [body.submissionId],
    );
    expect(rows[0]).toMatchObject({ field: 'G99001000005.F99000000031', mimetype: 'application/pdf' });
    const withPdf = await gateway.post({
      ...JSON.parse(oneDog),
      metadata: { formId: '6000357:hund:v1.0', postfachHandleId: 'p', pdfApplicantFormBase64: 'JVBERg==' },
    });
    const kept = await gateway.db.query(
      `select form_id, p.content, a.filename, a.size
        from submission s join payload p using (submission_id) join attachment a using (submission_id)
        where submission_id = $1 and p.kind = 'metadata'`,
      [withPdf.body.submissionId],
    );
    expect(kept.rows).toEqual([
      { form_id: '6000357:hund:v1.0', content: { postfachHandleId: 'p' }, filename: 'Antragsformular.pdf', size: 4 },
    ]);
  });

  test('may come as multipart, its files beside it', async () => {
    const form = new FormData();
    form.append('submission', JSON.stringify({ ...anliegen, anlagen_0_datei: ['foto.png'] }));
    form.append('datei', new Blob(['bild'], { type: 'image/png' }), 'foto.png');
    const answer = await gateway.ask(
      'service-bw',
      'POST',
      `/service-bw/v1/submissions?leistung=${fundsache}&ars=${stuttgart}`,
      { body: form },
    );
    expect(answer.status).toBe(202);
    const { rows } = await gateway.db.query(
      `select field, filename, bytes from attachment join attachment_chunk using (attachment_id)
        where submission_id = $1`,
      [answer.body.submissionId],
    );
    expect(rows).toEqual([{ field: 'G99009000003.F99009000003', filename: 'foto.png', bytes: Buffer.from('bild') }]);
  });

  test('only tried stores nothing and says what would happen', async () => {
    const before = await gateway.stored();
    const answer = await gateway.post(oneDog, {
      query: '&validateOnly=true',
      headers: { 'idempotency-key': randomUUID() },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      valid: true,
      steps: [{ name: 'zustellung', adapter: 'rest' }],
      skipped: [{ step: 'Anschrift im Melderegister nachsehen' }],
    });
    expect((await gateway.post(example('invalid-formate.json'), { query: '&validateOnly=true' })).status).toBe(422);
    expect((await gateway.post(oneDog, { query: '&validateOnly=ja' })).status).toBe(400);
    expect(await gateway.stored()).toEqual(before);
  });

  const folders = readdirSync(join(root, 'schemas/processes')).filter((name) => existsSync(examples(name)));
  const files = folders.flatMap((leistung) =>
    readdirSync(examples(leistung))
      .filter((name) => !name.endsWith('.expected.json'))
      .map((name) => [leistung, name] as const),
  );

  test.each(files)('as in %s/%s gets the answer that its folder promises', async (folder, name) => {
    const leistung = folder === 'universal' ? fundsache : folder;
    const answer = await gateway.post(example(name, folder), {
      leistung,
      headers: { 'content-type': name.endsWith('.xml') ? 'application/xml' : 'application/json' },
    });
    const promise = join(examples(folder), name.replace(/\.\w+$/, '.expected.json'));
    if (!existsSync(promise)) return expect(answer.status).toBe(202);
    const { errors, ...expected } = JSON.parse(readFileSync(promise, 'utf8'));
    expect(answer.body).toMatchObject(expected);
    if (errors) expect(answer.body.errors).toMatchObject(errors);
  });
});

describe('a Leistung without its own process', () => {
  const elsewhere = loadRegions().municipalities.find(({ key }) => key.startsWith('08115'))!;

  test('is taken where the region names a Fachverfahren, and by that', async () => {
    const answer = await gateway.post(anliegen, { leistung: fundsache });
    expect(answer.status).toBe(202);
    const { rows } = await gateway.db.query(
      `select schema_id, leistung, adapter from submission join task using (submission_id, leistung)
        where submission_id = $1`,
      [answer.body.submissionId],
    );
    expect(rows).toEqual([{ schema_id: 'S99009000001', leistung: fundsache, adapter: 'rest' }]);
    await gateway.setParameter(stuttgart, fundsache, 'fachverfahren', 'echo');
    expect(
      (await gateway.post(anliegen, { leistung: fundsache, query: '&validateOnly=true' })).body.steps,
    ).toMatchObject([{ adapter: 'echo' }]);
  });

  test('gets a 404 elsewhere that names what is missing', async () => {
    const answer = await gateway.post(anliegen, { leistung: fundsache, ars: elsewhere.key });
    expect(answer.body).toMatchObject({ status: 404, code: 'no-process' });
    expect(answer.body.detail).toContain(elsewhere.name);
    expect(answer.body.detail).toContain('„fachverfahren“');
  });
});

describe('refusals come in one order', () => {
  const path = (leistung: string, ars: string) => `/service-bw/v1/submissions?leistung=${leistung}&ars=${ars}`;
  const nowhere = path(hundesteuer, '999999999999');
  const unread = { headers: { 'content-type': 'garbage', 'content-encoding': 'gzip' }, body: '{' };

  test.each([
    ['401 before everything', undefined, nowhere, unread, 401, 'unauthenticated'],
    ['403 before 404', 'operator', nowhere, unread, 403, 'forbidden'],
    ['404 for the region before the content', 'service-bw', nowhere, unread, 404, 'unknown-region'],
    [
      '404 for the Leistung before the content',
      'service-bw',
      path('99999999999999', stuttgart),
      unread,
      404,
      'no-process',
    ],
    ['415 before the content', 'service-bw', path(hundesteuer, stuttgart), unread, 415, 'unsupported-media-type'],
    [
      '415 for any Content-Encoding',
      'service-bw',
      path(hundesteuer, stuttgart),
      { headers: { 'content-type': 'application/json', 'content-encoding': 'identity' }, body: oneDog },
      415,
      'unsupported-media-type',
    ],
    [
      '400 for an unreadable key',
      'service-bw',
      path(hundesteuer, stuttgart),
      { headers: { 'content-type': 'application/json', 'idempotency-key': 'ein Leerzeichen' }, body: oneDog },
      400,
      'malformed',
    ],
    ['400 without a Leistung', 'service-bw', `/service-bw/v1/submissions?ars=${stuttgart}`, unread, 400, 'malformed'],
    [
      '400 for a doubled ars',
      'service-bw',
      `${path(hundesteuer, stuttgart)}&ars=${stuttgart}`,
      unread,
      400,
      'malformed',
    ],
  ] as const)('%s', async (_, client, address, options, status, code) => {
    const answer = await gateway.ask(client, 'POST', address, options);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.detail).toMatch(/\.$/);
  });

  test('405 names the methods that there are; 404 what is nowhere', async () => {
    const wrong = await gateway.ask('service-bw', 'PATCH', '/service-bw/v1/submissions');
    expect([wrong.status, wrong.body.code, wrong.headers.get('allow')]).toEqual([405, 'method-not-allowed', 'POST']);
    expect((await gateway.ask('service-bw', 'DELETE', `/service-bw/v1/submissions/${randomUUID()}`)).status).toBe(405);
    expect((await gateway.ask('service-bw', 'POST', '/service-bw/v2')).body.code).toBe('not-found');
  });
});

describe('the state of a submission', () => {
  test('is for the client that sent it, and for those whose role reaches there', async () => {
    const { body } = await gateway.post(oneDog);
    const other = await gateway.issuer.sign({ client_id: 'amt24', scope: 'submissions', stellwerk_role: 'portal' });
    const asOther = await gateway.ask(undefined, 'GET', body.self, { headers: { authorization: `Bearer ${other}` } });
    expect([asOther.status, asOther.body.code]).toEqual([404, 'not-found']);
    const statuses = await Promise.all(
      (['service-bw', 'stadt-stuttgart', 'landkreis-boeblingen', 'operator', 'auditor'] as const).map(
        async (client) => (await gateway.ask(client, 'GET', body.self)).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 404, 200, 200]);
    for (const id of [randomUUID(), 'x', '%00'])
      expect((await gateway.ask('service-bw', 'GET', `/service-bw/v1/submissions/${id}`)).status).toBe(404);
  });
});

describe('P2 an Idempotency-Key', () => {
  test('P2 gives the same answer for the same content, and says so; another content is refused', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const before = await gateway.stored();
    const first = await gateway.post(oneDog, { headers });
    const second = await gateway.post(oneDog, { headers });
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([202, null]);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
    expect(second.body).toEqual(first.body);
    const third = await gateway.post(example('valid-zwei-hunde-einwilligung.json'), { headers });
    expect([third.status, third.body.code]).toEqual([422, 'idempotency-mismatch']);
    const { submissions, keys } = await gateway.stored();
    expect([submissions, keys]).toEqual([before.submissions + 1, before.keys + 1]);
  });

  test('P2 belongs to its client', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const mine = await gateway.post(oneDog, { headers });
    const token = await gateway.issuer.sign({ client_id: 'amt24', scope: 'submissions', stellwerk_role: 'portal' });
    const theirs = await gateway.ask(
      undefined,
      'POST',
      `/service-bw/v1/submissions?leistung=${hundesteuer}&ars=${stuttgart}`,
      {
        headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: oneDog,
      },
    );
    expect(theirs.status).toBe(202);
    expect(theirs.body.submissionId).not.toBe(mine.body.submissionId);
  });

  test('P2 whose twin is being accepted gets 409 at once, and later the answer', async () => {
    const key = randomUUID();
    const twin = { held: () => {}, release: () => {} };
    const isHeld = new Promise<void>((resolve) => (twin.held = resolve));
    const released = new Promise<void>((resolve) => (twin.release = resolve));
    const holding = gateway.db.transaction(async (sql) => {
      await sql.query(
        `select pg_advisory_xact_lock(hashtextextended($1 || E'\\x1f'
        || $2, 0))`,
        ['service-bw', key],
      ); // what the accepting statement holds
      twin.held();
      await released;
    });
    await isHeld;
    const answer = await gateway.post(oneDog, { headers: { 'idempotency-key': key } });
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([409, 'twin-in-flight', '1']);
    twin.release();
    await holding;
    expect((await gateway.post(oneDog, { headers: { 'idempotency-key': key } })).status).toBe(202);
  });

  test('P2 sent ten times at once stores one submission', async () => {
    const before = await gateway.stored();
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.post(oneDog, { headers })));
    expect((await gateway.stored()).submissions).toBe(before.submissions + 1);
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
    expect(new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.submissionId)).size).toBe(1);
    for (const { status } of answers) expect([202, 409]).toContain(status);
  });

  describe('P2 repeated after the region took its Fachverfahren away', () => {
    const leistung = '99089017152001';
    const ars = '082120000000';
    const multipart = (text: string) => {
      const form = new FormData(); // another boundary each time
      form.append('submission', new Blob([JSON.stringify(anliegen)], { type: 'application/json' }));
      form.append('anlage', new Blob([text], { type: 'text/plain' }), 'notiz.txt');
      return form;
    };
    const post = (body: string | FormData, key?: string) =>
      gateway.ask('service-bw', 'POST', `/service-bw/v1/submissions?leistung=${leistung}&ars=${ars}`, {
        headers: {
          ...(key && { 'idempotency-key': key }),
          ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        },
        body,
      });

    test('P2 gets the first answer; whatever is new is refused', async () => {
      await gateway.setParameter(ars, leistung, 'fachverfahren', 'echo');
      const json = JSON.stringify(anliegen);
      const [key, other] = [randomUUID(), randomUUID()];
      const first = [await post(json, key), await post(multipart('eins'), other)];
      expect(first.map(({ status }) => status)).toEqual([202, 202]);
      await gateway.db.query(
        `with r as (update parameter_revision set revision = revision + 1)
         insert into parameter (region, leistung, name, valid_from, author, reason, created_at)
           values ($1, $2, 'fachverfahren', $3, 'test', 'Test', $3)`,
        [ars, leistung, gateway.db.now()],
      );
      const before = await gateway.stored();
      const again = [await post(json, key), await post(multipart('eins'), other)];
      expect(again.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([
        [202, 'true'],
        [202, 'true'],
      ]);
      expect(again.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
      const refused = [post(json), post(json, randomUUID()), post(`${json} `, key), post(multipart('zwei'), other)];
      for (const { status, body } of await Promise.all(refused))
        expect([status, body.code]).toEqual([404, 'no-process']);
      expect(await gateway.stored()).toEqual(before);
    });
  });

  test('P2 repeated with what was valid then and is not any more gets the first answer', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await gateway.post(oneDog, { headers });
    const invalid = example('invalid-pflichtangaben.json');
    const hash = sha256(`${hundesteuer} ${stuttgart} ${sha256(invalid)}`);
    await gateway.db.query('update idempotency set content_hash = $2 where key = $1', [
      headers['idempotency-key'],
      hash,
    ]);
    const again = await gateway.post(invalid, { headers });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect((await gateway.post(invalid, { headers, query: '&validateOnly=true' })).status).toBe(422);
  });
});

/** The backends behind the proxy end, so that the gateway sees its connections break. */
const cut = () =>
  void gateway.db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'gateway' and datname = current_database()`,
  );

describe('P1 when the store’s answer is lost', () => {
  test.each([
    ['before the statement arrived', 'before', null],
    ['after its commit', 'after', 'true'],
  ] as const)(
    'P1 %s, the answer is 503, never 202, and the same key afterwards gets the accepted answer',
    async (_, when, replayed) => {
      await gateway.post(oneDog);
      const before = await gateway.stored();
      const headers = { 'idempotency-key': randomUUID() };
      proxy.lay({ marker: statement('accept_submissions'), direction: 'there', when, spring: cut });
      const lost = await gateway.post(oneDog, { headers });
      expect([lost.status, lost.body.code, lost.headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
      expect((await gateway.stored()).submissions).toBe(before.submissions + (when === 'after' ? 1 : 0));
      const again = await eventually('the store is back', async () => {
        const answer = await gateway.post(oneDog, { headers });
        return answer.status === 503 ? undefined : answer;
      });
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, replayed]);
      expect((await gateway.stored()).submissions).toBe(before.submissions + 1);
    },
  );
});

describe('P6 while the store is away', () => {
  test('P6 looking for the process is answered 503, and nothing is stored', async () => {
    const before = await gateway.stored();
    proxy.lay({ marker: statement('parameter_revision'), direction: 'there', when: 'before', spring: cut });
    const answer = await gateway.post(oneDog);
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
    expect(await gateway.stored()).toEqual(before);
  });
});

describe('a large file in JSON', () => {
  const form = (plan: Buffer) => ({
    ...anliegen,
    anlagen_0_datei: { filename: 'Lageplan (Süd).pdf', fileAsBase64: plan.toString('base64') },
  });

  test('is taken up to 20 MiB, byte by byte, also as a repeat; beyond, the limit is named', async () => {
    const plan = randomBytes(20 * 1024 * 1024);
    const asked = { leistung: fundsache, headers: { 'idempotency-key': randomUUID() } };
    const { status, body } = await gateway.post(form(plan), asked);
    expect(status).toBe(202);
    const stored = `select filename, sha256 as noted,
        encode(sha256(string_agg(bytes, '' order by attachment_chunk.n)), 'hex') as sha256
      from attachment join attachment_chunk using (attachment_id) where submission_id = $1 group by attachment_id`;
    const hash = createHash('sha256').update(plan).digest('hex');
    const { rows } = await gateway.db.query(stored, [body.submissionId]);
    expect(rows).toEqual([{ filename: 'Lageplan (Süd).pdf', sha256: hash, noted: hash }]);
    expect((await gateway.post(form(plan), asked)).body).toEqual(body);
    plan[0]! ^= 1;
    expect((await gateway.post(form(plan), asked)).body.code).toBe('idempotency-mismatch');
    const more = await gateway.post(form(randomBytes(20 * 1024 * 1024 + 1)), { leistung: fundsache });
    expect([more.status, more.body.detail]).toEqual([413, 'Eine Datei ist größer als 20 MiB.']);
  });
});

describe('the process of a Leistung', () => {
  test('is described with fields, types, limits and an example that is taken', async () => {
    const { body } = await gateway.ask('service-bw', 'GET', `/service-bw/v1/processes/${hundesteuer}`);
    expect(body).toMatchObject({
      leistung: hundesteuer,
      universal: false,
      limits: { body: 29360128, file: 20971520, files: 20, fields: 5000, depth: 64 },
    });
    expect(body.fields.find(({ formField }: { formField: string }) => formField === 'halter_0_plz')).toMatchObject({
      fimField: 'F99000000006',
      required: true,
    });
    expect((await gateway.post(body.example)).status).toBe(202);
  });

  test('is the universal one without an own, and depends on the region when asked for one', async () => {
    const path = `/service-bw/v1/processes/${fundsache}`;
    expect((await gateway.ask('service-bw', 'GET', path)).body).toMatchObject({ leistung: fundsache, universal: true });
    expect((await gateway.ask('service-bw', 'GET', `${path}?ars=${stuttgart}`)).status).toBe(200);
    expect((await gateway.ask('service-bw', 'GET', `${path}?ars=081150003003`)).body.code).toBe('no-process');
    expect((await gateway.ask('service-bw', 'GET', '/service-bw/v1/processes/123')).status).toBe(400);
  });
});

describe('seen from outside', () => {
  test('/openapi.json describes every route', async () => {
    const { paths } = (await gateway.ask(undefined, 'GET', '/openapi.json')).body;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.sort()).toEqual(routesOf(gateway.app).sort());
    expect(Object.keys(paths['/service-bw/v1/submissions'].post.responses)).toEqual([
      '200',
      '202',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '503',
      'default',
    ]);
  });

  test('it is ready without its broker, and counts what it takes and refuses', async () => {
    const ready = await gateway.ask(undefined, 'GET', '/health/ready');
    expect([ready.status, ready.body.status]).toEqual([200, 'degraded']);
    await gateway.post('{');
    const { text } = await gateway.ask(undefined, 'GET', '/metrics');
    expect(text).toMatch(/stellwerk_submissions_accepted_total\{app="gateway"\} [1-9]/);
    expect(text).toMatch(/stellwerk_submissions_rejected_total\{code="malformed",app="gateway"\} [1-9]/);
  });
});

describe('a client that asks too often', () => {
  test('gets 429 and is told when to come again', async () => {
    const slow = await openTestGateway({ LIMIT_RATE: '1' });
    try {
      expect((await slow.post(oneDog)).status).toBe(202);
      const answer = await slow.post(oneDog);
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        429,
        'too-many-requests',
        '1',
      ]);
      expect((await slow.ask('operator', 'GET', '/service-bw/v1/submissions/x')).status).toBe(404);
      expect((await slow.ask(undefined, 'GET', '/health/live')).status).toBe(200);
    } finally {
      await slow.close();
    }
  });
});

describe('when it ends', () => {
  test('a request that is under way is still answered, and accepted for good', async () => {
    const ending = await openTestGateway();
    try {
      const sending = request(`${ending.url}/service-bw/v1/submissions?leistung=${hundesteuer}&ars=${stuttgart}`, {
        method: 'POST',
        headers: {
          authorization: await ending.issuer.bearer('service-bw'),
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(oneDog),
          expect: '100-continue',
        },
      });
      sending.flushHeaders();
      await once(sending, 'continue'); // the gateway has seen it
      const closed = ending.stop();
      sending.end(oneDog);
      const [answer] = await once(sending, 'response');
      expect(answer.statusCode).toBe(202);
      answer.resume();
      await closed;
      expect((await ending.stored()).submissions).toBe(1);
    } finally {
      await ending.close();
    }
  });
});
