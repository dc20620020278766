import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openCrew } from '../kit/crew.js';
import { eventually } from '../kit/processes.js';
import { adapterOf, openWay } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
let crew: Awaited<ReturnType<typeof openCrew>>;

afterEach(async () => {
  await crew.close();
  await way.close();
});

/** A target that notes how many calls it had at once. */
function countingTarget() {
  let running = 0;
  const target = { most: 0, calls: 0 };
  const adapter = adapterOf({
    async deliver() {
      target.most = Math.max(target.most, ++running);
      await pass(3);
      running--;
      return { kind: 'delivered', externalReference: String(++target.calls) };
    },
  });
  return { target, adapter };
}

const unfinished = async () => {
  const { rows } = await way.db.query(`select count(*) as count from task where state <> 'done'`);
  return rows[0]!['count'] as number;
};

describe('the queue of an adapter that no worker has', () => {
  test('never holds more than twice the tickets that are out; whoever comes back begins with tasks', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { LANE_SLOTS: '20', TICKET_RESEND_AFTER: '500' });
    await Promise.all(Array.from({ length: 20 }, () => way.accept()));
    crew = await openCrew(way, { relays: 3 });
    await eventually('every ticket is sent', async () => (await crew.ready()) === 20);
    for (let n = 0; n < 5; n++) {
      way.advance(501);
      const looks = crew.looks();
      await eventually('every relay looked', () => crew.looks() >= looks + 6);
      expect(await crew.ready()).toBeLessThanOrEqual(40);
    }
    await crew.startWorkers(1);
    await eventually('all is delivered', async () => (await unfinished()) === 0, 5);
    expect(target.calls).toBe(20);
    expect(crew.failures).toEqual([]);
  }, 30_000);

  test('is emptied where the last version left it full; its tasks get new tickets', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { TICKET_RESEND_AFTER: '500' });
    await way.accept();
    crew = await openCrew(way, { relays: 2, stale: 500 });
    await eventually('the tickets of tasks that are done lie before', async () => (await crew.ready()) > 500);
    way.advance(501);
    await eventually('only one ticket is left', async () => (await crew.ready()) === 1);
    await crew.startWorkers(1);
    await eventually('it is delivered', () => target.calls === 1, 2);
    expect(crew.failures).toEqual([]);
  }, 30_000);

  test('gets those again that were lost', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { TICKET_RESEND_AFTER: '500' });
    await Promise.all([way.accept(), way.accept()]);
    crew = await openCrew(way);
    await eventually('both tickets are sent', async () => (await crew.ready()) === 2);
    await crew.loseTickets();
    way.advance(501);
    await crew.startWorkers(1);
    await eventually('both are delivered', () => target.calls === 2, 5);
  }, 30_000);
});

describe('a lane', () => {
  test('with one slot has one call at a time, whoever relays and works', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter]);
    await Promise.all(Array.from({ length: 16 }, () => way.accept()));
    await way.db.query('update lane set slots = 1');
    crew = await openCrew(way, { relays: 4 });
    await crew.startWorkers(3);
    await eventually('all is delivered', async () => (await unfinished()) === 0, 30, 20);
    expect(target).toEqual({ most: 1, calls: 16 });
    expect(crew.failures).toEqual([]);
  }, 40_000);
});
