import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openAccessLog } from '#access-log/access-log.js';
import type { Adapter, Outcome } from '#adapters/contract.js';
import { openChanges } from '#parameters/changes.js';
import { defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import { pipeline } from '#pipeline/pipeline.js';
import { openProcesses } from '#processes/load.js';
import { readSettings } from '#settings/settings.js';
import { insertSubmissions, written } from '#store/accept.js';
import { type Database, openDatabase } from '#store/database.js';
import type { Json, Ticket } from '#submission/vocabulary.js';
import { type Caller, type OpenOperator, openOperator } from '../kit/operator.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';
import { adapterOf } from '../kit/way.js';

const stuttgart = '081110000000';
const leistung = '99115005104001';
const canary = 'Kanari-Vogel-4711';

let lent: TestResource;
let db: Database;
let console: OpenOperator;
let operator: Caller;
let auditor: Caller;
let deliverWith: (adapter: Adapter, taskId: string) => Promise<void>;
let set: (region: string, name: string, value: Json) => Promise<void>;

/** A Fachverfahren that answers as told, in a version as told. */
function target(version: string, answer: Outcome, defaultFormat = 'kurz'): Adapter {
  return adapterOf({
    manifest: {
      version,
      boundSet: { parameters: ['token'] },
      parameters: z.object({
        url: z.string().describe('Adresse'),
        token: z.string().meta({ secret: true }).describe('Zugang'),
        format: z.string().default(defaultFormat).describe('Format'),
      }),
    },
    async deliver(context, delivery) {
      await context.checkpoint('send', delivery.message);
      return answer;
    },
  });
}

beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url);
  console = await openOperator(db);
  operator = await console.as('operator', 'operator');
  auditor = await console.as('auditor', 'auditor');
  const processes = openProcesses();
  const key = randomBytes(32);

  set = async (region, name, value) => {
    const changes = openChanges({ db, key, definitions: defineParameters([target('1.0.0', delivered)], processes) });
    const where = { region, leistung: '*', name };
    await changes.set(where, {
      value,
      author: `amt-${region}`,
      reason: 'Satzung',
      ifMatch: (await changes.history(where)).etag,
    });
  };

  deliverWith = async (adapter, taskId) => {
    const definitions = defineParameters([adapter], processes);
    const ticket = await db.query<Ticket>(
      `select task_id as "taskId", submission_id as "submissionId", leistung, ars, adapter
       from task where task_id = $1`,
      [taskId],
    );
    await pipeline({
      name: 'worker-1',
      db,
      adapters: new Map([[adapter.manifest.id, adapter]]),
      parameters: openParameters({ db, key, definitions }),
      processes,
      accessLog: await openAccessLog({ db, keys: [key] }),
      settings: readSettings({ RETRY_PAUSES: '0', RETRY_JITTER: '0' }),
      relay: { wake() {} },
      stop: new AbortController().signal,
      log() {},
    })(ticket.rows[0]!);
    await db.query(`update task set state = 'queued'
      where state = 'waiting'`); // what the relay does when the pause is over
  };
});

afterAll(async () => {
  await console?.close();
  await db?.close();
  await lent?.drop();
});

const delivered: Outcome = { kind: 'delivered', externalReference: 'AZ-2026-17' };
const busy: Outcome = { kind: 'later', reason: { public: 'Das Fachverfahren antwortet nicht.' } };
const rejected: Outcome = { kind: 'rejected', reasons: [{ public: 'Kassenzeichen unbekannt.' }] };

async function accept(): Promise<{ submissionId: string; taskId: string }> {
  const universal = openProcesses().universal();
  const [acceptance] = await insertSubmissions(db, [
    written({
      submission: {
        channel: 'service-bw',
        leistung,
        ars: stuttgart,
        processVersion: universal.version,
        schema: { id: 'S99009000001', version: '1.0.0' },
        metadata: { postfachHandleId: canary },
        data: { G99009000001: { F99009000001: canary, F99009000002: canary } },
        attachments: [],
        steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter: 'target', optional: false }],
      },
      sender: {
        client: 'service-bw',
        contentHash: randomUUID(),
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    }),
  ]);
  if (acceptance?.kind !== 'accepted') throw new Error(acceptance?.kind);
  const { body } = await operator.get(`/api/v1/submissions/${acceptance.submissionId}`);
  return { submissionId: acceptance.submissionId, taskId: body['tasks'][0].taskId };
}

const explained = async (taskId: string) => (await auditor.get(`/api/v1/dead-letters/${taskId}`)).body;
const named = (parameters: { name: string }[], name: string) => parameters.find((parameter) => parameter.name === name);

test('P5 a delivery is explained afterwards: schema, versions, attempts, parameters and their origin', async () => {
  await set('08', 'fachverfahren', 'target');
  await set('08111', 'target.url', 'https://kreis.example');
  await set(stuttgart, 'target.token', 'geheim-0815');
  const { submissionId, taskId } = await accept();

  await deliverWith(target('1.0.0', busy), taskId);
  await set(stuttgart, 'target.url', 'https://stadt.example');
  await deliverWith(target('1.0.0', rejected), taskId);
  expect((await operator.get('/api/v1/dead-letters')).body['items']).toMatchObject([
    { taskId, outcome: 'rejected', reason: 'Kassenzeichen unbekannt.' },
  ]);
  await set(stuttgart, 'target.format', 'lang');
  await operator.post(`/api/v1/dead-letters/${taskId}/replay`, {
    parameters: 'current',
    reason: 'Kassenzeichen ergänzt',
  });
  await deliverWith(target('1.1.0', delivered), taskId);
  await set(stuttgart, 'target.url', 'https://spaeter.example'); // what counts today is not what counted then

  const story = await explained(taskId);
  expect(story).toMatchObject({
    taskId,
    state: 'done',
    outcome: 'delivered',
    externalReference: 'AZ-2026-17',
    generation: 2,
    submission: {
      submissionId,
      client: 'service-bw',
      processVersion: 'universal-1.0.0',
      schema: { id: 'S99009000001', version: '1.0.0' },
    },
  });
  expect(story['attempts']).toMatchObject([
    {
      attempt: 1,
      call: 'deliver',
      generation: 1,
      adapterVersion: '1.0.0',
      worker: 'worker-1',
      outcome: 'later',
      reason: 'Das Fachverfahren antwortet nicht.',
      differs: [],
    },
    {
      attempt: 2,
      call: 'deliver',
      generation: 1,
      adapterVersion: '1.0.0',
      outcome: 'rejected',
      reason: 'Kassenzeichen unbekannt.',
    },
    { attempt: 3, call: 'deliver', generation: 2, adapterVersion: '1.1.0', outcome: 'delivered' },
  ]);
  expect(story['attempts'][1].differs).toMatchObject([
    { what: 'outcome', before: 'later', after: 'rejected' },
    { what: 'reason' },
    {
      what: 'parameter',
      name: 'target.url',
      before: { value: 'https://kreis.example', region: '08111', level: 'kreis', author: 'amt-08111' },
      after: { value: 'https://stadt.example', region: stuttgart, level: 'gemeinde', author: `amt-${stuttgart}` },
    },
  ]);
  expect(story['attempts'][2].differs).toContainEqual(
    expect.objectContaining({ what: 'adapterVersion', before: '1.0.0', after: '1.1.0' }),
  );
  expect(story['attempts'][2].differs).toContainEqual(
    expect.objectContaining({
      what: 'parameter',
      name: 'target.format',
      before: { name: 'target.format', level: 'default', value: 'kurz' },
      after: expect.objectContaining({ value: 'lang' }),
    }),
  );
  expect(named(story['parameters'], 'target.url')).toMatchObject({
    value: 'https://stadt.example',
    leistung: '*',
    reason: 'Satzung',
  });
  expect(named(story['parameters'], 'fachverfahren')).toMatchObject({ value: 'target', region: '08', level: 'land' });
  expect(named(story['parameters'], 'target.token')).toMatchObject({ set: true, region: stuttgart });
  expect(story['sent']).toMatchObject([
    { generation: 1, step: 'send' },
    { generation: 2, step: 'send' },
  ]);
  expect(story['events'].map((event: { type: string; actor: string }) => [event.type, event.actor])).toEqual([
    ['accepted', 'service-bw'],
    ['later', 'worker'],
    ['rejected', 'worker'],
    ['replayed', 'operator'],
    ['delivered', 'worker'],
  ]);
});

test('P5 a replay as it ran shows the old parameters, although others count by now', async () => {
  await set('08', 'fachverfahren', 'target');
  await set(stuttgart, 'target.url', 'https://alt.example');
  await set(stuttgart, 'target.token', 'geheim-0815');
  const { taskId } = await accept();
  await deliverWith(target('1.0.0', rejected), taskId);
  await set(stuttgart, 'target.url', 'https://neu.example');
  await operator.post(`/api/v1/dead-letters/${taskId}/replay`, { parameters: 'as-ran' });
  await deliverWith(target('1.0.0', delivered), taskId);
  const story = await explained(taskId);
  expect(named(story['parameters'], 'target.url')).toMatchObject({ value: 'https://alt.example' });
  expect(story['attempts'][1].differs.map((difference: { what: string }) => difference.what)).toEqual([
    'outcome',
    'reason',
  ]);
  expect(story['events'].at(-2)).toMatchObject({ type: 'replayed', data: { parameters: 'as-ran' } });
});

test('P5 the explanation holds neither the submission’s content nor a secret', async () => {
  const { rows } = await db.query(`select task_id from task`);
  expect(rows.length).toBeGreaterThan(0);
  for (const { task_id } of rows) {
    const text = JSON.stringify(await explained(task_id));
    expect(text).not.toContain(canary);
    expect(text).not.toContain('geheim-0815');
  }
});
