import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type LogError, ProblemFilter } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';
import { understand } from '#problems/understand.js';
import { ContentUnreadable } from '#store/codec.js';
import { isUnavailable } from '#store/database.js';
import { submissionsAddress } from './submissions.controller.js';
import { texts } from './texts.js';

/**
 * The problem filter that also answers 503 while the database or a key of the operator is away, 404 for what is erased,
 * and reports why submissions were refused.
 */
@Catch()
export class GatewayFilter extends ProblemFilter {
  constructor(
    log: LogError,
    private readonly onRejected: (code: string) => void,
  ) {
    super(log);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const known = knownOf(error);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { code } = understand(known);
    if (request.method === 'POST' && request.routeOptions.url === submissionsAddress) this.onRejected(code);
    super.catch(known, host);
  }
}

function knownOf(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof ContentUnreadable) return unreadable(error);
  return isUnavailable(error)
    ? new Problem('unavailable', texts.databaseUnavailable, {}, { 'retry-after': '2' })
    : error;
}

function unreadable({ why, message }: ContentUnreadable): Problem {
  if (why === 'erased') return new Problem('not-found', message);
  if (why === 'master-key') return new Problem('unavailable', message, {}, { 'retry-after': '60' });
  return new Problem('internal', message);
}
