import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { leaveBodiesUnread, refuseOtherMethods, serverOptions } from '#intake/http-server.js';

/**
 * Fastify as the gateway needs it. It parses no body: a body is read only after the guard has checked the token and the
 * handler has found the process.
 */
export function openFastify(trustedProxies: string[]): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...serverOptions(trustedProxies),
    multipart: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  leaveBodiesUnread(fastify);
  refuseOtherMethods(fastify);
  return adapter;
}
