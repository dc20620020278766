import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { App } from '../kit/processes.js';
import { eventually } from '../kit/processes.js';
import { openProxy, type Trap } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openTarget } from '../kit/target.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

/** AMQP 0-9-1 basic.ack, class 60 method 80: the broker's confirm, and the worker's ack. */
const basicAck = Buffer.from([0x00, 0x3c, 0x00, 0x50]);
const ticket = Buffer.from('de.stellwerk.task.due');

type Link = 'database' | 'broker' | 'target';
type Point = { point: string; victim: 'gateway' | 'worker'; link: Link } & Pick<Trap, 'marker' | 'direction' | 'when'>;

/** Where a process dies. `after` = the server has done it, the process does not know. */
const points: Point[] = [
  {
    point: 'before the accepting commit',
    victim: 'gateway',
    link: 'database',
    marker: statement('accept_submissions'),
    direction: 'there',
    when: 'before',
  },
  {
    point: 'after the accepting commit',
    victim: 'gateway',
    link: 'database',
    marker: statement('accept_submissions'),
    direction: 'there',
    when: 'after',
  },
  {
    point: 'before the publish',
    victim: 'gateway',
    link: 'broker',
    marker: ticket,
    direction: 'there',
    when: 'before',
  },
  { point: 'before the confirm', victim: 'gateway', link: 'broker', marker: ticket, direction: 'there', when: 'after' },
  { point: 'after the confirm', victim: 'gateway', link: 'broker', marker: basicAck, direction: 'back', when: 'after' },
  {
    point: 'before the claim',
    victim: 'worker',
    link: 'database',
    marker: statement('claim_tasks'),
    direction: 'there',
    when: 'before',
  },
  {
    point: 'after the claim',
    victim: 'worker',
    link: 'database',
    marker: statement('claim_tasks'),
    direction: 'there',
    when: 'after',
  },
  {
    point: 'before the checkpoint',
    victim: 'worker',
    link: 'database',
    marker: statement('keep_checkpoints'),
    direction: 'there',
    when: 'before',
  },
  {
    point: 'after the checkpoint',
    victim: 'worker',
    link: 'database',
    marker: statement('keep_checkpoints'),
    direction: 'there',
    when: 'after',
  },
  {
    point: 'before the call',
    victim: 'worker',
    link: 'target',
    marker: Buffer.from('POST /'),
    direction: 'there',
    when: 'before',
  },
  {
    point: 'after the call',
    victim: 'worker',
    link: 'target',
    marker: Buffer.from('POST /'),
    direction: 'there',
    when: 'after',
  },
  {
    point: 'before the recording commit',
    victim: 'worker',
    link: 'database',
    marker: statement('record_attempts'),
    direction: 'there',
    when: 'before',
  },
  {
    point: 'after the recording commit',
    victim: 'worker',
    link: 'database',
    marker: statement('record_attempts'),
    direction: 'there',
    when: 'after',
  },
  { point: 'before the ack', victim: 'worker', link: 'broker', marker: basicAck, direction: 'there', when: 'before' },
  { point: 'after the ack', victim: 'worker', link: 'broker', marker: basicAck, direction: 'there', when: 'after' },
];

const rests = new Set(['before the checkpoint', 'before the call', 'before the recording commit', 'before the ack']);
const ars = '081110000000';

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;
const proxies = {} as Record<'gateway' | 'worker', Record<Link, Awaited<ReturnType<typeof openProxy>>>>;
const accepted: string[] = [];

beforeAll(async () => {
  target = await openTarget();
  world = await openWorld({
    through: (app) => ({ DATABASE_URL: proxies[app].database.url, AMQP_URL: proxies[app].broker.url }),
    prepare: layProxies,
  });
  await world.setParameter(ars, universal, 'fachverfahren', 'rest');
  await world.setParameter(ars, '*', 'rest.baseUrl', proxies.worker.target.url);
  await Promise.all([world.gateway.start(), world.worker.start()]);
}, 60_000);

afterAll(async () => {
  await world.close();
  await target.close();
  await Promise.all(Object.values(proxies).flatMap((links) => Object.values(links).map((proxy) => proxy.close())));
});

async function layProxies({ DATABASE_URL, AMQP_URL }: { DATABASE_URL: string; AMQP_URL: string }) {
  for (const app of ['gateway', 'worker'] as const) {
    proxies[app] = {
      database: await openProxy(DATABASE_URL),
      broker: await openProxy(AMQP_URL),
      target: await openProxy(target.url),
    };
  }
}

async function submit(): Promise<void> {
  const answer = await world.post(universal, ars, fundsache);
  expect(answer.status).toBe(202);
  accepted.push(((await answer.json()) as { submissionId: string }).submissionId);
}

describe('P1 P2 a process is killed', () => {
  test.each(points)(
    '$point ($victim)',
    async ({ point, victim, link, marker, direction, when }) => {
      const process: App = world[victim];
      let sprung = false;
      proxies[victim][link].lay({
        marker,
        direction,
        when,
        spring() {
          sprung = true;
          void process.kill();
        },
      });
      const posting = (async () => {
        while (!sprung) await submit();
        await submit();
      })();
      await eventually('the trap springs', () => sprung);
      await process.gone();
      await process.start(victim === 'worker' ? 'live' : 'ready');
      await posting;
      // Five deaths in a row at the same task would make it poison, rightly.
      if (rests.has(point)) await world.allFinished();
    },
    90_000,
  );

  test('every accepted submission ends delivered, and took effect once', async () => {
    expect(await world.allFinished(90)).toEqual({ done: accepted.length });
    expect(accepted.length).toBeGreaterThan(points.length);
    const counts = target.counts();
    expect([...counts.entries()].filter(([, count]) => count !== 1)).toEqual([]);
    expect(new Set(counts.keys())).toEqual(new Set(accepted));
  }, 120_000);
});
