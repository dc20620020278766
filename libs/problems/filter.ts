import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, problemMediaType, toProblemJson } from './problem.js';
import { traceOf, understand } from './understand.js';

export type LogError = (message: string, fields: Record<string, unknown>) => void;

/** Answers every error of a Nest application on Fastify with RFC 9457. What nobody foresaw is logged, without message and payload. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: LogError) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = understand(error);
    if (problem.code === 'internal') this.log('unexpected error', traceOf(error));
    sendProblem(host.switchToHttp().getResponse<FastifyReply>(), problem);
  }
}

/** For hooks and handlers outside Nest. Does nothing when an answer is already under way. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.sent || reply.raw.headersSent) return;
  reply
    .status(problem.status)
    .headers(problem.headers)
    .header('content-type', problemMediaType)
    .send(Buffer.from(JSON.stringify(toProblemJson(problem))));
}

/** For the Fastify constructor: requests that break before any route sees them (unreadable HTTP, endless headers) get a problem, too. */
export const brokenRequests = {
  frameworkErrors(error: Error, _request: unknown, reply: FastifyReply): void {
    sendProblem(reply, understand(error));
  },
  clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const problem = new Problem(
      tooLarge ? 'too-large' : 'malformed',
      tooLarge ? 'Die Kopfzeilen sind zu groß.' : 'Die Anfrage ist kein gültiges HTTP.',
    );
    const body = JSON.stringify(toProblemJson(problem));
    const status = tooLarge ? 431 : 400;
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  },
};
