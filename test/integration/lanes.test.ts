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
