import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, problemMediaType, toProblemJson } from './problem.js';
import { texts } from './texts.js';
import { traceOf, understand } from './understand.js';

export type LogError = (message: string, fields: Record<string, unknown>) => void;

/**
 * Answers every error of a Nest application on Fastify with RFC 9457. An unexpected error is logged without its
 * message and without the payload.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: LogError) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = understand(error);
    if (problem.code === 'internal') this.log('unexpected error', traceOf(error));
    const request = host.switchToHttp().getRequest<{ about?: Record<string, unknown> }>();
    request.about = { ...request.about, code: problem.code, ...(problem.reason && { refusal: problem.reason }) };
    sendProblem(host.switchToHttp().getResponse<FastifyReply>(), problem);
  }
}

/** For hooks and handlers outside Nest. Does nothing if an answer has already begun. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.sent || reply.raw.headersSent) return;
  reply
    .status(problem.status)
    .headers(problem.headers)
    .header('content-type', problemMediaType)
    .send(Buffer.from(JSON.stringify(toProblemJson(problem))));
}

/**
 * Options of the Fastify constructor: requests that fail before routing (no HTTP, endless headers) get a problem, too.
 */
export const brokenRequests = {
  frameworkErrors(error: Error, _request: unknown, reply: FastifyReply): void {
    sendProblem(reply, understand(error));
  },
  clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
    if (error.code === 'HPE_HEADER_OVERFLOW')
      writeProblem(socket, 431, new Problem('too-large', texts.headersTooLarge));
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
      writeProblem(socket, 408, new Problem('too-slow', texts.byCode['too-slow']!));
    else writeProblem(socket, 400, new Problem('malformed', texts.noHttp));
  },
};

/** Milliseconds that somebody has to read why the connection ends. */
const farewell = 500;

/**
 * Writes the whole answer by hand, because there is no request that a framework could answer. The socket is destroyed
 * soon, whether or not the other side closes it too: until then, what was sent stays in memory.
 */
function writeProblem(socket: Socket, status: number, problem: Problem): void {
  const body = JSON.stringify(toProblemJson(problem));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), farewell).unref();
}
