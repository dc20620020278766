import { expect, test } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Problem } from '#problems/problem.js';
import { RateGuard } from './rate.guard.js';

const asking = (client?: string) =>
  ({
    switchToHttp: () => ({ getRequest: () => ({ principal: client && { client } }) }),
  }) as unknown as ExecutionContext;

function refusal(guard: RateGuard, client: string): Problem | undefined {
  try {
    guard.canActivate(asking(client));
    return undefined;
  } catch (problem) {
    return problem as Problem;
  }
}

test('a client has its burst, then one request for each that time gives back; another client has its own', () => {
  let now = 0;
  const guard = new RateGuard(2, () => now);
  expect([1, 2, 3].map(() => refusal(guard, 'a')?.code)).toEqual([undefined, undefined, 'too-many-requests']);
  expect(refusal(guard, 'b')).toBeUndefined();
  now = 400;
  expect(refusal(guard, 'a')?.headers).toEqual({ 'retry-after': '1' });
  now = 500;
  expect(refusal(guard, 'a')).toBeUndefined();
  expect(refusal(guard, 'a')?.status).toBe(429);
});

test('without a limit, and for those who are nobody, there is none', () => {
  const guard = new RateGuard(0);
  for (let n = 0; n < 1000; n++) expect(guard.canActivate(asking('a'))).toBe(true);
  expect(new RateGuard(1).canActivate(asking())).toBe(true);
});
