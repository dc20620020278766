import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { brokenRequests, sendProblem } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The header `Content-Type` as it came. */
    contentType: string | undefined;
  }
}

/** The longest time for all headers, and for a whole request, in milliseconds. */
const headersTimeout = 10_000;
const requestTimeout = 60_000;

/**
 * Fastify as the gateway needs it. It parses no body: a body is read only after the guard has checked the token and the
 * handler has found the process.
 */
export function openFastify(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...brokenRequests,
    multipart: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout,
    keepAliveTimeout: 65_000, // longer than the pools of portals and proxies keep a connection
    http: { headersTimeout, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 5_000 },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
  fastify.decorateRequest('contentType');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.contentType = request.headers['content-type'];
    delete request.raw.headers['content-type']; // an unreadable one would get Fastify's 415 before the guard's 401
    done();
  });
  refuseOtherMethods(fastify);
  return adapter;
}

/** Answers 405 with `Allow` where the address exists and the method does not. */
function refuseOtherMethods(fastify: FastifyInstance): void {
  const routes: { methods: string[]; pattern: RegExp }[] = [];
  fastify.addHook('onRoute', ({ method, url }) => {
    if (url === '*' || url === '/*') return;
    routes.push({ methods: [method].flat(), pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}/?$`) });
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const allowed = new Set(routes.flatMap(({ methods, pattern }) => (pattern.test(path) ? methods : [])));
    if (allowed.size === 0 || allowed.has(request.method)) return done();
    const allow = [...allowed].join(', ');
    sendProblem(reply, new Problem('method-not-allowed', texts.request.method(allow), {}, { allow }));
  });
}
