import { expect, test } from '@jest/globals';
import { duration } from './duration.js';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 Min.'],
  [3_725, '1 Std. 2 Min.'],
  [90_000, '1 T. 1 Std.'],
])('%i seconds are said as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});
