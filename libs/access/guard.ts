import { type CanActivate, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#problems/problem.js';
import { authenticate, type Trust } from './authenticate.js';
import { may, type Principal, type Right } from './rights.js';

const needed = 'stellwerk:right';

/** Routes without a token: they say how the process is, and nothing about anybody. */
export const openRoutes: string[] = ['/health/live', '/health/ready', '/metrics', '/openapi.json'];

/** The right that a route demands. A route that says nothing, and is not in {@link openRoutes}, is closed to everybody. */
export const Needs = (right: Right) => SetMetadata(needed, right);

/** The {@link Principal} as a handler's parameter. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest()),
);

export function principalOf(request: object): Principal {
  const { principal } = request as { principal?: Principal };
  if (!principal) throw new Error('route without guard');
  return principal;
}

/** 401 before 403 before anything about the content: unknown regions, missing rows, wrong values. */
export class AccessGuard implements CanActivate {
  constructor(private readonly trust: Trust) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (openRoutes.includes(request.routeOptions.url ?? '')) return true;
    const principal = await authenticate(request.headers.authorization, this.trust);
    Object.assign(request, { principal });
    const right: Right | undefined = Reflect.getMetadata(needed, context.getHandler());
    if (!right) throw new Problem('forbidden', 'Diese Adresse ist für niemanden freigegeben.');
    demand(principal, right, regionOf(request));
    return true;
  }
}

/** Throws {@link Problem} `forbidden` unless `principal` may use `right` (in `region`). For what the address does not tell: a task's region, a row's. */
export function demand(principal: Principal, right: Right, region?: string): void {
  if (!may(principal, right))
    throw new Problem(
      'forbidden',
      `Die Rolle dieses Zugangs (${principal.role}) oder sein Scope erlaubt das nicht.`,
      {},
      insufficient,
    );
  if (!may(principal, right, region))
    throw new Problem('forbidden', 'Diese Region gehört nicht zu diesem Zugang.', {}, insufficient);
}

const insufficient = { 'www-authenticate': 'Bearer realm="stellwerk", error="insufficient_scope"' };

/** The region that an address names, by path (`:region`, `:ars`) or query (`?region=`, `?ars=`). An unreadable one is nobody's. */
function regionOf(request: FastifyRequest): string | undefined {
  const params = (request.params ?? {}) as Record<string, unknown>;
  const query = (request.query ?? {}) as Record<string, unknown>;
  const named = [params['region'], params['ars'], query['region'], query['ars']].filter((value) => value !== undefined);
  return named.length === 0 ? undefined : named.length === 1 ? String(named[0]) : '';
}
