import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { openWorld } from '../kit/world.js';

const ulm = '084210000000';
const leistung = '99102013104000';

let world: Awaited<ReturnType<typeof openWorld>>;
let form: string;

beforeAll(async () => {
  form = await readFile(join(root, 'schemas/processes', leistung, 'examples/valid-mit-nachweis.json'), 'utf8');
  world = await openWorld();
  await Promise.all([world.gateway.start(), world.worker.start()]);
}, 60_000);

afterAll(() => world?.close());

const nextDelivery = (mode: string) =>
  fetch(`${world.simulator.url}/control/faults/steuer`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode, for: 1, ars: ulm }),
  });

async function deliver() {
  const answer = await world.post(leistung, ulm, form);
  expect(answer.status).toBe(202);
  const { submissionId } = (await answer.json()) as { submissionId: string };
  await world.allFinished();
  const { rows } = await world.db.query(
    `select state, attempts, external_reference from task where submission_id = $1 and kind = 'fachverfahren'`,
    [submissionId],
  );
  const effects = await fetch(`${world.simulator.url}/control/effects/steuer`);
  const ours = ((await effects.json()) as { submissionId: string }[]).filter(
    (one) => one.submissionId === submissionId,
  );
  return { task: rows[0], effects: ours.length };
}

const arrived = { state: 'done', external_reference: expect.stringMatching(/^VG-/) };

test('a submission goes through the door that wants a client certificate and a token', async () => {
  expect(await deliver()).toEqual({ task: { ...arrived, attempts: 1 }, effects: 1 });
}, 90_000);

test('P2 a token that the target no longer takes is renewed within the attempt: one effect', async () => {
  await nextDelivery('unauthorized');
  expect(await deliver()).toEqual({ task: { ...arrived, attempts: 1 }, effects: 1 });
}, 90_000);

test('P2 an answer that got lost behind the door is looked up there: one effect', async () => {
  await nextDelivery('commit-then-hang');
  expect(await deliver()).toEqual({ task: { ...arrived, attempts: 2 }, effects: 1 });
}, 90_000);
