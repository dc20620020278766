import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The header `Content-Type` as it came. */
    contentType: string | undefined;
  }
}

const unread = 'application/x-unread';

/** A POST to this address carries files: its body is left for the handler, so that nothing large is read before the guard has said yes. */
export function leaveUnread(fastify: FastifyInstance, address: string): void {
  fastify.addContentTypeParser(unread, (_request, _body, done) => done(null));
  fastify.decorateRequest('contentType');
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' && request.routeOptions.url === address) {
      request.contentType = request.headers['content-type'];
      request.raw.headers['content-type'] = unread;
    }
    done();
  });
}
