import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { secretsKey } from '#launch/key.js';
import { portable } from '#problems/openapi.js';
import { root } from '#settings/root.js';
import { type Database, openDatabase } from '#store/database.js';
import { TelemetryParts } from '#telemetry/controller.js';
import { type Answer, readAnswer } from '../kit/answer.js';
import { openTestConsole } from '../kit/console.js';
import { openTestGateway, fundsache as universal } from '../kit/gateway.js';
import type { Client } from '../kit/issuer.js';
import { contractOf, type Document } from '../kit/openapi.js';
import { residentsSchema } from '../kit/schemas.js';
import { seedTask } from '../kit/seeds.js';
import { fundsache } from '../kit/world.js';

const environment = { LIMIT_FAILED_LOGINS: '1', STELLWERK_KEY: randomBytes(32).toString('base64') };
const awayIssuer = { ...environment, OIDC_ISSUER: 'http://127.0.0.1:1/oidc' };
const nobody = randomUUID();
const reason = 'Prüfung des Vertrags';
const hundesteuer = '99102013104000';

type Opened = Pick<Awaited<ReturnType<typeof openTestConsole>>, 'app' | 'url' | 'issuer'>;
type Contract = ReturnType<typeof contractOf>;
interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
}

let c: Awaited<ReturnType<typeof openTestConsole>>;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let away: [Awaited<ReturnType<typeof openTestConsole>>, Awaited<ReturnType<typeof openTestGateway>>];
let db: Database;
beforeAll(async () => {
  c = await openTestConsole(environment);
  const same = () => c.settings.DATABASE_URL!;
  gateway = await openTestGateway(environment, same);
  away = [await openTestConsole(awayIssuer), await openTestGateway(awayIssuer)];
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 2, keys: secretsKey(c.settings) });
}, 120_000);
afterAll(async () => {
  await db.close();
  await Promise.all([...away, gateway].map((app) => app.close()));
  await c.close();
});

const documentOf = async ({ url }: Opened): Promise<Document> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as Document;

/** Asks, and notes the answer. `asked`: method and address. */
function asking({ url, issuer }: Opened, contract: Contract) {
  return async (client: Client | undefined, asked: string, { body, headers }: Asked = {}): Promise<Answer> => {
    const [method, address] = asked.split(' ') as [string, string];
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await readAnswer(
      await fetch(url + address, {
        method,
        headers: {
          ...(client && { authorization: await issuer.bearer(client) }),
          ...(sent !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(sent !== undefined && { body: sent }),
      }),
    );
    contract.note(asked, answer);
    return answer;
  };
}

/** The answer to a body that says it is too long. */
async function tooLong({ url, issuer }: Opened, client: Client, asked: string): Promise<Answer> {
  const [method, address] = asked.split(' ') as [string, string];
  const headers = { 'content-type': 'application/json', 'content-length': 1e9 };
  const sending = request(url + address, {
    method,
    headers: { ...headers, authorization: await issuer.bearer(client) },
  });
  sending.on('error', () => {});
  sending.flushHeaders();
  return new Promise((resolve) => {
    sending.on('response', async (answer) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      sending.destroy();
      const type = answer.headers['content-type']!;
      resolve({
        status: answer.statusCode!,
        headers: new Headers({ 'content-type': type }),
        body: JSON.parse(text),
        text,
      });
    });
  });
}

/** What every operation answers to whoever may not, or sends what cannot be read. `address` makes a concrete one. */
async function refuseEverything(
  [opened, closed]: [Opened, Opened],
  contract: Contract,
  { address, client, stranger }: { address(name: string): string; client(name: string): Client; stranger: Client },
): Promise<void> {
  const ask = asking(opened, contract);
  const bearer = { headers: { authorization: 'Bearer wrong' } };
  for (const { name, hasBody } of contract.operations) {
    if (/ \/(health|metrics)/.test(name)) {
      await ask(undefined, name);
      continue;
    }
    const asked = address(name);
    await ask(undefined, asked);
    await ask(stranger, asked);
    await ask(undefined, asked, bearer);
    await ask(undefined, asked, bearer);
    await asking(closed, contract)(undefined, asked, bearer);
    if (!hasBody) continue;
    await ask(client(name), asked, { body: '{' });
    await ask(client(name), asked, { body: 'x', headers: { 'content-type': 'text/plain' } });
    contract.note(asked, await tooLong(opened, client(name), asked));
  }
  const { checks } = closed.app.get(TelemetryParts);
  checks['database'] = () => ({ ok: false, detail: '' });
  await asking(closed, contract)(undefined, 'GET /health/ready');
}

describe('what the documents promise is what is answered, all of it and nothing else', () => {
  test('console', async () => {
    const contract = contractOf(await documentOf(c));
    const ask = asking(c, contract);
    const operator = (asked: string, body?: unknown, headers = {}) => ask('operator', asked, { body, headers });
    const values: Record<string, string> = {
      region: '08111',
      leistung: '*',
      name: 'rest.baseUrl',
      taskId: nobody,
      strayId: nobody,
      replayId: nobody,
      lane: 'rest:089999999999',
      submissionId: nobody,
      mandateId: nobody,
      schemaId: 'S1',
      version: '1',
    };
    const clients: Record<string, Client> = {
      'PUT /api/v1/parameters/{region}/{leistung}/{name}': 'stadt-stuttgart',
      'POST /api/v1/access-log/person': 'auditor',
      'POST /api/v1/submissions/find': 'stadt-stuttgart',
      'POST /api/v1/mandates': 'stadt-stuttgart',
    };
    await refuseEverything([c, away[0]], contract, {
      address: (name) => name.replace(/ (\S+)/, (path) => path.replace(/\{(\w+)\}/g, (_, key: string) => values[key]!)),
      client: (name) => clients[name] ?? 'operator',
      stranger: 'fachverfahren-stuttgart',
    });

    const parameter = 'api/v1/parameters/08111/*/rest.baseUrl';
    const value = { value: 'https://a.example.de', reason };
    await operator('GET /api/v1/parameters/definitions');
    const { headers } = await operator(`GET /${parameter}`);
    await ask('stadt-stuttgart', `PUT /${parameter}`, { body: value });
    await ask('stadt-stuttgart', `PUT /${parameter}`, { body: value, headers: { 'if-match': '"99"' } });
    const match = { 'if-match': headers.get('etag')! };
    const set = await ask('stadt-stuttgart', `PUT /${parameter}`, { body: value, headers: match });
    const next = { 'if-match': set.headers.get('etag')! };
    const wrongValue = { body: { value: 7, reason }, headers: next };
    await ask('stadt-stuttgart', `PUT /${parameter}`, wrongValue);
    await operator('GET /api/v1/parameters/08111/x/rest.baseUrl');
    for (const method of ['GET', 'PUT', 'DELETE'])
      await ask('stadt-stuttgart', `${method} /api/v1/parameters/08111/*/nirgends`, {
        ...(method === 'PUT' && { body: value }),
        headers: next,
      });
    await ask('stadt-stuttgart', `DELETE /${parameter}`);
    await ask('stadt-stuttgart', `DELETE /${parameter}`, { headers: { 'if-match': '"99"' } });
    await ask('stadt-stuttgart', 'DELETE /api/v1/parameters/08111/x/rest.baseUrl', { headers: next });
    await operator(`GET /api/v1/parameters/effective?ars=081110000000&leistung=${hundesteuer}`);
    const inherits = await ask('stadt-stuttgart', `DELETE /${parameter}`, { headers: next });
    await ask('stadt-stuttgart', `DELETE /${parameter}`, { headers: { 'if-match': inherits.headers.get('etag')! } });
    for (const asked of ['effective', `effective?ars=089&leistung=${hundesteuer}`, 'missing', 'missing?region=08999'])
      await operator(`GET /api/v1/parameters/${asked}`);
    await operator('GET /api/v1/parameters/missing?region=08115');

    const mandates = '/api/v1/mandates';
    const given = { region: '08111', client: 'landkreis-boeblingen', scope: 'parameters', until: '2099-01-01', reason };
    await operator(`GET ${mandates}`);
    await ask('stadt-stuttgart', `POST ${mandates}`, { body: { ...given, region: '08999' } });
    const { mandateId } = (await ask('stadt-stuttgart', `POST ${mandates}`, { body: given })).body;
    for (const id of [mandateId, mandateId, nobody, 'x'])
      await ask('stadt-stuttgart', `DELETE ${mandates}/${id}?reason=${encodeURIComponent(reason)}`);

    const where = `ars=081110000000&leistung=${hundesteuer}`;
    for (const asked of [`echo/check?${where}`, `nirgends/check?${where}`, 'echo/check'])
      await operator(`POST /api/v1/adapters/${asked}`);

    for (const list of ['dead-letters', 'replays', 'lanes', 'access-log'])
      await operator(`GET /api/v1/${list}?limit=0`);
    await ask('auditor', 'GET /api/v1/access-log?limit=0');
    await ask('buerger-erika', 'GET /api/v1/access-log');
    await ask('auditor', 'POST /api/v1/access-log/person', { body: { postfachHandleId: 'p-1' } });
    const someone = { postfachHandleId: 'p-1', reason };
    for (const client of ['stadt-stuttgart', 'land-bw'] as const)
      await ask(client, 'POST /api/v1/submissions/find', { body: someone });

    const strayId = randomUUID();
    await db.query(`insert into stray (stray_id, at, queue, reason, body) values ($1, $2, 'q', 'rejected', 'xyz')`, [
      strayId,
      db.now(),
    ]);
    const dead = () => seedTask(db);
    const doubtful = () => seedTask(db, { outcome: 'unknown', doubtAttempt: 1, adapter: 'failing' });
    const [first, second, third] = [await dead(), await dead(), await doubtful()];
    const letters = '/api/v1/dead-letters';
    await operator(`GET ${letters}`);
    await operator(`GET ${letters}?groupBy=cause`);
    for (const taskId of [first.taskId, nobody, 'x']) await operator(`GET ${letters}/${taskId}`);
    const acts: [string, string, object][] = [
      ['replay', first.taskId, { parameters: 'current' }],
      ['discard', second.taskId, { reason }],
      ['resolve', third.taskId, { arrived: true, reason }],
    ];
    for (const [act, taskId, body] of acts)
      for (const id of [taskId, taskId, nobody]) await operator(`POST ${letters}/${id}/${act}`, body);
    for (const id of [strayId, nobody]) await operator(`POST ${letters}/strays/${id}/dismiss`, {});

    const jobs = '/api/v1/replays';
    await operator(`POST ${jobs}`, { filter: { adapter: 'nobody' }, parameters: 'current' });
    const job = async () => {
      await dead();
      const order = { filter: {}, parameters: 'current', ratePerSecond: 1 };
      return (await operator(`POST ${jobs}`, order)).body.replayId as string;
    };
    await dead();
    await operator(`POST ${jobs}`, { filter: {}, parameters: 'current', dryRun: true });
    const replayId = await job();
    for (const id of [replayId, nobody, 'x'])
      for (const part of ['', '/items']) await operator(`GET ${jobs}/${id}${part}`);
    await operator(`GET ${jobs}`);
    const running = await db.query(
      `update replay set state = 'running', finished_at = null, next_at = $1 where replay_id = $2`,
      [new Date(db.now().getTime() + 3_600_000), replayId],
    );
    expect(running.rowCount).toBe(1);
    for (const act of ['pause', 'pause', 'resume', 'resume']) await operator(`POST ${jobs}/${replayId}/${act}`, {});
    await db.query(`update replay set state = 'paused', finished_at = null where replay_id = $1`, [replayId]);
    for (let n = 0; n < 2; n++) await operator(`POST ${jobs}/${replayId}/cancel`, {});
    for (const act of ['pause', 'resume', 'cancel']) await operator(`POST ${jobs}/${nobody}/${act}`, {});

    const lanes = '/api/v1/lanes';
    await operator(`GET ${lanes}`);
    for (const lane of [first.lane, 'rest:089999999999', 'x']) await operator(`GET ${lanes}/${lane}`);
    await operator(`POST ${lanes}/${first.lane}/probe`, {});
    await db.query(`update lane set state = 'closed', why = 'down', closed_at = $2, probe_at = $2 where lane = $1`, [
      first.lane,
      db.now(),
    ]);
    for (const lane of [first.lane, 'rest:089999999999']) await operator(`POST ${lanes}/${lane}/probe`, {});

    await seedTask(db, { state: 'waiting', next: 'status', outcome: null, reason: null });
    await operator('GET /api/v1/pending');
    await operator('GET /api/v1/pending?limit=0');
    for (const lane of [first.lane, 'x']) await operator(`GET /api/v1/pending/${lane}`);

    for (const id of [first.submissionId, nobody, 'x']) await operator(`GET /api/v1/submissions/${id}`);
    const adapter = await c.put('land-bw', `/api/v1/parameters/08/${universal}/fachverfahren`, {
      value: 'echo',
      reason,
    });
    expect(adapter.status).toBe(200);
    const posted = await gateway.post(fundsache, { leistung: universal });
    const { rows } = await db.query('select task_id from task where submission_id = $1', [posted.body.submissionId]);
    for (const id of [rows[0]!['task_id'], nobody, second.taskId])
      await operator(`POST /api/v1/tasks/${id}/render`, { reason });

    const schemas = '/api/v1/schemas';
    const upload = { schema: residentsSchema('1.2.0') };
    await operator(`POST ${schemas}`, { schema: '<leer/>' });
    await operator(`POST ${schemas}`, { ...upload, region: '08999' });
    await operator(`POST ${schemas}?dryRun=true`, upload);
    for (let n = 0; n < 2; n++) await operator(`POST ${schemas}`, upload);
    await operator(`GET ${schemas}`);
    for (const key of ['S99003000001/1.2.0', 'S1/1', '-/1'])
      for (const part of ['', '/xml', '/json-schema', '/catalogue']) await operator(`GET ${schemas}/${key}${part}`);
    for (const key of ['S99003000001/1.2.0', 'S1/1', '-/1'])
      await operator(`DELETE ${schemas}/${key}?reason=${encodeURIComponent(reason)}`);

    expect({ wrong: contract.wrong, unseen: [...contract.unseen] }).toEqual({ wrong: [], unseen: [] });
  }, 120_000);

  test('gateway', async () => {
    const contract = contractOf(await documentOf(gateway));
    const ask = asking(gateway, contract);
    const submissions = '/service-bw/v1/submissions';
    const { submissionId } = await seedTask(db, { adapter: 'rest', state: 'done', outcome: 'delivered', reason: null });
    const values: Record<string, string> = { submissionId, replyId: nobody, n: '1', leistung: hundesteuer };
    const query = `?leistung=${universal}&ars=081110000000`;
    await c.put('land-bw', `/api/v1/parameters/08/${universal}/fachverfahren`, { value: 'echo', reason });
    await refuseEverything([gateway, away[1]], contract, {
      address: (name) =>
        name.replace(/\{(\w+)\}/g, (_, key: string) => values[key]!) + (name === `POST ${submissions}` ? query : ''),
      client: (name) => (name.includes('/fachverfahren/') ? 'fachverfahren-stuttgart' : 'service-bw'),
      stranger: 'buerger-erika',
    });

    const portal = (asked: string, body?: unknown, headers = {}) => ask('service-bw', asked, { body, headers });
    const post = (body: unknown, key?: string, more = '') =>
      portal(`POST ${submissions}${query}${more}`, body, key ? { 'idempotency-key': key } : {});
    const [key, twin] = [randomUUID(), randomUUID()];
    await post(fundsache, undefined, '&validateOnly=true');
    const accepted = (await post(fundsache, key)).body.submissionId;
    await post({ ...fundsache, anliegen_0_betreff: 'Anderes' }, key);
    await portal(`POST ${submissions}?leistung=${universal}&ars=089999999999`, fundsache);
    await db.transaction(async (sql) => {
      const lock = `select pg_advisory_xact_lock(hashtextextended($1 || E'\\x1f' || $2, 0))`;
      await sql.query(lock, ['service-bw', twin]); // what the accepting statement holds
      await post(fundsache, twin);
    });
    for (const id of [accepted, nobody]) await portal(`GET ${submissions}/${id}`);

    const replies = `POST /fachverfahren/v1/submissions/${submissionId}/replies`;
    const document = { filename: 'B.txt', mimetype: 'text/plain', contentBase64: 'QUJD' };
    const reply = { id: 'B-1', status: 'bescheid', at: '2026-11-22T10:00:00Z', documents: [document] };
    const answer = (body: unknown, asked = replies) => ask('fachverfahren-stuttgart', asked, { body });
    const { replyId } = (await answer(reply)).body;
    for (const body of [reply, { ...reply, status: 'frage' }, { ...reply, text: 'Anders' }, {}]) await answer(body);
    await answer(reply, replies.replace(submissionId, nobody));
    for (const id of [replyId, nobody])
      for (const part of ['', '/documents/1']) await portal(`GET ${submissions}/${submissionId}/replies/${id}${part}`);

    const callback = '/service-bw/v1/callback';
    const calls = async () => {
      for (const asked of [`GET ${callback}`, `POST ${callback}/test`, `DELETE ${callback}`]) await portal(asked);
    };
    await calls();
    await portal(`PUT ${callback}`, { url: 'http://portal.example.de', secret: 'x' });
    await portal(`PUT ${callback}`, { url: `${gateway.url.replace('http', 'https')}/`, secret: 'x'.repeat(32) });
    await calls();

    const processes = '/service-bw/v1/processes';
    for (const leistung of [hundesteuer, 'x', `${hundesteuer}?ars=089999999999`])
      await portal(`GET ${processes}/${leistung}`);

    expect({ wrong: contract.wrong, unseen: [...contract.unseen] }).toEqual({ wrong: [], unseen: [] });
  }, 120_000);
});

const python = 'import openapi_spec_validator, jsonschema, sys';
const hasPython = spawnSync('python3', ['-c', python]).status === 0;
const withPython = hasPython ? test : test.skip;

/** Reads a document, judges it by the rules of OpenAPI 3.0, and compiles every pattern with Python's engine. */
const judge = `
import json, re, sys
from openapi_spec_validator import OpenAPIV30SpecValidator
document = json.load(open(sys.argv[1]))
found = [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()]
def look(value):
    if isinstance(value, dict):
        if isinstance(value.get('pattern'), str): re.compile(value['pattern'])
        for member in value.values(): look(member)
    if isinstance(value, list):
        for member in value: look(member)
look(document)
print(json.dumps(found))
`;

describe('the documents are for tools of any language', () => {
  if (!hasPython) process.stderr.write('skipped: python3 with openapi_spec_validator judges the OpenAPI documents\n');
  withPython.each(['gateway', 'console'])('a validator in Python has nothing against that of the %s', (name) => {
    const file = join(root, `docs/openapi/${name}.json`);
    const { stdout, stderr } = spawnSync('python3', ['-c', judge, file], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '[]\n', stderr: '' });
  });

  test('a class that means more elsewhere is written out, also within brackets', () => {
    expect(portable('^\\d{2}[\\w.-]\\\\d[^\\d]$')).toBe('^[0-9]{2}[A-Za-z0-9_.-]\\\\d[^0-9]$');
  });

  test('no pattern needs a dialect: no class of Unicode, no look-around, no back reference', async () => {
    for (const opened of [c, gateway]) {
      const patterns = JSON.stringify(await documentOf(opened)).match(/"pattern":"(?:[^"\\]|\\.)*"/g) ?? [];
      for (const pattern of patterns) expect(pattern).not.toMatch(/\\\\[pPuUdwsbkDWSB1-9]|\(\?(?!:)/);
    }
  });
});
