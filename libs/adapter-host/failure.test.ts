import { expect, test } from '@jest/globals';
import type { Answer } from './answer.js';
import { doubted } from './failure.js';
import { leavesDoubt } from './http.js';

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

test('a 5xx that says that nothing was done leaves no doubt, one that nobody knows does', () => {
  expect([500, 502, 504, 520, 599].map(leavesDoubt)).toEqual(Array(5).fill(true));
  expect([429, 501, 503, 505, 507, 508, 511].map(leavesDoubt)).toEqual(Array(7).fill(false));
});
