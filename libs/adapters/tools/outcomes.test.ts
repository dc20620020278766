import { expect, test } from '@jest/globals';
import { retryAfter } from './outcomes.js';

const now = new Date('2026-01-31T09:00:00.000Z');
const after = (value?: string) => {
  const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
  const answer = { status: 503, headers, bytes: () => Buffer.alloc(0), text: () => '', json: () => null };
  return retryAfter(answer, now)?.toISOString();
};

test('Retry-After is seconds or a date', () => {
  expect(after('90')).toBe('2026-01-31T09:01:30.000Z');
  expect(after('Sat, 31 Jan 2026 10:00:00 GMT')).toBe('2026-01-31T10:00:00.000Z');
});

test.each([[undefined], ['bald'], [''], ['9'.repeat(30)]])('Retry-After: %s says nothing', (value) => {
  expect(after(value)).toBeUndefined();
});
