import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { openChanges } from '#parameters/changes.js';
import { type Definitions, defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import type { Entries } from '#parameters/entries.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import type { AskedTask } from '#pipeline/question.js';
import { resolve } from '#pipeline/resolve.js';
import { openProcesses } from '#processes/load.js';
import { type Database, openDatabase, type Row } from '#store/database.js';
import type { Call } from '#submission/vocabulary.js';
import { openTestConsole } from '../kit/console.js';
import { developmentAuthor, loadDevelopmentValues } from '../kit/development.js';
import type { Client } from '../kit/issuer.js';
import { seedTask } from '../kit/seeds.js';

type TestConsole = Awaited<ReturnType<typeof openTestConsole>>;

const hundesteuer = '99102013104000';
const stuttgart = '081110000000';
const effectivePath = (ars: string, at?: string) =>
  `/api/v1/parameters/effective?ars=${ars}&leistung=${hundesteuer}${at ? `&at=${at}` : ''}`;

let c: TestConsole;
let db: Database;
let adapters: Awaited<ReturnType<typeof loadAdapters>>;
let definitions: Definitions;
const processes = openProcesses();
const key = randomBytes(32);

beforeAll(async () => {
  c = await openTestConsole();
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 3 });
  adapters = await loadAdapters();
  definitions = defineParameters([...adapters.values()], processes);
});
afterAll(async () => {
  await db.close();
  await c.close();
});

describe('parameters by the console', () => {
  const path = '/api/v1/parameters/08111/*/rest.baseUrl';

  test('a value that the Land sets is inherited, and a nearer one hides it', async () => {
    await c.put('land-bw', '/api/v1/parameters/08/*/rest.messagePart', { value: 'land', reason: 'für alle' });
    const inherited = await c.ask('auditor', 'GET', effectivePath(stuttgart));
    expect(inherited.body.parameters['rest.messagePart']).toMatchObject({
      value: 'land',
      region: '08',
      level: 'land',
      author: 'land-bw',
      validTo: null,
      hides: [],
    });
    await c.put('stadt-stuttgart', `/api/v1/parameters/${stuttgart}/*/rest.messagePart`, {
      value: 'stadt',
      reason: 'eigener Pfad',
    });
    await c.put('stadt-stuttgart', `/api/v1/parameters/${stuttgart}/${hundesteuer}/rest.messagePart`, {
      value: 'hunde',
      reason: 'nur hier',
    });
    const { body } = await c.ask('stadt-stuttgart', 'GET', effectivePath(stuttgart));
    expect(body.parameters['rest.messagePart']).toMatchObject({
      value: 'hunde',
      level: 'gemeinde',
      leistung: hundesteuer,
      hides: [
        { value: 'stadt', region: stuttgart, leistung: '*' },
        { value: 'land', region: '08' },
      ],
    });
    const elsewhere = await c.ask('auditor', 'GET', effectivePath('081150003003'));
    expect(elsewhere.body.parameters['rest.messagePart'].value).toBe('land');
  });

  test('a PUT closes what it overlaps, and undo is the PUT of an earlier value', async () => {
    const first = await c.put('stadt-stuttgart', path, { value: 'https://alt.example.de', reason: 'Anfang' });
    expect([first.status, first.body.versions]).toEqual([
      200,
      [expect.objectContaining({ value: 'https://alt.example.de', author: 'stadt-stuttgart', reason: 'Anfang' })],
    ]);
    await c.put('stadt-stuttgart', path, { value: 'https://neu.example.de', reason: 'Umzug' });
    const { body } = await c.put('stadt-stuttgart', path, { value: 'https://alt.example.de', reason: 'zurück' });
    expect(body.versions.map(({ value }: Row) => value)).toEqual([
      'https://alt.example.de',
      'https://neu.example.de',
      'https://alt.example.de',
    ]);
    const [back, moved, start] = body.versions;
    expect([start.validTo, moved.validTo, back.validTo]).toEqual([moved.validFrom, back.validFrom, undefined]);
  });

  test('without If-Match nothing is written, with an old one neither, and of two people one succeeds', async () => {
    const body = { value: 'https://x.example.de', reason: 'Test' };
    const { headers } = await c.ask('stadt-stuttgart', 'GET', path);
    const etag = headers.get('etag')!;
    expect(await c.ask('stadt-stuttgart', 'PUT', path, { body })).toMatchObject({
      status: 428,
      body: { code: 'precondition-required' },
    });
    expect(await c.ask('stadt-stuttgart', 'PUT', path, { body, headers: { 'if-match': '"0"' } })).toMatchObject({
      status: 412,
      body: { code: 'precondition-failed' },
    });
    const both = await Promise.all(
      [1, 2].map(() => c.ask('stadt-stuttgart', 'PUT', path, { body, headers: { 'if-match': etag } })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test('a value for a future day counts from that day, and one with an end gives way to what was there', async () => {
    const place = `/api/v1/parameters/${stuttgart}/${hundesteuer}/steuersatz.zwinger`;
    const year = new Date().getUTCFullYear();
    await c.put('stadt-stuttgart', place, { value: 10, validFrom: `${year - 1}-01-01`, reason: 'Satzung' });
    await c.put('stadt-stuttgart', place, {
      value: 20,
      validFrom: `${year + 2}-01-01`,
      validTo: `${year + 3}-01-01`,
      reason: 'nur ein Jahr',
    });
    const at = async (day: string) =>
      (await c.ask('auditor', 'GET', effectivePath(stuttgart, day))).body.parameters['steuersatz.zwinger'];
    expect((await at(`${year + 1}-12-31`)).value).toBe(10);
    expect((await at(`${year + 2}-01-01`)).value).toBe(20);
    expect((await at(`${year + 3}-01-01`)).value).toBe(10);
    expect((await at(`${year - 1}-06-01`)).validTo).toBe((await at(`${year + 2}-06-01`)).validFrom);
    expect(await at(`${year - 2}-12-31`)).toBeUndefined();
  });

  test('DELETE means inherit again from now, which is not the same as an empty value', async () => {
    const place = `/api/v1/parameters/${stuttgart}/*/rest.filePart`;
    await c.put('land-bw', '/api/v1/parameters/08/*/rest.filePart', { value: 'land', reason: 'Test' });
    await c.put('stadt-stuttgart', place, { value: 'stadt', reason: 'Test' });
    const { headers } = await c.ask('stadt-stuttgart', 'GET', place);
    const gone = await c.ask('stadt-stuttgart', 'DELETE', `${place}?reason=erbt`, {
      headers: { 'if-match': headers.get('etag')! },
    });
    expect([gone.status, gone.body.versions[0]]).toEqual([
      200,
      expect.objectContaining({ inherit: true, reason: 'erbt' }),
    ]);
    expect(
      (await c.ask('stadt-stuttgart', 'GET', effectivePath(stuttgart))).body.parameters['rest.filePart'],
    ).toMatchObject({ value: 'land', region: '08' });
    const again = await c.ask('stadt-stuttgart', 'DELETE', place, { headers: { 'if-match': '*' } });
    expect([again.status, again.body.code]).toEqual([404, 'not-found']);
  });

  test('what does not fit the definition is 422 and names what, without repeating the value', async () => {
    const refuse = async (place: string, body: unknown) => {
      const { status, body: problem } = await c.put('stadt-stuttgart', `/api/v1/parameters/${place}`, body);
      return [status, problem.code];
    };
    const reason = 'Test';
    expect(await refuse('08111/*/rest.baseUrl', { value: 'ftp://x', reason })).toEqual([422, 'invalid-parameter']);
    expect(await refuse('08111/*/rest.timeoutSeconds', { value: '5', reason })).toEqual([422, 'invalid-parameter']);
    expect(await refuse(`08111/${hundesteuer}/steuersatz.ersterHund`, { value: -1, reason })).toEqual([
      422,
      'invalid-parameter',
    ]);
    expect(await refuse('08111/*/fachverfahren', { value: 'melderegister', reason })).toEqual([
      422,
      'invalid-parameter',
    ]);
    expect(await refuse('08111/*/rest.user', { value: 'a\0b', reason })).toEqual([422, 'invalid-parameter']);
    expect(await refuse('08111/*/rest.user', { value: 'a\ud800', reason })).toEqual([422, 'invalid-parameter']);
    expect(
      await refuse('08111/*/rest.user', { value: 'a', validFrom: '2030-01-01', validTo: '2029-01-01', reason }),
    ).toEqual([422, 'invalid-parameter']);
    expect(await refuse('08111/*/nirgends', { value: 'a', reason })).toEqual([404, 'unknown-parameter']);
    expect(await refuse('08111/99050012104000/steuersatz.ersterHund', { value: 1, reason })).toEqual([
      404,
      'unknown-parameter',
    ]);
    expect(await refuse('081110000001/*/rest.user', { value: 'a', reason })).toEqual([404, 'unknown-region']);
    expect(await refuse('08111/x/rest.user', { value: 'a', reason })).toEqual([400, 'malformed']);
    expect(await refuse('08111/*/rest.user', { value: 'a' })).toEqual([400, 'malformed']);
    expect(await refuse('08111/*/rest.user', { value: 'a', reason: ' ' })).toEqual([400, 'malformed']);
    expect(await refuse('08111/*/rest.user', { value: 'a', validFrom: 'morgen', reason })).toEqual([400, 'malformed']);
    expect(await refuse('08111/*/rest.user', { value: 'a', unbekannt: 1, reason })).toEqual([400, 'malformed']);
  });

  test('P6 broken requests get a clear 4xx', async () => {
    const send = async (body: string, headers: Record<string, string> = {}) => {
      const answer = await c.ask('stadt-stuttgart', 'PUT', path, { body, headers });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      return [answer.status, answer.body.code];
    };
    expect(await send('{')).toEqual([400, 'malformed']);
    expect(await send('[]')).toEqual([400, 'malformed']);
    expect(await send('{"__proto__":{"x":1},"value":1,"reason":"x"}')).toEqual([400, 'malformed']);
    expect(await send(`{"value":${'['.repeat(20_000)}${']'.repeat(20_000)},"reason":"x"}`)).toEqual([413, 'too-deep']);
    expect(await send(`{"value":"${'x'.repeat(1_100_000)}","reason":"x"}`)).toEqual([413, 'too-large']);
    expect(await send('value=1', { 'content-type': 'text/plain' })).toEqual([415, 'unsupported-media-type']);
    expect(await send('{}', { 'content-encoding': 'gzip' })).toEqual([415, 'unsupported-media-type']);
    for (const odd of [
      '/api/v1/parameters/%00/*/x',
      '/api/v1/parameters/08111/*/%00',
      '/api/v1/parameters/%ff',
      '/api/v1/parameters/effective?ars=1&ars=2&leistung=x',
    ]) {
      const answer = await c.ask('operator', 'GET', odd);
      expect([odd, Math.floor(answer.status / 100), answer.headers.get('content-type')]).toEqual([
        odd,
        4,
        'application/problem+json',
      ]);
    }
  });

  test('P3 a secret is never given back: not by the API, a problem, the log or a dump of the database', async () => {
    const secret = `KANARIE-${randomBytes(8).toString('hex')}`;
    const place = `/api/v1/parameters/${stuttgart}/*/rest.token`;
    const answers = [
      await c.put('stadt-stuttgart', place, { value: secret, reason: 'Zugang' }),
      await c.put('stadt-stuttgart', place, { value: { [secret]: secret }, reason: 'falsch' }),
      await c.put('stadt-stuttgart', place, {
        value: secret,
        reason: 'zu früh',
        validFrom: '2030-01-01',
        validTo: '2029-01-01',
      }),
      await c.ask('stadt-stuttgart', 'GET', place),
      await c.ask('stadt-stuttgart', 'GET', effectivePath(stuttgart)),
      await c.ask('operator', 'POST', `/api/v1/adapters/rest/check?ars=${stuttgart}&leistung=${hundesteuer}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 422, 200, 200, 200]);
    expect(answers[4]!.body.parameters['rest.token']).toMatchObject({ set: true, level: 'gemeinde' });
    for (const { text } of answers) expect(text).not.toContain(secret);
    expect(c.lines.join('')).not.toContain(secret);
    const { rows } = await db.query('select p::text as line from parameter p');
    expect(rows.length).toBeGreaterThan(5);
    for (const { line } of rows) {
      expect(line).not.toContain(secret);
      expect(line).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  test('rows are never changed, not even by the database owner', async () => {
    await expect(db.query(`update parameter set reason = 'x'`)).rejects.toThrow(/never changed/);
    await expect(db.query('delete from parameter')).rejects.toThrow(/never changed/);
    await expect(db.query('truncate parameter')).rejects.toThrow(/never changed/);
  });

  test('what is missing is said per Leistung, before a citizen finds out', async () => {
    const { body } = await c.ask('landkreis-boeblingen', 'GET', '/api/v1/parameters/missing?region=08115');
    expect(new Set(body.incomplete.map(({ ars }: Row) => ars)).size).toBe(26);
    const leonberg = body.incomplete.find(
      ({ ars, leistung }: Row) => ars === '081150028028' && leistung === hundesteuer,
    );
    expect(leonberg).toMatchObject({
      municipality: 'Leonberg, Stadt',
      missing: expect.arrayContaining(['steuersatz.ersterHund', 'rest.baseUrl']),
    });
    expect(leonberg.missing).not.toContain('steuersatz.zwinger');
    expect(leonberg.missing.join()).not.toContain('melderegister');
    expect((await c.ask('operator', 'GET', '/api/v1/parameters/missing?region=08')).status).toBe(400);
    expect((await c.ask('operator', 'GET', '/api/v1/parameters/missing?region=08999')).status).toBe(404);
  });

  test('a connection check runs with what counts here and says which parameter to look at', async () => {
    const echo = await c.ask(
      'operator',
      'POST',
      `/api/v1/adapters/echo/check?ars=${stuttgart}&leistung=${hundesteuer}`,
    );
    expect(echo.body).toMatchObject({ adapter: 'echo', ok: true });
    const bare = await c.ask(
      'operator',
      'POST',
      `/api/v1/adapters/rest/check?ars=081150028028&leistung=${hundesteuer}`,
    );
    expect(bare.body).toMatchObject({ ok: false, steps: [{ ok: false, parameter: 'rest.baseUrl' }] });
    expect(
      await c.ask('operator', 'POST', `/api/v1/adapters/nirgends/check?ars=${stuttgart}&leistung=${hundesteuer}`),
    ).toMatchObject({ status: 404, body: { code: 'unknown-adapter' } });
  });

  test('P4 a town that sets an address inherits no secret for it, and sees why', async () => {
    const ars = '081150003003';
    const place = (region: string, name: string) => `/api/v1/parameters/${region}/*/rest.${name}`;
    const reason = 'Test';
    await c.put('land-bw', place('08', 'baseUrl'), { value: 'https://land.example.de', reason });
    await c.put('land-bw', place('08', 'authentication'), { value: 'bearer', reason });
    await c.put('land-bw', place('08', 'token'), { value: 'Geheimnis des Landes', reason });
    const inherited = await c.ask('auditor', 'GET', effectivePath(ars));
    expect(inherited.body.parameters['rest.token']).toMatchObject({ set: true, region: '08' });
    expect(inherited.body.notInherited).toEqual({});
    const written = await c.put('stadt-boeblingen', place(ars, 'baseUrl'), {
      value: 'https://stadt.example.de',
      reason,
    });
    expect(written.body.boundSet).toMatchObject({
      set: [],
      notSet: expect.arrayContaining(['rest.authentication', 'rest.token', 'rest.clientKey', 'rest.path']),
    });
    const { body } = await c.ask('auditor', 'GET', effectivePath(ars));
    expect([body.parameters['rest.token'], body.parameters['rest.authentication']]).toEqual([undefined, undefined]);
    expect(body.defaults['rest.authentication']).toBe('none');
    expect(body.notInherited).toMatchObject({
      'rest.token': { set: true, region: '08' },
      'rest.authentication': { value: 'bearer', region: '08' },
    });
    const more = await c.put('stadt-boeblingen', place(ars, 'authentication'), { value: 'none', reason });
    expect(more.body.boundSet.set).toEqual(['rest.baseUrl']);
  });

  test('P4 the connection to a register is set by the Land only', async () => {
    const put = (client: Client, region: string) =>
      c.put(client, `/api/v1/parameters/${region}/*/nachweis.baseUrl`, {
        value: 'https://register.example.de',
        reason: 'Test',
      });
    for (const region of ['08111', stuttgart])
      expect(await put('stadt-stuttgart', region)).toMatchObject({ status: 422, body: { code: 'invalid-parameter' } });
    expect((await put('land-bw', '08')).status).toBe(200);
    const { body } = await c.ask('operator', 'GET', '/api/v1/parameters/definitions');
    expect(body.definitions.find(({ name }: Row) => name === 'nachweis.token').boundSet).toMatchObject({
      level: 'land',
    });
  });

  test('the OpenAPI document names every route with its question', async () => {
    const { body } = await c.ask(undefined, 'GET', '/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/parameters/effective',
        '/api/v1/parameters/{region}/{leistung}/{name}',
        '/api/v1/adapters/{name}/check',
      ]),
    );
    const { parameters } = body.paths['/api/v1/parameters/effective'].get;
    expect(parameters.map(({ name }: Row) => name)).toEqual(['ars', 'leistung', 'at']);
    expect(JSON.stringify(body.paths['/api/v1/parameters/{region}/{leistung}/{name}'].put)).toContain('validFrom');
  });
});

describe('effective sets for the worker', () => {
  test('answers come from memory while the revision stands, and are new after a write', async () => {
    let statements = 0;
    const counting: Database = {
      ...db,
      run(...given) {
        statements++;
        return db.run(...given);
      },
    };
    const parameters = openParameters({ db: counting, key, definitions });
    const changes = openChanges({ db, key, definitions });
    const place = { region: '084175001', leistung: '*', name: 'rest.apiKeyHeader' };
    const question = { ars: '084175001079', leistung: hundesteuer, at: db.now() };
    const first = await parameters.effective(question);
    expect(statements).toBe(1);
    expect(await parameters.effective({ ...question, revision: first.revision })).toBe(first);
    expect(statements).toBe(1);
    await changes.set(place, { value: 'neu', author: 'a', reason: 'r', ifMatch: '*' });
    const after = await parameters.effective({ ...question, at: db.now() });
    expect([after.entries['rest.apiKeyHeader']?.value, Number(after.revision) > Number(first.revision)]).toEqual([
      'neu',
      true,
    ]);
    expect(
      (await parameters.effective({ ...question, at: question.at, revision: after.revision })).entries[
        'rest.apiKeyHeader'
      ],
    ).toBeUndefined();
  });

  test('a value that starts or ends between two questions is noticed without a write', async () => {
    const parameters = openParameters({ db, key, definitions });
    const changes = openChanges({ db, key, definitions });
    const place = { region: '083110000000', leistung: '*', name: 'rest.apiKeyHeader' };
    const [from, to] = [new Date('2027-01-01T00:00:00Z'), new Date('2027-02-01T00:00:00Z')];
    await changes.set(place, { value: 'januar', validFrom: from, validTo: to, author: 'a', reason: 'r', ifMatch: '*' });
    const { revision } = await parameters.effective({ ars: place.region, leistung: hundesteuer });
    const at = async (time: number) =>
      (await parameters.effective({ ars: place.region, leistung: hundesteuer, at: new Date(time), revision })).entries[
        'rest.apiKeyHeader'
      ]?.value;
    expect([await at(+from - 1), await at(+from), await at(+to - 1), await at(+to), await at(+from)]).toEqual([
      undefined,
      'januar',
      'januar',
      undefined,
      'januar',
    ]);
  });

  test('P5 a set can be had again as it ran, but its secrets are the current ones', async () => {
    const parameters = openParameters({ db, key, definitions });
    const changes = openChanges({ db, key, definitions });
    const by = { author: 'a', reason: 'r', ifMatch: '*' };
    const question = { ars: '082110000000', leistung: hundesteuer };
    const set = (name: string, value: string) =>
      changes.set({ region: question.ars, leistung: '*', name }, { ...by, value });
    await set('rest.baseUrl', 'https://alt.example.de');
    await set('rest.token', 'altes Geheimnis');
    const ran = await parameters.effective(question);
    await set('rest.baseUrl', 'https://neu.example.de');
    await set('rest.token', 'neues Geheimnis');
    const again = await parameters.setByIds(
      Object.values(ran.entries).map(({ versionId }) => versionId),
      question,
    );
    const values = parameters.values(again);
    expect([values['rest.baseUrl'], values['rest.token'], values['rest.messagePart']]).toEqual([
      'https://alt.example.de',
      'neues Geheimnis',
      'land',
    ]);
    expect(JSON.stringify([ran, again])).not.toContain('Geheimnis');
  });

  describe('a set that ran, after its place has moved', () => {
    const ars = '084260134134';
    const question = { ars, leistung: hundesteuer };
    const by = { author: 'a', reason: 'r', ifMatch: '*' };
    const name = (key: string) => `rest.${key}`;
    const place = (region: string, key: string) => ({ region, leistung: '*', name: name(key) });
    const setAll = async (region: string, values: Record<string, string>) => {
      const changes = openChanges({ db, key, definitions });
      for (const [one, value] of Object.entries(values)) await changes.set(place(region, one), { ...by, value });
    };
    const idsOf = (entries: Entries) => Object.values(entries).map(({ versionId }) => versionId);
    const open = () => openParameters({ db, key, definitions });
    /** What a task that ran with these versions is resolved to. */
    const resolved = async (versionIds: string[], next: Call) => {
      const parameters = Object.fromEntries(versionIds.map((versionId, i) => [`x${i}`, versionId]));
      const attempts = [{ parameters, outcome: 'rejected' }];
      const { taskId, submissionId } = await seedTask(db, { ars, adapter: 'rest', attempts });
      const { rows } = await db.query('select max(attempt) as last from attempt where task_id = $1', [taskId]);
      const task = {
        taskId,
        submissionId,
        ars,
        leistung: hundesteuer,
        adapter: 'rest',
        kind: 'fachverfahren',
        next,
        data: {},
        laneClosed: null,
        doubtAttempt: next === 'find' ? rows[0]!['last'] : null,
        externalReference: 'A1',
        parametersAsRan: versionIds,
      } as unknown as AskedTask;
      return resolve({ db, parameters: open(), processes, adapters }, task);
    };

    test('P4 its secrets are those of today, from the place that its address came from', async () => {
      await setAll('08426', { baseUrl: 'https://kreis.example.de', authentication: 'bearer', token: 'alt' });
      const ran = idsOf((await open().effective(question)).entries);
      await setAll('08426', { token: 'erneuert' });
      await setAll(ars, { baseUrl: 'https://stadt.example.de', authentication: 'bearer', token: 'der Stadt' });
      for (const next of ['find', 'status'] as const)
        expect(await resolved(ran, next)).toMatchObject({
          question: { call: next },
          values: { 'rest.baseUrl': 'https://kreis.example.de', 'rest.token': 'erneuert' },
        });
    });

    test('P4 where the town inherits again, its old address is sent nobody’s secret', async () => {
      const ran = idsOf((await open().effective(question)).entries);
      const changes = openChanges({ db, key, definitions });
      for (const one of ['baseUrl', 'authentication', 'token']) await changes.inherit(place(ars, one), by);
      expect(open().values(await open().effective(question))).toMatchObject({ 'rest.token': 'erneuert' });
      expect(await resolved(ran, 'find')).toMatchObject({ kind: 'unknowable' });
      for (const next of ['status', 'deliver'] as const)
        expect(await resolved(ran, next)).toMatchObject({
          kind: 'withdrawn',
          reason: { public: expect.stringContaining('rest.token') },
        });
    });

    test('P4 a set of an earlier release that was mixed from two places is not had again', async () => {
      await setAll(ars, { baseUrl: 'https://lauscher.example.de' });
      const [address] = (await openChanges({ db, key, definitions }).history(place(ars, 'baseUrl'))).versions;
      const [secret] = (await openChanges({ db, key, definitions }).history(place('08426', 'token'))).versions;
      const mixed = [address!.versionId, secret!.versionId];
      expect(await resolved(mixed, 'find')).toMatchObject({ kind: 'unknowable' });
      expect(await resolved(mixed, 'deliver')).toMatchObject({ kind: 'withdrawn' });
      expect(open().values(await open().setByIds(mixed, question))).not.toMatchObject({
        'rest.baseUrl': expect.anything(),
      });
    });
  });

  test('with another key secrets stay closed, and the sentence names parameter and setting', async () => {
    const parameters = openParameters({ db, key: randomBytes(32), definitions });
    const set = await parameters.effective({ ars: '082110000000', leistung: hundesteuer });
    expect(() => parameters.values(set)).toThrow(SecretUnreadable);
    const names = Object.entries(set.entries).filter(([, entry]) => entry.secret);
    for (const [name] of names) {
      const [adapter] = name.split('.');
      expect(() => parameters.values(set, adapter)).toThrow(new RegExp(`${adapter}\\..*STELLWERK_KEY`));
    }
    expect(names.length).toBeGreaterThan(0);
    expect(parameters.values(set, 'echo')).not.toHaveProperty(names[0]![0]);
  });
});

describe('sample values', () => {
  const pem = (kind: string) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----`;

  test('they fit their definitions, complete the ten cities, and leave alone what a person set', async () => {
    const doors = {
      tlsUrl: 'https://127.0.0.1:8086',
      xtaUrl: 'https://127.0.0.1:8087/xta',
      tokenUrl: 'http://127.0.0.1:8082/oidc/token',
      smtp: '127.0.0.1:8084',
      sftpHost: '127.0.0.1',
      sftpPort: 8085,
      sftpFingerprint: `SHA256:${'A'.repeat(43)}`,
      ca: pem('CERTIFICATE'),
      clientCertificate: pem('CERTIFICATE'),
      clientKey: pem('PRIVATE KEY'),
      sftpKey: pem('PRIVATE KEY'),
    };
    const options = { db, key, definitions, values: { simulator: 'http://127.0.0.1:8082', ...doors } };
    const touched = await c.ask('auditor', 'GET', `/api/v1/parameters/${stuttgart}/*/rest.baseUrl`);
    expect(touched.body.versions).toEqual([]);
    await c.put('land-bw', '/api/v1/parameters/08/*/rest.authentication', { value: 'none', reason: 'von Hand' });
    const count = await loadDevelopmentValues(options);
    expect(count).toBeGreaterThan(40);
    expect(await loadDevelopmentValues(options)).toBe(0);
    const { rows } = await db.query('select count(*) from parameter where author = $1', [developmentAuthor]);
    expect(rows[0]!['count']).toBe(count);

    const parameters = openParameters({ db, key, definitions });
    const cities = [
      '081110000000',
      '081210000000',
      '082110000000',
      '082120000000',
      '082210000000',
      '082220000000',
      '082310000000',
      '083110000000',
      '084175001079',
      '084210000000',
    ];
    for (const ars of cities)
      expect([ars, (await parameters.effective({ ars, leistung: hundesteuer })).missing]).toEqual([ars, []]);
    const { entries } = await parameters.effective({ ars: '081210000000', leistung: hundesteuer });
    expect([entries['steuersatz.ersterHund']!.value, entries['steuersatz.gefaehrlicherHund']!.value]).toEqual([
      110, 300,
    ]);
    const leonberg = await parameters.effective({ ars: '081150028028', leistung: hundesteuer });
    expect(leonberg.entries['rest.authentication']!.value).toBe('none');

    expect(
      await loadDevelopmentValues({ ...options, values: { ...options.values, simulator: 'http://127.0.0.1:9082' } }),
    ).toBeGreaterThan(10);
    const moved = await parameters.effective({ ars: '081150028028', leistung: hundesteuer });
    expect(moved.entries['melderegister.baseUrl']!.value).toBe('http://127.0.0.1:9082/melderegister');
  });
});
