import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Principal } from '#access/rights.js';
import { Bodies } from '#intake/body.js';
import { demandJson } from '#intake/fachverfahren/reply.js';
import { parseJson } from '#intake/service-bw/json.js';
import { refuseEncoded } from '#intake/service-bw/media.js';
import { decode } from '#intake/service-bw/text.js';
import type { Settings } from '#settings/settings.js';

/** Bytes of the largest JSON body. */
const largest = 1024 * 1024;

/**
 * Reads the body of a request once the guard has let it in, before it is validated. Requests to `uploads` read their
 * own.
 */
export class JsonBody implements NestInterceptor {
  private readonly bodies: Bodies;

  constructor(
    private readonly settings: Pick<Settings, 'LIMIT_BODY_RATE' | 'LIMIT_DEPTH' | 'LIMIT_FIELDS'>,
    private readonly uploads: string,
  ) {
    this.bodies = new Bodies({ size: largest, rate: settings.LIMIT_BODY_RATE });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    const { principal } = request;
    if (!principal || !hasBody(request) || request.routeOptions.url === this.uploads) return next.handle();
    refuseEncoded(request.headers);
    demandJson(request.contentType);
    const limits = { depth: this.settings.LIMIT_DEPTH, fields: this.settings.LIMIT_FIELDS };
    return from(
      this.bodies.hold(request.raw, principal.client, async (body) => {
        request.body = parseJson(decode(body), limits);
        return lastValueFrom(next.handle());
      }),
    );
  }
}

/** RFC 9112 §6.3. */
const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
