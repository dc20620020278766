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

/** Options of the Fastify constructor for every application that strangers reach. Times in milliseconds. */
export const serverOptions = (trustedProxies: string[]) => ({
  ...brokenRequests,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000, // longer than the pools of portals and proxies keep a connection
  http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 5_000 },
  trustProxy: trustedProxies.length > 0 && trustedProxies,
});

/**
 * Nothing of a body is read before the access guard has let the request in: Fastify parses none, and whoever needs one
 * reads it with {@link Bodies}.
 */
export function leaveBodiesUnread(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
  fastify.decorateRequest('contentType');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.contentType = request.headers['content-type'];
    delete request.raw.headers['content-type']; // an unreadable one would get Fastify's 415 before the guard's 401
    done();
  });
}

/** Answers 405 with `Allow` where the address exists and the method does not. */
export function refuseOtherMethods(fastify: FastifyInstance): void {
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
    sendProblem(reply, new Problem('method-not-allowed', texts.method(allow), {}, { allow }));
  });
}
