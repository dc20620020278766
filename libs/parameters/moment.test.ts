import { describe, expect, test } from '@jest/globals';
import { readMoment } from './moment.js';

describe('moments as people write them', () => {
  test.each([
    ['2027-01-01', '2026-12-31T23:00:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-07-01T12:00', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00.000Z'],
    ['2026-07-01T12:00:00+05:00', '2026-07-01T07:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(readMoment(text)?.toISOString()).toBe(expected);
  });

  test.each(['', 'heute', '2027', '01.01.2027', '2026-02-30', '2026-13-01T00:00:00Z', '2027-01-01Tmorgens'])(
    '%s is none',
    (text) => {
      expect(readMoment(text)).toBeUndefined();
    },
  );
});
