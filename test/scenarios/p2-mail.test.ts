import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { eventually } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openWorld } from '../kit/world.js';

const mannheim = '082220000000';
const leistung = '99102013104000';

let world: Awaited<ReturnType<typeof openWorld>>;
let database: Awaited<ReturnType<typeof openProxy>>;
let form: string;

beforeAll(async () => {
  form = await readFile(join(root, 'schemas/processes', leistung, 'examples/valid-ein-hund.json'), 'utf8');
  world = await openWorld({
    environment: { ADAPTER_DEADLINE: '5000' },
    prepare: async ({ DATABASE_URL }) => {
      database = await openProxy(DATABASE_URL);
    },
    through: (app, urls) => (app === 'worker' ? { ...urls, DATABASE_URL: database.url } : urls),
  });
  for (const app of [world.gateway, world.worker, world.console]) await app.start();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await database?.close();
});

async function submit(): Promise<string> {
  const answer = await world.post(leistung, mannheim, form);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

const read = async (path: string) => (await fetch(`${world.simulator.url}${path}`)).json() as Promise<never>;

const mailsFor = async (submissionId: string) =>
  ((await read('/control/effects/post')) as { submissionId: string; idempotencyKey: string }[]).filter(
    (effect) => effect.submissionId === submissionId,
  );

async function taskOf(submissionId: string) {
  const { rows } = await world.db.query<{ task_id: string; state: string; reference: string | null }>(
    `select task_id, state, external_reference as reference from task where submission_id = $1 and adapter = 'mail'`,
    [submissionId],
  );
  return rows[0]!;
}

/** A mail that arrived, whose answer never came because the worker died: dead, in doubt. */
async function doubtful(): Promise<{ submissionId: string; taskId: string }> {
  await fetch(`${world.simulator.url}/control/faults/post`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'commit-then-hang', for: 1, ars: mannheim }),
  });
  const submissionId = await submit();
  await eventually('the mail lies in the mailbox', async () => (await mailsFor(submissionId)).length > 0);
  await world.worker.kill();
  await world.worker.start('live');
  await world.allFinished();
  const task = await taskOf(submissionId);
  expect(task.state).toBe('dead');
  return { submissionId, taskId: task.task_id };
}

async function resolve(taskId: string, arrived: boolean): Promise<number> {
  const answer = await fetch(`${world.console.url}/api/v1/dead-letters/${taskId}/resolve`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await world.bearer('operator')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ arrived, reason: 'Im Postfach nachgesehen' }),
  });
  return answer.status;
}

test('P2 a worker that dies before DATA leaves no mail behind; the next one sends exactly one', async () => {
  let sprung = false;
  database.lay({
    marker: statement('keep_checkpoints'),
    direction: 'there',
    when: 'before',
    spring() {
      sprung = true;
      void world.worker.kill();
    },
  });
  const submissionId = await submit();
  await eventually('the worker dies', () => sprung);
  await world.worker.gone();
  expect(await mailsFor(submissionId)).toEqual([]);
  await world.worker.start('live');
  await world.allFinished();
  const [mail, ...more] = await mailsFor(submissionId);
  expect(more).toEqual([]);
  expect(await taskOf(submissionId)).toMatchObject({
    state: 'done',
    reference: `<${mail?.idempotencyKey}@land.example.org>`,
  });
  const paper = await fetch(`${world.simulator.url}/post/${mail?.idempotencyKey}.pdf`);
  expect((await paper.text()).slice(0, 5)).toBe('%PDF-');
  expect(await read('/post')).toMatchObject([
    { subject: `Hundesteuer: Hund anmelden – Eingang ${submissionId.slice(-8)}` },
  ]);
}, 90_000);

test('P2 a worker that dies after DATA, unanswered, leaves doubt; "it arrived" ends it', async () => {
  const { submissionId, taskId } = await doubtful();
  expect(await resolve(taskId, true)).toBe(200);
  await world.allFinished();
  expect([(await taskOf(submissionId)).state, await mailsFor(submissionId)]).toEqual(['done', [expect.anything()]]);
}, 90_000);

test('P2 "send again" sends the same message under the same id, which a mailbox that knows it drops', async () => {
  const { submissionId, taskId } = await doubtful();
  expect(await resolve(taskId, false)).toBe(200);
  await world.allFinished();
  expect([(await taskOf(submissionId)).state, await mailsFor(submissionId)]).toEqual(['done', [expect.anything()]]);
  expect(await read('/control/stats')).toMatchObject({ post: { known: 1, conflict: 0 } });
}, 90_000);
