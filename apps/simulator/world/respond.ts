import type { FastifyReply, FastifyRequest } from 'fastify';
import { texts } from '../texts.js';
import { type Mode, type System, slowMs } from './faults.js';
import type { World } from './world.js';

/** What comes instead of a system's own answer: nothing, a page, or a refusal. */
type Replacement = 'nothing' | { page: string } | { status: number; detail: string; headers?: Record<string, string> };

const replacements: Partial<Record<Mode, Replacement>> = {
  down: 'nothing',
  busy: { status: 503, detail: texts.busy, headers: { 'retry-after': '1' } },
  unauthorized: { status: 401, detail: texts.wrongToken },
  garbage: { page: texts.maintenance },
  reject: { status: 422, detail: texts.ruleViolated },
};

/** Returns undefined if the system answers itself. */
export const replacementFor = (mode: Mode): Replacement | undefined => replacements[mode];

/**
 * Decides how a request to a system is answered. Returns the mode for {@link respond}; undefined if the request has
 * been answered already, because its fault says so, or because it lacks the header `authorization` that the system
 * demands.
 */
export function admit(
  world: World,
  system: System,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { ars, delivery, authorization }: { ars?: string | undefined; delivery: boolean; authorization?: string },
): Mode | undefined {
  const mode = world.modeFor(system, { ars, delivery });
  const replacement = replacementFor(mode);
  if (replacement) {
    replace(reply, replacement);
    return undefined;
  }
  if (authorization !== undefined && request.headers.authorization !== authorization) {
    problem(reply, 401, texts.wrongToken);
    return undefined;
  }
  return mode;
}

function replace(reply: FastifyReply, replacement: Replacement): void {
  if (replacement === 'nothing') {
    reply.hijack();
    reply.raw.destroy();
  } else if ('page' in replacement) void reply.code(200).type('text/html').send(replacement.page);
  else problem(reply.headers(replacement.headers ?? {}), replacement.status, replacement.detail);
}

/** Answers after the work is done, as the mode says: at once, after five seconds, or never. */
export function respond(mode: Mode, reply: FastifyReply, status: number, body: object | string): void {
  if (mode === 'commit-then-hang') reply.hijack();
  else if (mode === 'commit-then-fail') problem(reply, 502, texts.badGateway);
  else if (mode === 'slow') setTimeout(() => void reply.code(status).send(body), slowMs).unref();
  else void reply.code(status).send(body);
}

export function problem(reply: FastifyReply, status: number, detail: string): void {
  void reply.code(status).type('application/problem+json').send({ status, detail });
}
