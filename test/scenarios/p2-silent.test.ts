import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pace } from '../kit/pace.js';
import { App, eventually, freePorts } from '../kit/processes.js';
import { openProxy, type Trap } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const ars = '081110000000';
/** Leases as in a town hall: whoever waits for their end is late. */
const delivered = { ADAPTER_DEADLINE: '', LEASE_GRACE: '', TICKET_RESEND_AFTER: '' };

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;
let links: Record<'database' | 'broker' | 'target', Awaited<ReturnType<typeof openProxy>>>;
let other: App;

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
  const [port] = await freePorts(1);
  other = new App('worker', port!, { ...world.environment, ...world.urls });
  await world.setParameter(ars, universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', links.target.url);
  await world.gateway.start();
}, 60_000);

afterEach(async () => {
  await world.worker.kill();
  await other.kill();
});

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

describe('P2 a worker that is frozen wakes up and doubles nothing', () => {
  test.each<[string, 'database' | 'target', Pick<Trap, 'marker' | 'direction' | 'when'>]>([
    [
      'between the checkpoint and the send',
      'database',
      { marker: statement('keep_checkpoints'), direction: 'there', when: 'after' },
    ],
    ['between the send and the answer', 'target', { marker: Buffer.from('POST /'), direction: 'there', when: 'after' }],
  ])(
    '%s',
    async (_, link, trap) => {
      await world.worker.start();
      let frozen = false;
      links[link].lay({
        ...trap,
        passes: true,
        spring() {
          process.kill(world.worker.pid!, 'SIGSTOP');
          links.broker.cut(); // what lies with the frozen worker is for the other
          frozen = true;
        },
      });
      const submissionId = await submit();
      await eventually('the worker is frozen', () => frozen);
      await other.start();
      await eventually('another delivers', async () => (await stateOf(submissionId)) === 'delivered', 25);
      const calls = target.calls();
      process.kill(world.worker.pid!, 'SIGCONT');
      const awake = async () => /sign of life/.test(world.worker.output);
      await eventually('the frozen one knows that it was', awake);
      expect(await stateOf(await submit())).toBeDefined();
      await world.allFinished();
      expect(repeated()).toEqual([]);
      expect(target.calls()).toBeGreaterThan(calls);
    },
    60_000,
  );
});

test('P1 P2 after kill −9 of gateway and worker, the last effect comes within 10 s, and none twice', async () => {
  await world.worker.start();
  const accepted = new Set<string>();
  let killed = false;
  const posting = Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 15 && !killed; n++) accepted.add(await submit());
    }),
  );
  await eventually('the way is full', () => target.effects.length > 40);
  await Promise.all([world.gateway.kill(), world.worker.kill()]);
  const from = performance.now();
  killed = true;
  await Promise.all([world.gateway.start(), world.worker.start()]);
  const started = (performance.now() - from) / 1000;
  await posting;
  const arrived = () => [...accepted].every((submissionId) => target.counts().has(submissionId));
  await eventually('every accepted submission took effect', arrived, 25);
  const seconds = (performance.now() - from) / 1000;
  expect(repeated()).toEqual([]);
  expect(seconds).toBeLessThan(Math.max(10, started + 6) * pace()); // a slow machine starts slowly
}, 60_000);
