import { afterEach, describe, expect, test } from '@jest/globals';
import { openTarget } from '../kit/target.js';
import { openWheel } from '../kit/wheel.js';
import { fundsache, universal } from '../kit/world.js';

const municipalities = ['081110000000', '081150003003', '082120000000', '082220000000', '083110000000'];
const friday = new Date('2026-11-20T17:00:00Z');
const [minute, hour] = [60_000, 3_600_000];
const longestProbePause = 15 * minute;

type Target = Awaited<ReturnType<typeof openTarget>>;

let target: Target;
let wheel: Awaited<ReturnType<typeof openWheel>>;
afterEach(async () => {
  await wheel?.close();
  await target?.close();
});

/**
 * From Friday on, 500 submissions for five municipalities that share a target which is out of order for so many hours;
 * twenty at a time.
 */
async function weekend(hours: number, outOfOrder: (target: Target) => unknown, environment?: Record<string, string>) {
  target = await openTarget();
  wheel = await openWheel(friday, 'rest', environment);
  await wheel.setParameter('08', universal, 'fachverfahren', 'rest');
  await wheel.setParameter('08', '*', 'rest.baseUrl', target.url);
  await outOfOrder(target);
  const back = friday.getTime() + hours * hour;
  const ids: string[] = [];
  for (let round = 0; round < 25; round++) {
    await wheel.live(friday.getTime() + (round / 25) * hours * hour);
    for (let n = 0; n < 20; n++) ids.push(await wheel.submit(universal, municipalities[n % 5]!, fundsache));
  }
  await wheel.live(back);
  return { ids, back };
}

/** Attempts and probes so far, and how many tasks are in which state. */
async function story() {
  const { rows } = await wheel.db.query(
    `select (select count(*) from attempt) as attempts,
       (select sum(probes)::int from (select probes from lane union all select probes from host) probed) as probes,
       (select max(finished_at) from task) as last,
       (select jsonb_object_agg(state, n) from (select state, count(*) as n from task group by state) s) as states`,
  );
  return rows[0] as { attempts: number; probes: number; last: Date; states: Record<string, number> };
}

/** While it was out of order: each lane tried what fitted into its slots, and probed at its longest pause. */
async function expectPatience(hours: number) {
  const { attempts, probes, states } = await story();
  expect(attempts).toBeLessThanOrEqual(20);
  expect(probes).toBeLessThanOrEqual(5 * (5 + hours * 4));
  expect(target.calls()).toBeLessThanOrEqual(attempts + probes);
  expect(states['dead'] ?? 0).toBe(0);
  expect(target.effects).toEqual([]);
}

async function expectOneEffectEach(ids: string[], back: number) {
  wheel.settings.ADAPTER_DEADLINE = 10_000;
  await wheel.live(back + 2 * longestProbePause);
  const { states, last } = await story();
  expect(states).toEqual({ done: 500 });
  const counts = target.counts();
  expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([]);
  expect(target.effects.length).toBe(500);
  expect(last.getTime() - back).toBeLessThanOrEqual(longestProbePause + minute);
}

describe('P1 P2 a Fachverfahren that is out of order from Friday evening until Monday morning', () => {
  test.each([
    ['refuses connections', (target: Target) => target.leave(), (target: Target) => target.back(), {}],
    ['answers 503', (target: Target) => target.become('busy'), (target: Target) => target.become('well'), {}],
    [
      'hangs',
      (target: Target) => target.become('silent'),
      (target: Target) => target.become('well'),
      { ADAPTER_DEADLINE: '40' },
    ],
  ])(
    'and %s is asked rarely, and gets everything once within its longest probe pause',
    async (_, break_, mend, environment) => {
      const { ids, back } = await weekend(60, break_, environment);
      await expectPatience(60);
      await mend(target);
      await expectOneEffectEach(ids, back);
    },
    120_000,
  );

  test('and eight hours longer than the retry window: closed time does not count, nothing is dead', async () => {
    const { ids, back } = await weekend(80, (target) => target.leave());
    await expectPatience(80);
    target.become('reading-only'); // probes succeed, deliveries fail once more: now the window is looked at
    await target.back();
    await wheel.live(back + longestProbePause + minute / 2);
    const { attempts, states } = await story();
    expect(attempts).toBeGreaterThan(20);
    expect(states['dead'] ?? 0).toBe(0);
    target.become('well');
    await expectOneEffectEach(ids, wheel.now().getTime());
  }, 120_000);
});
