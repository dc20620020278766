import { describe, expect, test } from '@jest/globals';
import { openSlots, type Slots } from './slots.js';

/** Rounds of as many calls as the lane has slots, at a target that answers in `took(atOnce)` milliseconds. */
function rounds(slots: Slots, count: number, took: (atOnce: number) => number, bound?: number, use = 1): number {
  for (let round = 0; round < count; round++) {
    const calls = Math.ceil(slots.of('lane', bound) * use);
    for (let n = 0; n < calls; n++) slots.begun('lane');
    for (let n = 0; n < calls; n++) slots.answered('lane', took(calls));
    for (let n = 0; n < calls; n++) slots.ended('lane');
  }
  return slots.of('lane', bound);
}

const settings = { LANE_SLOTS: 4, LANE_SLOTS_MOST: 32 };
const steady = () => 200;
/** Works on four at once; the others wait. */
const fourHands = (atOnce: number) => 200 * Math.max(1, atOnce / 4);

describe('the slots of a lane', () => {
  test('grow to the most while the target stays as fast', () => {
    expect(rounds(openSlots(settings), 1, steady)).toBe(8);
    expect(rounds(openSlots(settings), 10, steady)).toBe(32);
  });

  test('do not grow beyond what the target takes, and shrink when it becomes slow', () => {
    const slots = openSlots(settings);
    const most = rounds(slots, 40, fourHands);
    expect(most).toBeGreaterThanOrEqual(4);
    expect(most).toBeLessThanOrEqual(16);
    expect(rounds(slots, 3, () => 20_000)).toBe(4);
  });

  test('stay where the lane does not use them', () => {
    expect(rounds(openSlots(settings), 20, steady, undefined, 0.5)).toBe(4);
  });

  test('grow at a target that has become slower for good, once it had time', () => {
    const slots = openSlots(settings);
    rounds(slots, 10, steady);
    expect(rounds(slots, 10, () => 2_000)).toBe(4);
    rounds(slots, 100, () => 2_000, undefined, 0.5);
    expect(rounds(slots, 10, () => 2_000)).toBe(32);
  });

  test('are halved by each failure, down to what the lane began with', () => {
    const slots = openSlots(settings);
    rounds(slots, 10, steady);
    slots.failed('lane');
    expect(slots.of('lane', undefined)).toBe(16);
    for (let n = 0; n < 9; n++) slots.failed('lane');
    expect(slots.of('lane', undefined)).toBe(4);
  });

  test('a parameter is the most, from the start, and a new one counts at once', () => {
    const slots = openSlots(settings);
    expect(rounds(slots, 10, steady, 2)).toBe(2);
    expect(slots.of('lane', 50)).toBe(50);
    for (let n = 0; n < 9; n++) slots.failed('lane');
    expect(slots.of('lane', 50)).toBe(4);
    expect(rounds(slots, 10, steady, 50)).toBe(50);
    expect(slots.of('lane', undefined)).toBe(4);
  });

  test('grow again where the parameter changed while calls ran', () => {
    const slots = openSlots(settings);
    slots.of('lane', 8);
    for (let n = 0; n < 8; n++) slots.begun('lane');
    slots.of('lane', 16);
    for (let n = 0; n < 8; n++) slots.ended('lane');
    for (let n = 0; n < 9; n++) slots.failed('lane');
    expect(slots.of('lane', 16)).toBe(4);
    expect(rounds(slots, 10, steady, 16)).toBe(16);
  });
});
