import { type CanActivate, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#problems/problem.js';
import { authenticate, type Trust } from './authenticate.js';
import { type Mandate, may, type Principal, type Right } from './rights.js';
import { texts } from './texts.js';

const rightKey = 'stellwerk:right';

/** Routes that need no token: they describe the process and nobody's data. */
export const openRoutes: string[] = ['/health/live', '/health/ready', '/metrics', '/openapi.json'];

/** The right that a route demands. A route that names none and is not in {@link openRoutes} is closed to everybody. */
export const Needs = (right: Right) => SetMetadata(rightKey, right);

/** The {@link Principal} as a handler's parameter. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest()),
);

function principalOf({ principal }: { principal?: Principal }): Principal {
  if (!principal) throw new Error('route without guard');
  return principal;
}

/** Counts a token that was refused, by address; resolves to the milliseconds until another one is looked at. */
export type CountFailure = (address: string) => Promise<number>;

/** What the guard asks besides the token. */
interface Asked {
  countFailure?: CountFailure;
  /** What regions below have entrusted to a client; absent where nothing is done in their name. */
  mandatesOf?(client: string): Promise<Mandate[]>;
}

/**
 * Answers 401 or 403 before anything about the content (unknown regions, missing rows, wrong values) can be learnt. No
 * cache on the way may keep what a token is needed for (RFC 9111 §5.2.2.5).
 */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly trust: Trust,
    private readonly asked: Asked = {},
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<AddressParts>>();
    if (openRoutes.includes(request.routeOptions.url ?? '')) return true;
    context.switchToHttp().getResponse<FastifyReply>().header('cache-control', 'no-store');
    const holder = await authenticate(request.headers.authorization, this.trust).catch((error) =>
      this.refuse(error, request),
    );
    const principal = await this.entrusted(holder);
    Object.assign(request, { principal });
    const right: Right | undefined = Reflect.getMetadata(rightKey, context.getHandler());
    if (!right) throw new Problem('forbidden', texts.closedRoute, {}, {}, 'closedRoute');
    demand(principal, right, regionOf(request));
    return true;
  }

  /** Asked with every request, so that a mandate that is revoked ends at once. */
  private async entrusted(principal: Principal): Promise<Principal> {
    const isAbove = principal.role === 'coordinator' || principal.role === 'land';
    return isAbove && this.asked.mandatesOf
      ? { ...principal, mandates: await this.asked.mandatesOf(principal.client) }
      : principal;
  }

  /** Beyond the limit a token that does not hold is 429. One that holds is let in, whatever its neighbours send. */
  private async refuse(error: unknown, { headers, ip }: FastifyRequest<AddressParts>): Promise<never> {
    if (!(error instanceof Problem) || error.code !== 'unauthenticated' || !headers.authorization) throw error;
    const wait = (await this.asked.countFailure?.(networkOf(ip)).catch(() => 0)) ?? 0;
    if (wait <= 0) throw error;
    const later = { 'retry-after': String(Math.ceil(wait / 1000)) };
    throw new Problem('too-many-requests', texts.tooManyFailures, {}, later, 'tooManyFailures');
  }
}

/**
 * For a region that the address does not name, such as that of a task or a row.
 * @throws Problem `forbidden` unless `principal` may use `right` (in `region`)
 */
export function demand(principal: Principal, right: Right, region?: string): void {
  if (!may(principal, right))
    throw new Problem('forbidden', texts.roleOrScope(principal.role), {}, insufficient, 'roleOrScope');
  if (!may(principal, right, region))
    throw new Problem('forbidden', texts.foreignRegion, {}, insufficient, 'foreignRegion');
}

const insufficient = { 'www-authenticate': 'Bearer realm="stellwerk", error="insufficient_scope"' };

/**
 * The region that an address names, by path (`:region`, `:ars`) or query (`?region=`, `?ars=`). An address that names
 * several yields `''`; like an unreadable value, that lies in nobody's regions.
 */
function regionOf({ params, query }: FastifyRequest<AddressParts>): string | undefined {
  const named = [params?.['region'], params?.['ars'], query?.['region'], query?.['ars']].filter(
    (value) => value !== undefined,
  );
  return named.length === 0 ? undefined : named.length === 1 ? String(named[0]) : '';
}

/** An IPv6 subscriber has a whole /64 (RFC 6177): its first four groups. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [head, tail].map((half) => half.split(':').filter(Boolean)) as [string[], string[]];
  const groups = [...first, ...Array(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Fastify leaves both out for a route that has neither. */
interface AddressParts {
  Params: Record<string, unknown> | undefined;
  Querystring: Record<string, unknown> | undefined;
}
