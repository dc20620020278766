import { expect, test } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { RateGuard } from './rate.guard.js';

const asking = (client?: string) =>
  ({
    switchToHttp: () => ({ getRequest: () => ({ principal: client && { client } }) }),
  }) as unknown as ExecutionContext;

test('a client that must wait is told how many seconds; another one need not', async () => {
  const guard = new RateGuard(async (client) => (client === 'hasty' ? 1100 : 0));
  expect(await guard.canActivate(asking('patient'))).toBe(true);
  await expect(guard.canActivate(asking('hasty'))).rejects.toMatchObject({
    code: 'too-many-requests',
    status: 429,
    headers: { 'retry-after': '2' },
  });
});

test('without a limit, and for those who are nobody, there is none', async () => {
  expect(await new RateGuard().canActivate(asking('a'))).toBe(true);
  expect(await new RateGuard(async () => 1).canActivate(asking())).toBe(true);
});
