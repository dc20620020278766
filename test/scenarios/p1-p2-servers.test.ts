import { afterEach, describe, expect, test } from '@jest/globals';
import { type PrivateServer, startPrivateBroker, startPrivatePostgres } from '../kit/services.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const ars = '081110000000';

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;
let server: PrivateServer | undefined;

afterEach(async () => {
  await world.close();
  await target.close();
  await server?.drop();
  server = undefined;
});

async function begin(options: Parameters<typeof openWorld>[0] = {}) {
  target = await openTarget();
  world = await openWorld(options);
  await world.setParameter(ars, universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', target.url);
  await Promise.all([world.gateway.start(), world.worker.start('live')]);
}

async function submit(count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => world.post(universal, ars, fundsache)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { submissionId: string }).submissionId));
}

/** Everything accepted was delivered, once. */
async function expectOneEffectEach(ids: string[]) {
  expect(await world.allFinished(90)).toEqual({ done: ids.length });
  expect([...target.counts().values()].every((count) => count === 1)).toBe(true);
  expect(new Set(target.counts().keys())).toEqual(new Set(ids));
}

describe('P1 P2 the broker', () => {
  test('is killed under load: the gateway goes on accepting, and everything flows when it is back', async () => {
    server = await startPrivateBroker();
    if (!server) return console.warn('skipped: no RabbitMQ installed');
    await begin({ broker: server.url });
    const before = await submit(20);
    await server.kill();
    const during = await submit(20);
    expect((await fetch(`${world.gateway.url}/health/ready`)).ok).toBe(true);
    await server.start();
    const after = await submit(20);
    await expectOneEffectEach([...before, ...during, ...after]);
  }, 120_000);

  test('comes back empty: queues are declared anew, lost tickets are sent again', async () => {
    await begin();
    const before = await submit(10);
    await world.worker.kill();
    const waiting = await submit(20);
    await world.emptyBroker();
    const after = await submit(10);
    await world.worker.start('live');
    await expectOneEffectEach([...before, ...waiting, ...after]);
  }, 90_000);
});

describe('P1 P2 the database', () => {
  test.each(['stop', 'kill'] as const)(
    '%s under load: nobody gets a 202 on a guess, nothing accepted is lost',
    async (how) => {
      server = await startPrivatePostgres();
      await begin({ database: server.url });
      const before = await submit(20);
      let going = true;
      const load = (async () => {
        const ids: string[] = [];
        while (going) ids.push(...(await submit(3)));
        return ids;
      })();
      await server[how]();
      await server.start();
      await submit(1).then((ids) => before.push(...ids));
      going = false;
      await expectOneEffectEach([...before, ...(await load)]);
    },
    120_000,
  );
});
