import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReplayJob } from '#store/replays.js';
import { eventually } from '../kit/processes.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const ars = '081110000000';

let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
  await Promise.all([world.gateway.start(), world.worker.start(), world.console.start()]);
}, 60_000);

afterAll(() => world?.close());

async function dies(count: number): Promise<string[]> {
  await fetch(`${world.simulator.url}/control/faults/steuer`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'reject', for: count }),
  });
  const answers = await Promise.all(Array.from({ length: count }, () => world.post(universal, ars, fundsache)));
  const ids = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { submissionId: string }).submissionId),
  );
  return eventually('all are given up', async () => {
    const { body } = await world.operator<{ items: { submissionId: string }[] }>(
      'dead-letters?outcome=rejected&limit=500',
    );
    const dead = new Set(body.items.map((item) => item.submissionId));
    return ids.every((id) => dead.has(id)) ? ids : undefined;
  });
}

async function effects(): Promise<string[]> {
  const answer = await fetch(`${world.simulator.url}/control/effects/steuer`);
  return ((await answer.json()) as { submissionId: string }[]).map((effect) => effect.submissionId).sort();
}

test('P1 P2 a bulk replay goes on after console and worker were killed; each submission has one effect', async () => {
  const ids = await dies(12);
  expect(await effects()).toEqual([]);
  const started = await world.operator<ReplayJob>('replays', {
    filter: { region: '08111' },
    parameters: 'current',
    ratePerSecond: 10,
  });
  expect(started).toMatchObject({ status: 202, body: { progress: { total: 12 } } });
  await eventually('some were sent again', async () => (await effects()).length > 0);
  await Promise.all([world.console.kill(), world.worker.kill()]);
  expect((await effects()).length).toBeLessThan(12);
  await Promise.all([world.console.start(), world.worker.start()]);
  const job = await eventually('the job has ended', async () => {
    const { body } = await world.operator<ReplayJob>(`replays/${started.body.replayId}`);
    return body.state === 'done' ? body : undefined;
  });
  expect(job.progress).toMatchObject({ total: 12, processed: 12, failedAgain: 0, skipped: 0 });
  expect(await effects()).toEqual([...ids].sort());
}, 90_000);

test('P2 many people replay the same dead letter at once: one of them does, and there is one effect', async () => {
  const before = (await effects()).length;
  const [submissionId] = (await dies(1)) as [string];
  const { tasks } = await world.view(submissionId);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      world.operator(`dead-letters/${tasks[0]!.taskId}/replay`, { parameters: 'current' }),
    ),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  await eventually('it is delivered', async () => (await world.view(submissionId)).state === 'delivered');
  expect(await effects()).toHaveLength(before + 1);
}, 60_000);
