import { expect, test } from '@jest/globals';
import type { Answer } from './answer.js';
import { doubted, outcomeOf } from './failure.js';
import { leavesDoubt, Refused } from './http.js';

const busy: Answer = { kind: 'later', reason: { public: 'Nein.' } };
const manifest = { refusesWith: { '500': 'Jeder Fehler ist dort 500.' } } as never;
const after = (unclear: (number | 'no answer')[], answer: Answer = busy) => doubted(answer, unclear, manifest).kind;

test('a refusal proves nothing after a 5xx that a proxy may have given, or after no answer', () => {
  expect([[502], [500, 504], ['no answer' as const]].map((unclear) => after(unclear))).toEqual(
    Array(3).fill('unknown'),
  );
  expect(after([502], { kind: 'rejected', reasons: [{ public: 'Nein.' }] })).toBe('unknown');
  expect([after([]), after([500])]).toEqual(['later', 'later']);
  expect(after([502], { kind: 'delivered', externalReference: 'R-1' })).toBe('delivered');
});

test('P2 a delivery that may have left is in doubt, although a later request of it is refused', () => {
  const failure = { why: 'threw' as const, error: new Refused('not allowed', 'rest.baseUrl') };
  expect(outcomeOf({ ...failure, doubt: true }, true).kind).toBe('unknown');
  expect(outcomeOf({ ...failure, doubt: false }, true).kind).toBe('misconfigured');
});

test('a 5xx that says that nothing was done leaves no doubt, one that nobody knows does', () => {
  expect([500, 502, 504, 520, 599].map(leavesDoubt)).toEqual(Array(5).fill(true));
  expect([429, 501, 503, 505, 507, 508, 511].map(leavesDoubt)).toEqual(Array(7).fill(false));
});
