import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Principal } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

/**
 * Allows each client `perSecond` requests a second on average, and as many in a burst (a token bucket); 0: no limit.
 * Runs after the access guard, which names the client.
 */
export class RateGuard implements CanActivate {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal } = context.switchToHttp().getRequest<{ principal?: Principal }>();
    if (this.perSecond > 0 && principal) this.take(principal.client);
    return true;
  }

  private take(client: string): void {
    const now = this.now();
    const bucket = this.buckets.get(client) ?? { left: this.perSecond, at: now };
    this.buckets.set(client, bucket);
    bucket.left = Math.min(this.perSecond, bucket.left + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    if (bucket.left < 1) throw tooMany(Math.ceil((1 - bucket.left) / this.perSecond));
    bucket.left--;
  }
}

function tooMany(seconds: number): Problem {
  return new Problem('too-many-requests', texts.request.tooMany, {}, { 'retry-after': String(seconds) });
}
