import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type LogError, ProblemFilter } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';
import { understand } from '#problems/understand.js';
import { isUnavailable } from '#store/database.js';
import { submissionsAddress } from './submissions.controller.js';
import { texts } from './texts.js';

/** The problem filter that also answers 503 while the database is away, and reports why submissions were refused. */
@Catch()
export class GatewayFilter extends ProblemFilter {
  constructor(
    log: LogError,
    private readonly onRejected: (code: string) => void,
  ) {
    super(log);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const known = !(error instanceof Problem) && isUnavailable(error) ? databaseUnavailable() : error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { code } = understand(known);
    if (request.method === 'POST' && request.routeOptions.url === submissionsAddress) this.onRejected(code);
    super.catch(known, host);
  }
}

function databaseUnavailable(): Problem {
  return new Problem('unavailable', texts.databaseUnavailable, {}, { 'retry-after': '2' });
}
