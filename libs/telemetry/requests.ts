import type { FastifyInstance } from 'fastify';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { childSpan, parseTraceparent } from './trace.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** This request's span, in the caller's trace or a new one. */
    traceparent: string;
    /**
     * Further fields of the line about this request (`submissionId`, `client`, `code`); the log's list of fields
     * applies.
     */
    about?: Record<string, unknown>;
  }
}

/** Whoever is refused access leaves a line of their own: docs/security-log.md. */
const refused = new Set([401, 403]);

/**
 * Gives every request its span. Once it is answered, writes one log line and one observation: method, route template,
 * status, duration; never the URL, a header or a body. Requests for health and metrics are logged at `debug`.
 */
export function observeRequests(
  fastify: FastifyInstance,
  { log, metrics }: { log: Log; metrics: Pick<Metrics, 'requestDuration'> },
): void {
  fastify.decorateRequest('traceparent', '');
  fastify.decorateRequest('about');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.traceparent = childSpan(request.headers['traceparent']);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    metrics.requestDuration.observe({ method, route, status }, durationMs / 1000);
    if (refused.has(status)) {
      const { client, role } = (request as { principal?: { client: string; role: string } }).principal ?? {};
      const who = { client, role, peer: request.ip, traceId: parseTraceparent(request.traceparent)?.traceId };
      log.warn('access refused', { ...request.about, ...who, method, route, status });
    }
    const level = status >= 500 ? 'warn' : /^\/(health|metrics)/.test(route) ? 'debug' : 'info';
    log[level]('answered', {
      ...request.about,
      traceId: parseTraceparent(request.traceparent)?.traceId,
      method,
      route,
      status,
      durationMs,
    });
    done();
  });
}
