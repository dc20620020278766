import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type LogError, ProblemFilter } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';
import { understand } from '#problems/understand.js';
import { isUnavailable } from '#store/database.js';

/** The problem filter, which also knows a store that is away, and tells which problems submissions met. */
@Catch()
export class DoorFilter extends ProblemFilter {
  constructor(
    log: LogError,
    private readonly onRejected: (code: string) => void,
  ) {
    super(log);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const known = !(error instanceof Problem) && isUnavailable(error) ? storeAway() : error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { code } = understand(known);
    request.about = { ...request.about, code };
    if (request.method === 'POST' && request.routeOptions.url === '/service-bw/v1/submissions') this.onRejected(code);
    super.catch(known, host);
  }
}

function storeAway(): Problem {
  return new Problem(
    'unavailable',
    'Die Datenbank antwortet nicht; bitte gleich noch einmal senden.',
    {},
    { 'retry-after': '2' },
  );
}
