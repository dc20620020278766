import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { readSettings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import { watchWorkers } from './gone.js';
import type { Hold } from './pulse.js';
import type { Worker } from './worker.js';

const held = (): Hold => ({ holds: () => true, lost: new AbortController().signal });
let beats = 0;
let own: Hold | undefined;
let look: ReturnType<typeof watchWorkers>;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  own = held();
  const run = async () => ({ rows: [['elsewhere/1/other', beats]], rowCount: 1 });
  const db = { run } as unknown as Database; // it has no clock
  look = watchWorkers({ db, settings: readSettings({}), pulse: { hold: () => own } } as unknown as Worker);
});
afterEach(() => void jest.useRealTimers());

async function after(milliseconds: number): Promise<string[]> {
  jest.advanceTimersByTime(milliseconds);
  return (await look()).workers;
}

test('P2 who gives no sign of life for longer than it may is gone, by the clock of whoever watches', async () => {
  expect(await after(0)).toEqual([]);
  expect(await after(3_400)).toEqual([]);
  expect(await after(100)).toEqual(['elsewhere/1/other']);
  beats++;
  expect(await after(1_000)).toEqual([]);
  expect(await after(3_400)).toEqual([]);
});

test('who was silent itself begins to watch anew, and watches nobody while it is', async () => {
  await after(0);
  own = undefined;
  expect(await after(10_000)).toEqual([]);
  own = held();
  expect(await after(1_000)).toEqual([]);
  expect(await after(3_500)).toEqual(['elsewhere/1/other']);
});
