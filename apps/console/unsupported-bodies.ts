import type { FastifyInstance } from 'fastify';
import { sendProblem } from '#problems/filter.js';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

/** Refuses what no route takes before a controller sees it: compressed bodies, plain text, JSON nested too deeply. */
export function refuseUnsupportedBodies(fastify: FastifyInstance, { LIMIT_DEPTH }: { LIMIT_DEPTH: number }): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return done();
    sendProblem(reply, new Problem('unsupported-media-type', texts.request.compressed));
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!isDeeper(request.body, LIMIT_DEPTH)) return done();
    sendProblem(reply, new Problem('too-deep', texts.request.tooDeep(LIMIT_DEPTH)));
  });
}

/** Walks level by level instead of recursively, so that hostile nesting cannot exhaust the stack. */
function isDeeper(body: unknown, limit: number): boolean {
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
