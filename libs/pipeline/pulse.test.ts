import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Database } from '#store/database.js';
import { startPulse } from './pulse.js';

/** A store that can be away. A beat that was sent meanwhile is answered when it is back. */
function store() {
  let waiting: (() => void)[] | undefined;
  const answer = { rows: [], rowCount: 1 };
  const run = () =>
    waiting ? new Promise((resolve) => waiting!.push(() => resolve(answer))) : Promise.resolve(answer);
  return {
    db: { run, now: () => new Date(0), close: async () => {} } as unknown as Database,
    leave: () => {
      waiting = [];
    },
    back: () => {
      for (const resolve of waiting ?? []) resolve();
      waiting = undefined;
    },
  };
}

const { db, leave, back } = store();
let pulse: Awaited<ReturnType<typeof startPulse>>;
beforeEach(async () => {
  jest.useFakeTimers();
  pulse = await startPulse(db, 'w', () => {});
});
afterEach(async () => {
  back();
  const closed = pulse.close();
  await jest.advanceTimersByTimeAsync(1_000);
  await closed;
  jest.useRealTimers();
});

test('what was claimed is held while beats are confirmed', async () => {
  const hold = pulse.hold()!;
  await jest.advanceTimersByTimeAsync(60_000);
  expect(hold.holds()).toBe(true);
  expect(pulse.hold()).toBe(hold);
});

test('P2 what was claimed before a silence is lost for good, also where nobody looked meanwhile', async () => {
  const hold = pulse.hold()!;
  leave();
  await jest.advanceTimersByTimeAsync(2_400);
  expect(hold.holds()).toBe(true);
  await jest.advanceTimersByTimeAsync(700);
  expect([hold.holds(), hold.lost.aborted, pulse.hold()]).toEqual([false, true, undefined]);
  back();
  await jest.advanceTimersByTimeAsync(600);
  expect(hold.holds()).toBe(false);
  expect(pulse.hold()?.holds()).toBe(true);
});

test('P2 a process that was stopped, or its machine suspended, holds nothing before any timer has run', () => {
  const hold = pulse.hold()!;
  jest.setSystemTime(Date.now() + 3_001); // the monotonic clock stands still in a suspended machine
  expect([hold.holds(), pulse.hold()]).toEqual([false, undefined]);
});

test('P2 a beat counts from when it was sent, not from when its answer came', async () => {
  leave();
  await jest.advanceTimersByTimeAsync(2_900);
  const hold = pulse.hold()!;
  back(); // the answer to a beat that is 2.4 s old
  await jest.advanceTimersByTimeAsync(0);
  leave();
  await jest.advanceTimersByTimeAsync(700);
  expect(hold.holds()).toBe(false);
});
