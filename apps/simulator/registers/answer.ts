import type { FastifyReply } from 'fastify';
import type { Mode } from '../world/faults.js';

const slowness = 5_000;

/** Answers in place of the system where the fault says so; false: the system answers itself. */
export function replaced(mode: Mode, reply: FastifyReply): boolean {
  switch (mode) {
    case 'down':
      reply.hijack();
      reply.raw.destroy();
      return true;
    case 'busy':
      problem(reply.header('retry-after', '1'), 503, 'Gerade ist zu viel los.');
      return true;
    case 'unauthorized':
      problem(reply, 401, 'Das Token gilt nicht.');
      return true;
    case 'garbage':
      void reply.code(200).type('text/html').send('<html><body>Wartungsarbeiten');
      return true;
    case 'reject':
      problem(reply, 422, 'Die Sendung erfüllt eine Regel des Fachverfahrens nicht.');
      return true;
    default:
      return false;
  }
}

/** Answers as the fault says, once the work is done: now, after five seconds, or never. */
export function settle(mode: Mode, reply: FastifyReply, status: number, body: object): void {
  if (mode === 'commit-then-hang') reply.hijack();
  else if (mode === 'slow') setTimeout(() => void reply.code(status).send(body), slowness).unref();
  else void reply.code(status).send(body);
}

export function problem(reply: FastifyReply, status: number, detail: string): void {
  void reply.code(status).type('application/problem+json').send({ status, detail });
}
