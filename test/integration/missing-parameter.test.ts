import { afterEach, expect, test } from '@jest/globals';
import { stepProgram } from '#processes/message.js';
import type { Process } from '#processes/process.js';
import { adapterOf, openWay } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
afterEach(() => way?.close());

test('a delivery waits for a parameter that its message needs, and its lane stays open for other Leistungen', async () => {
  let deliveries = 0;
  way = await openWay([
    adapterOf({ deliver: async () => ({ kind: 'delivered', externalReference: `A${++deliveries}` }) }),
  ]);
  const program = stepProgram('{ "satz": parameters.satz }', {
    satz: { title: 'Satz', type: 'number', required: true },
  });
  const real = way.worker.processes.exact('', '')!;
  const needing = { ...real, programs: new Map([['step0', program]]) } as Process;
  way.worker.processes = { exact: () => needing } as unknown as typeof way.worker.processes;

  const waiting = await Promise.all([way.accept(), way.accept(), way.accept(), way.accept()]);
  await way.turn();
  expect(deliveries).toBe(0);
  expect(await way.lane()).toMatchObject({ state: 'open', failures: 0 });
  expect(await way.task(waiting[0]!)).toMatchObject({
    state: 'waiting',
    reason: 'Der Parameter „satz“ ist hier nicht gesetzt.',
  });

  way.setParameter('satz', 108);
  await way.live(1 / 60, 5_000);
  expect(deliveries).toBe(4);
});
