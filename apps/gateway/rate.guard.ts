import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Principal } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

/**
 * Allows each client so many requests. Runs after the access guard, which names the client. `take` counts one for a
 * client and says how many milliseconds are left until it is allowed; without it there is no limit.
 */
export class RateGuard implements CanActivate {
  constructor(private readonly take?: (client: string) => Promise<number>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { principal } = context.switchToHttp().getRequest<{ principal?: Principal }>();
    if (!this.take || !principal) return true;
    const wait = await this.take(principal.client);
    if (wait > 0) throw tooMany(Math.ceil(wait / 1000));
    return true;
  }
}

function tooMany(seconds: number): Problem {
  return new Problem('too-many-requests', texts.request.tooMany, {}, { 'retry-after': String(seconds) });
}
