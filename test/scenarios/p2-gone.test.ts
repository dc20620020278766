import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pace } from '../kit/pace.js';
import { App, eventually, freePorts } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const ars = '081110000000';
/** Leases as in a town hall: whoever waits for their end is late. */
const delivered = { ADAPTER_DEADLINE: '', LEASE_GRACE: '', TICKET_RESEND_AFTER: '' };

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;
let links: Record<'database' | 'broker' | 'target', Awaited<ReturnType<typeof openProxy>>>;

beforeAll(async () => {
  target = await openTarget();
  world = await openWorld({
    environment: delivered,
    through: (app, urls) =>
      app === 'worker' ? { DATABASE_URL: links.database.url, AMQP_URL: links.broker.url } : urls,
    prepare: async ({ DATABASE_URL, AMQP_URL }) => {
      links = {
        database: await openProxy(DATABASE_URL),
        broker: await openProxy(AMQP_URL),
        target: await openProxy(target.url),
      };
    },
  });
  await world.setParameter(ars, universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', links.target.url);
  await world.gateway.start();
}, 90_000);

afterAll(async () => {
  await world.close();
  await target.close();
  await Promise.all(Object.values(links).map((proxy) => proxy.close()));
});

async function submit(): Promise<string> {
  const answer = await world.post(universal, ars, fundsache);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

const stateOf = async (submissionId: string) => (await world.view(submissionId)).state;
const repeated = () => [...target.counts().values()].filter((count) => count !== 1);

test('P2 a worker that is frozen around a send wakes up and doubles nothing, also at a slow target', async () => {
  const given = { ...world.environment, ADAPTER_DEADLINE: '4000', LEASE_GRACE: '500' };
  const through = { DATABASE_URL: links.database.url, AMQP_URL: links.broker.url };
  const frozen = new App('worker', world.worker.port, { ...given, ...through });
  const [port] = await freePorts(1);
  const awake = new App('worker', port!, { ...given, ...world.urls });
  try {
    await frozen.start();
    target.become('slow', 4_300); // commits long after others have noticed the silence
    const calls = target.calls();
    const sent = await submit();
    await eventually('the target has it', () => target.calls() > calls);
    target.become('well');
    links.database.lay({
      marker: statement('keep_checkpoints'),
      direction: 'there',
      when: 'after',
      passes: true,
      spring() {
        process.kill(frozen.pid!, 'SIGSTOP');
        links.broker.cut();
      },
    });
    const unsent = await submit();
    await eventually('the worker is frozen', () => !links.database.armed());
    await awake.start();
    for (const one of [sent, unsent])
      await eventually('another finds or delivers it', async () => (await stateOf(one)) === 'delivered', 60);
    process.kill(frozen.pid!, 'SIGCONT');
    await eventually('the frozen one knows that it was', () => /sign of life/.test(frozen.output));
    await submit();
    await world.allFinished();
    expect(repeated()).toEqual([]);
    expect([...target.counts().keys()]).toEqual(expect.arrayContaining([sent, unsent]));
  } finally {
    await Promise.all([frozen.kill(), awake.kill()]);
  }
}, 120_000);

test('P1 P2 after kill −9 of gateway and worker, the last effect comes within 10 s, and none twice', async () => {
  await world.worker.start();
  const accepted = new Set<string>();
  let killed = false;
  const posting = Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 15 && !killed; n++) accepted.add(await submit());
    }),
  );
  await eventually('the way is full', () => target.effects.length > 20);
  await Promise.all([world.gateway.kill(), world.worker.kill()]);
  const from = performance.now();
  killed = true;
  await Promise.all([world.gateway.start(), world.worker.start()]);
  const started = (performance.now() - from) / 1000;
  await posting;
  const arrived = () => [...accepted].every((submissionId) => target.counts().has(submissionId));
  await eventually('every accepted submission took effect', arrived, 60);
  const seconds = (performance.now() - from) / 1000;
  expect(repeated()).toEqual([]);
  expect(seconds).toBeLessThan(Math.max(10, started + 5) * pace()); // a slow machine starts slowly
}, 120_000);
