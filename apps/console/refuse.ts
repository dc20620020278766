import type { FastifyInstance } from 'fastify';
import { sendProblem } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';

/** Refuses, before anything looks at it, what no route takes: compressed bodies, other formats than JSON, deep nesting. */
export function refuseEarly(fastify: FastifyInstance, { LIMIT_DEPTH }: { LIMIT_DEPTH: number }): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return done();
    sendProblem(reply, new Problem('unsupported-media-type', 'Komprimierte Anfragen werden nicht angenommen.'));
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!deeper(request.body, LIMIT_DEPTH)) return done();
    sendProblem(reply, new Problem('too-deep', `Die Anfrage ist tiefer als ${LIMIT_DEPTH} Ebenen verschachtelt.`));
  });
}

/** Level by level, not recursive: hostile depth must not reach the stack. */
function deeper(body: unknown, limit: number): boolean {
  let level = [body].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= limit) return true;
    level = level.flatMap((container) => Object.values(container)).filter(isContainer);
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
