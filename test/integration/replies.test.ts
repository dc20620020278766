import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keyringOf } from '#parameters/keyring.js';
import { readFiles } from '#store/attachments.js';
import { SubmissionKey } from '#store/codec.js';
import { recordAttempts } from '#store/sql/record.js';
import type { EventType } from '#submission/events.js';
import type { TaskState } from '#submission/vocabulary.js';
import { openTestGateway } from '../kit/gateway.js';
import type { Client } from '../kit/issuer.js';
import { openCallbackEnd, portalSecret } from '../kit/portal.js';
import { eventually } from '../kit/processes.js';
import { seedTask } from '../kit/seeds.js';

const boeblingen = '081150003003';
const canary = 'Kanarienvogel';

let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let portal: Awaited<ReturnType<typeof openCallbackEnd>>;

beforeAll(async () => {
  gateway = await openTestGateway({
    RETRY_PAUSES: '0.1',
    RETRY_JITTER: '0',
    LIMIT_FILE: '300000',
    LIMIT_BODY: '600000',
  });
  portal = await openCallbackEnd();
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await portal.close();
});
beforeEach(() => register(portal.url));

const ask = (client: Client, method: string, path: string, body?: unknown) =>
  gateway.ask(client, method, path, {
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
const register = (url: string, secret = portalSecret) =>
  ask('service-bw', 'PUT', '/service-bw/v1/callback', { url, secret });

const given = (seed: Parameters<typeof seedTask>[1] = {}) =>
  seedTask(gateway.db, { adapter: 'rest', state: 'done', outcome: 'delivered', reason: null, ...seed });

const answerTo = (submissionId: string, body: unknown, client: Client = 'fachverfahren-stuttgart') =>
  ask(client, 'POST', `/fachverfahren/v1/submissions/${submissionId}/replies`, body);

const bescheid = (changes: object = {}) => ({
  id: 'B-1',
  status: 'bescheid',
  text: `Sehr geehrte Frau ${canary},\nIhr Bescheid liegt bei.`,
  at: '2026-11-22T10:00:00+01:00',
  documents: [document('Bescheid.pdf', randomBytes(270_000))],
  ...changes,
});
const document = (filename: string, bytes: Buffer, mimetype = 'application/pdf') => ({
  filename,
  mimetype,
  contentBase64: bytes.toString('base64'),
});
const view = async (submissionId: string, client: Client = 'service-bw') =>
  (await ask(client, 'GET', `/service-bw/v1/submissions/${submissionId}`)).body;
const events = async (submissionId: string): Promise<string[]> => {
  const { rows } = await gateway.db.query('select type from event where submission_id = $1 order by event_id', [
    submissionId,
  ]);
  return rows.map((row) => row['type']);
};
const told = (submissionId: string) =>
  eventually(
    'the portal is told',
    async () => portal.notificationsAbout(submissionId).length > 0 && portal.notificationsAbout(submissionId),
    10,
  );

describe('a reply of the Fachverfahren', () => {
  test('is stored, told to the portal with a valid signature, and fetched byte by byte', async () => {
    const { submissionId } = await given();
    const bytes = randomBytes(270_000);
    const sent = bescheid({
      documents: [document('Bescheid „Zwölf“.pdf', bytes), document('leer.txt', Buffer.alloc(0), 'text/plain')],
    });
    const answer = await answerTo(submissionId, sent);
    expect([answer.status, answer.body]).toEqual([
      201,
      { submissionId, replyId: expect.any(String), status: 'bescheid' },
    ]);

    const [call] = (await told(submissionId)) as ReturnType<typeof portal.notificationsAbout>;
    const seen = await view(submissionId);
    expect(call).toMatchObject({
      type: 'urn:stellwerk:callback:new-replies',
      submissions: [{ submissionId, caseId: seen.caseId }],
      signed: true,
    });
    expect(Math.abs(call!.age)).toBeLessThan(5_000);
    expect(call!.raw).not.toMatch(/Kanarien|bescheid|Bescheid/);

    const { replyId } = answer.body;
    expect(seen.replies).toEqual([
      { replyId, status: 'bescheid', at: '2026-11-22T09:00:00.000Z', receivedAt: expect.any(String), documents: 2 },
    ]);
    expect(seen.events.at(-1)).toMatchObject({
      type: 'reply',
      text: 'Antwort des Fachverfahrens: Bescheid liegt vor.',
    });
    const address = `/service-bw/v1/submissions/${submissionId}/replies/${replyId}`;
    const { body: reply } = await ask('service-bw', 'GET', address);
    expect(reply).toMatchObject({
      submissionId,
      replyId,
      status: 'bescheid',
      text: sent.text,
      documents: [
        {
          n: 1,
          filename: 'Bescheid „Zwölf“.pdf',
          mimetype: 'application/pdf',
          size: 270_000,
          self: `${address}/documents/1`,
        },
        { n: 2, filename: 'leer.txt', mimetype: 'text/plain', size: 0 },
      ],
    });
    for (const [n, expected] of [bytes, Buffer.alloc(0)].entries()) {
      const fetched = await fetch(`${gateway.url}${address}/documents/${n + 1}`, {
        headers: { authorization: await gateway.issuer.bearer('service-bw') },
      });
      expect([fetched.status, fetched.headers.get('content-type')]).toEqual([
        200,
        ['application/pdf', 'text/plain'][n],
      ]);
      expect(fetched.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[\w.%-]+$/);
      expect(Buffer.from(await fetched.arrayBuffer()).equals(expected)).toBe(true);
    }
    expect((await ask('service-bw', 'GET', `${address}/documents/3`)).status).toBe(404);
    expect((await ask('service-bw', 'GET', `${address}/documents/01`)).status).toBe(404);
  });

  test('twice is one, also at once; another content under its id is refused', async () => {
    const { submissionId } = await given();
    const reply = bescheid();
    const answers = await Promise.all([1, 2, 3].map(() => answerTo(submissionId, reply)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.replyId)).size).toBe(1);
    const other = await answerTo(submissionId, { ...reply, status: 'rueckfrage' });
    expect([other.status, other.body.code]).toEqual([409, 'reply-mismatch']);
    expect((await view(submissionId)).replies).toHaveLength(1);
    expect((await events(submissionId)).filter((type) => type === 'reply')).toHaveLength(1);
    await gateway.db.query(`delete from payload where submission_id = $1`, [submissionId]);
    expect((await answerTo(submissionId, reply)).status).toBe(200);
  });

  test('P4 is taken only from whom the submission was delivered to, and shown only to whom it came from', async () => {
    const foreign = await given({ ars: boeblingen });
    const otherAdapter = await given({ adapter: 'failing' });
    const untried = await given({ state: 'queued', attempts: [] });
    for (const { submissionId } of [
      foreign,
      otherAdapter,
      untried,
      { submissionId: randomUUID() },
      { submissionId: 'x' },
    ]) {
      const { status, body } = await answerTo(submissionId, 'kein JSON');
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
    const { submissionId } = await given();
    const { replyId } = (await answerTo(submissionId, bescheid())).body;
    await gateway.db.query(`update submission set client = 'anderes-portal' where submission_id = $1`, [submissionId]);
    const address = `/service-bw/v1/submissions/${submissionId}/replies/${replyId}`;
    for (const path of [address, `${address}/documents/1`])
      expect((await ask('service-bw', 'GET', path)).status).toBe(404);
    const elsewhere = `/service-bw/v1/submissions/${(await given()).submissionId}/replies/${replyId}`;
    expect((await ask('service-bw', 'GET', elsewhere)).status).toBe(404);
    expect((await ask('operator', 'GET', address)).status).toBe(403);
  });

  test('may come while we are in doubt, and then it is kept', async () => {
    const { submissionId } = await given({ state: 'waiting', next: 'find', outcome: 'unknown', doubtAttempt: 1 });
    expect((await answerTo(submissionId, bescheid())).status).toBe(201);
  });

  test('waits for a missing key of the operator, and is gone with the key of its submission', async () => {
    const { submissionId } = await given();
    const { replyId } = (await answerTo(submissionId, bescheid())).body;
    const address = `/service-bw/v1/submissions/${submissionId}/replies/${replyId}`;
    const asked = async (path: string) => {
      const { status, body } = await ask('service-bw', 'GET', path);
      return [status, body.code, body.detail];
    };
    const wrapped = SubmissionKey.create(submissionId).wrap(keyringOf(randomBytes(32)));
    await gateway.db.query('update submission_key set wrapped = $2 where submission_id = $1', [submissionId, wrapped]);
    const missing = [503, 'unavailable', expect.stringContaining('(STELLWERK_KEY)')];
    for (const path of [address, `${address}/documents/1`]) expect(await asked(path)).toEqual(missing);
    expect(await answerTo(submissionId, bescheid({ id: 'B-2' }))).toMatchObject({ status: 503 });
    await gateway.db.query('delete from submission_key where submission_id = $1', [submissionId]);
    expect(await asked(`${address}/documents/1`)).toEqual([404, 'not-found', expect.stringContaining('gelöscht')]);
    expect((await ask('service-bw', 'GET', address)).body).toMatchObject({ text: null });
    expect(await answerTo(submissionId, bescheid({ id: 'B-2' }))).toMatchObject({ status: 404 });
  });

  test('P3 leaves nothing personal in logs, events and notices; its documents are not delivered again', async () => {
    const { submissionId } = await given();
    await answerTo(submissionId, bescheid({ documents: [document(`${canary}.pdf`, Buffer.from(canary))] }));
    await told(submissionId);
    const { rows } = await gateway.db.query(
      `select string_agg(e::text, '') || (select string_agg(r::text, '')
        from reply r) || (select string_agg(c::text, '') from callback c) as all from event e`,
    );
    expect(rows[0]!['all']).not.toContain(canary);
    expect(rows[0]!['all']).not.toContain(portalSecret);
    expect(gateway.lines.join('')).not.toContain(canary);
    expect(gateway.lines.join('')).not.toContain(portalSecret);
    expect(await readFiles(gateway.db, [submissionId])).toEqual([[]]);
  });
});

describe('P6 a hostile reply', () => {
  const hostile: [string, unknown, number, string][] = [
    ['no JSON', '{', 400, 'malformed'],
    ['a list', [], 422, 'invalid-reply'],
    ['deep', `{"id":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 413, 'too-deep'],
    ['huge', { ...bescheid(), text: 'x'.repeat(700_000) }, 413, 'too-large'],
    ['a text too long', bescheid({ text: 'x'.repeat(20_001) }), 422, 'invalid-reply'],
    ['many values', bescheid({ documents: Array(200_000).fill(0) }), 413, 'too-many-fields'],
    [
      'many documents',
      bescheid({ documents: Array(21).fill(document('a.txt', Buffer.from('a'))) }),
      422,
      'invalid-reply',
    ],
    ['a document too large', bescheid({ documents: [document('a.txt', randomBytes(300_001))] }), 413, 'too-large'],
    [
      'no base64',
      bescheid({ documents: [{ ...document('a.txt', Buffer.alloc(3)), contentBase64: 'a$b=' }] }),
      400,
      'malformed',
    ],
    ['an unknown status', bescheid({ status: 'fertig' }), 422, 'invalid-reply'],
    ['no time', bescheid({ at: 'gestern' }), 422, 'invalid-reply'],
    ['tomorrow', bescheid({ at: new Date(Date.now() + 86_400_000).toISOString() }), 422, 'invalid-reply'],
    ['the year 0', bescheid({ at: '0000-01-01T00:00:00Z' }), 422, 'invalid-reply'],
    ['an id with a line break', bescheid({ id: 'a\nb' }), 422, 'invalid-reply'],
    ['NUL in the text', bescheid({ text: 'a\u0000b' }), 422, 'invalid-reply'],
    [
      'half a character',
      `{"id":"a","status":"bescheid","at":"2026-01-01T00:00:00Z","text":"\\ud800"}`,
      400,
      'malformed',
    ],
    ['a member that nobody knows', bescheid({ mehr: 1 }), 422, 'invalid-reply'],
    ['a dangerous name', `{"__proto__":{},"id":"a","status":"bescheid","at":"2026-01-01T00:00:00Z"}`, 400, 'malformed'],
    ...['../../etc/passwd', 'a\\b', 'a\r\nSet-Cookie: x', '..', '', 'x'.repeat(201)].map(
      (filename): [string, unknown, number, string] => [
        `the file name ${JSON.stringify(filename).slice(0, 30)}`,
        bescheid({ documents: [document(filename, Buffer.from('a'))] }),
        422,
        'invalid-reply',
      ],
    ),
    [
      'a media type with a header in it',
      bescheid({ documents: [document('a', Buffer.from('a'), 'a/b\r\nX: y')] }),
      422,
      'invalid-reply',
    ],
  ];
  test.each(hostile)('with %s is refused cleanly and stores nothing', async (_, body, status, code) => {
    const { submissionId } = await given();
    const answer = await answerTo(submissionId, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toContain(canary);
    expect((await view(submissionId)).replies).toEqual([]);
  });

  test('as XML or compressed is refused', async () => {
    const { submissionId } = await given();
    const headers = [
      { 'content-type': 'application/xml' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ];
    for (const each of headers) {
      const path = `/fachverfahren/v1/submissions/${submissionId}/replies`;
      const { status } = await gateway.ask('fachverfahren-stuttgart', 'POST', path, {
        body: '{}',
        headers: each as never,
      });
      expect(status).toBe(415);
    }
  });
});

describe('a portal', () => {
  test('that is down is told once it is up, in one call for many, and nothing else waits for it', async () => {
    portal.mode = 503;
    const calls = portal.calls;
    const submissions = await Promise.all([1, 2, 3].map(() => given()));
    for (const { submissionId } of submissions) expect((await answerTo(submissionId, bescheid())).status).toBe(201);
    await eventually('the portal was called again and again', async () => portal.calls > calls + 4, 10);
    const { body } = await ask('service-bw', 'GET', '/service-bw/v1/callback');
    expect(body).toMatchObject({ url: portal.url, reason: 'Das Portal antwortet mit 503.' });
    expect(body.failures).toBeGreaterThan(2);
    portal.mode = 204;
    for (const { submissionId } of submissions) await told(submissionId);
    expect(portal.notifications.at(-1)!.submissions.map((one) => one.submissionId)).toEqual(
      expect.arrayContaining(submissions.map((one) => one.submissionId)),
    );
    await eventually('the success is recorded', async () =>
      (await events(submissions[0]!.submissionId)).includes('portal-informed'),
    );
    expect((await view(submissions[0]!.submissionId)).events.at(-1).type).toBe('reply');
    expect((await ask('service-bw', 'GET', '/service-bw/v1/callback')).body).toMatchObject({
      failures: 0,
      reason: null,
    });
  });

  test('is told when a submission has come to an end, and not before', async () => {
    const { submissionId, taskId } = await given({ state: 'running', outcome: null });
    const record = async (state: TaskState, outcome: string, event: EventType) => {
      await gateway.db.query(`update task set state = 'running' where task_id = $1`, [taskId]);
      const now = gateway.db.now();
      const attempt = { taskId, attempt: 1, adapterVersion: '1.0.0', parameters: [], eventData: {} };
      const verdict = { state, outcome, event, next: 'deliver', dueAt: now, retries: 0 } as const;
      await recordAttempts(gateway.db, { records: [{ ...attempt, ...verdict }], now, lost: false });
    };
    const news = async () =>
      (
        await gateway.db.query(`select * from event where submission_id = $1 and type = 'portal-informed'`, [
          submissionId,
        ])
      ).rows;
    await record('waiting', 'later', 'later');
    await record('dead', 'rejected', 'rejected');
    await eventually('the portal heard of the rejection', async () => (await news()).length === 1, 10);
    await record('done', 'delivered', 'delivered');
    await eventually('the portal heard of the delivery', async () => (await news()).length === 2, 10);
    expect(portal.notificationsAbout(submissionId, 'urn:stellwerk:callback:new-state')).toHaveLength(2);
  });

  test('that answers 410 has ended it', async () => {
    portal.mode = 410;
    const { submissionId } = await given();
    await answerTo(submissionId, bescheid());
    await eventually(
      'the callback is gone',
      async () => (await ask('service-bw', 'GET', '/service-bw/v1/callback')).status === 404,
      10,
    );
    expect(await events(submissionId)).toContain('portal-not-informed');
    portal.mode = 204;
  });

  test('is not followed elsewhere', async () => {
    portal.mode = 307;
    expect((await ask('service-bw', 'POST', '/service-bw/v1/callback/test')).body).toEqual({
      result: 'failed',
      reason: 'Das Portal antwortet mit 307.',
    });
    portal.mode = 204;
    expect((await ask('service-bw', 'POST', '/service-bw/v1/callback/test')).body).toEqual({ result: 'informed' });
  });

  test.each([
    'http://portal.example.de/neues',
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:10.0.0.1]/',
    'ftp://127.0.0.1/',
    'https://user:geheim@portal.example.de/',
    'kein URL',
  ])('is not called at %s', async (url) => {
    const { status, body, text } = await register(url);
    expect([status, body.code]).toEqual([422, 'invalid-callback']);
    expect(text).not.toContain('geheim');
    expect((await ask('service-bw', 'GET', '/service-bw/v1/callback')).body.url).toBe(portal.url);
  });

  test('names a secret that is long enough, and never sees it again', async () => {
    expect((await register(portal.url, 'kurz')).status).toBe(422);
    for (const { text } of [await register(portal.url), await ask('service-bw', 'GET', '/service-bw/v1/callback')])
      expect(text).not.toContain(portalSecret);
    expect((await ask('service-bw', 'DELETE', '/service-bw/v1/callback')).status).toBe(204);
    expect((await ask('service-bw', 'DELETE', '/service-bw/v1/callback')).status).toBe(404);
  });
});
