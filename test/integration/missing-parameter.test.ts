import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { preview } from '#operator/preview.js';
import { stepProgram } from '#processes/step-program.js';
import { root } from '#settings/root.js';
import { adapterOf, openWay } from '../kit/way.js';
import { openWheel } from '../kit/wheel.js';

let way: Awaited<ReturnType<typeof openWay>> | undefined;
let wheel: Awaited<ReturnType<typeof openWheel>> | undefined;
afterEach(async () => {
  await way?.close();
  await wheel?.close();
  way = wheel = undefined;
});

test('a delivery waits for a parameter of its message, and its lane stays open for other Leistungen', async () => {
  let deliveries = 0;
  const program = stepProgram('{ "satz": parameters.satz }', {
    satz: { title: 'Satz', type: 'number', required: true },
  });
  const adapter = adapterOf({ deliver: async () => ({ kind: 'delivered', externalReference: `A${++deliveries}` }) });
  way = await openWay([adapter], {}, { programs: new Map([['step0', program]]) });

  const waiting = await Promise.all([way.accept(), way.accept(), way.accept(), way.accept()]);
  await way.round();
  expect(deliveries).toBe(0);
  expect(await way.lane()).toMatchObject({ state: 'open', failures: 0 });
  const reason = 'Der Parameter „satz“ (Satz) ist für Stuttgart, Landeshauptstadt (081110000000) nicht gesetzt.';
  const task = await way.task(waiting[0]!);
  expect(task).toMatchObject({ state: 'waiting', reason });
  expect(await preview(way.worker, task['task_id'])).toEqual({ reason });
  expect((await way.view(waiting[0]!))!.events.at(-1)!.text).toBe(`Zustellung verschoben: ${reason}`);

  await way.setParameter('satz', 108);
  await way.live(1 / 60, 5_000);
  expect(deliveries).toBe(4);
});

test('a delivery that waits for a parameter is made once it is set, however long the pauses have grown', async () => {
  const [hundesteuer, stuttgart] = ['99102013104000', '081110000000'];
  const examples = join(root, 'schemas/processes', hundesteuer, 'examples');
  const form = JSON.parse(readFileSync(join(examples, 'valid-ein-hund.json'), 'utf8'));
  const friday = Date.parse('2026-11-20T17:00:00Z');
  wheel = await openWheel(new Date(friday), 'echo', { RETRY_PAUSES: '60,86400' });
  const { db, live, setParameter, submit } = wheel;
  const task = async () => (await db.query('select state, outcome, attempts, finished_at from task')).rows[0]!;
  const set = async (region: string) => {
    await setParameter(region, hundesteuer, 'steuersatz.ersterHund', 108);
    await setParameter(region, hundesteuer, 'steuersatz.weitererHund', 216);
    await setParameter(region, hundesteuer, 'kassenzeichen', 'HS-{jahr}-{nummer}');
  };
  await setParameter('08', '*', 'fachverfahren', 'echo');
  await submit(hundesteuer, stuttgart, form);
  await live(friday + 3_600_000);
  expect(await task()).toMatchObject({ state: 'waiting', outcome: 'missing', attempts: 2 });

  await set('08115');
  await live(friday + 2 * 3_600_000);
  expect(await task()).toMatchObject({ state: 'waiting', attempts: 2 });

  await set('08111');
  await live(friday + 2 * 3_600_000 + 1000);
  expect(await task()).toMatchObject({ state: 'done', finished_at: new Date(friday + 2 * 3_600_000) });
});
