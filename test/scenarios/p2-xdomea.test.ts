import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { eventually } from '../kit/processes.js';
import { openWorld } from '../kit/world.js';

const gaertringen = '081155002015';
const bauantrag = '99012008001000';

let world: Awaited<ReturnType<typeof openWorld>>;
let form: string;

beforeAll(async () => {
  form = await readFile(join(root, 'schemas/processes', bauantrag, 'examples/valid-einfamilienhaus.json'), 'utf8');
  world = await openWorld();
  for (const app of [world.gateway, world.worker, world.console]) await app.start();
}, 120_000);

afterAll(() => world?.close());

const fault = (mode: string) =>
  fetch(`${world.simulator.url}/control/faults/dms`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  });

async function submit(): Promise<string> {
  const answer = await world.post(bauantrag, gaertringen, form);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

async function filed(submissionId: string): Promise<number> {
  const answer = await fetch(`${world.simulator.url}/control/effects/dms`);
  const effects = (await answer.json()) as { submissionId: string }[];
  return effects.filter((effect) => effect.submissionId === submissionId).length;
}

const ablage = async (submissionId: string) =>
  (await world.view(submissionId)).tasks.find(({ adapter }) => adapter === 'xdomea');

async function until(submissionId: string, state: string) {
  return eventually(
    `the filing is ${state}`,
    async () => {
      await world.db.query(`update task set due_at = due_at - interval '10 min' where state = 'waiting'`);
      const task = await ablage(submissionId);
      return task?.state === state ? task : undefined;
    },
    60,
  );
}

test.each(['current', 'as-ran'])(
  'P1 P2 what the DMS refused is a dead letter that says why; replayed with parameters %s it is filed, once',
  async (parameters) => {
    await fault('reject');
    const submissionId = await submit();
    const dead = await until(submissionId, 'dead');
    const { body } = await world.operator<{ items: { taskId: string; reason: string }[] }>('dead-letters?limit=500');
    expect(body.items.find(({ taskId }) => taskId === dead.taskId)?.reason).toBe('Das DMS erlaubt die Ablage nicht.');
    expect(await filed(submissionId)).toBe(0);

    await fault('none');
    const answer = await world.operator(`dead-letters/${dead.taskId}/replay`, { parameters, reason: 'Rechte erteilt' });
    expect(answer.status).toBe(200);
    await until(submissionId, 'done');
    expect(await filed(submissionId)).toBe(1);
  },
  90_000,
);
