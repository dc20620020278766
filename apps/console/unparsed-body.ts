import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The header `Content-Type` as it came. */
    contentType: string | undefined;
  }
}

/** A media type of our own: Fastify chooses the parser by it, and this one reads nothing. */
const unparsed = 'application/x-unread';

/**
 * Leaves the body of a POST to `address` to its handler. Such requests carry files, and nothing large may be read
 * before the access guard has let the request in.
 */
export function leaveBodyUnparsed(fastify: FastifyInstance, address: string): void {
  fastify.addContentTypeParser(unparsed, (_request, _body, done) => done(null));
  fastify.decorateRequest('contentType');
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' && request.routeOptions.url === address) {
      request.contentType = request.headers['content-type'];
      request.raw.headers['content-type'] = unparsed;
    }
    done();
  });
}
