import type { IncomingMessage } from 'node:http';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

/** The bodies of all requests together may take this many times the limit of one. */
const bodiesAtOnce = 4;

/** Reads whole bodies, within a limit for each and one for all that are in memory at once. */
export class Bodies {
  #held = 0;

  constructor(private readonly limit: number) {}

  /**
   * Reads the body and counts it as held until `work` has finished.
   * @throws Problem `too-large`, `malformed` if the request ends early, or `unavailable` while too much is held
   */
  async hold<T>(request: IncomingMessage, work: (body: Buffer) => Promise<T>): Promise<T> {
    let size = 0;
    const take = (bytes: number) => {
      if (size + bytes > this.limit) throw tooLarge(this.limit);
      if (this.#held + bytes > this.limit * bodiesAtOnce) throw tooManyAtOnce();
      this.#held += bytes;
      size += bytes;
    };
    if (Number(request.headers['content-length'] ?? 0) > this.limit) throw tooLarge(this.limit);
    try {
      return await work(await collect(request, take));
    } finally {
      this.#held -= size;
    }
  }
}

/**
 * Uses events, because leaving an async iteration early destroys the socket and with it the answer. Node discards what
 * is left unread after the answer.
 */
function collect(request: IncomingMessage, take: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const onData = (chunk: Buffer) => {
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (problem) {
        stop();
        reject(problem);
      }
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const onClose = () => {
      stop();
      reject(new Problem('malformed', texts.body.aborted));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose(); // the client left while the process was being looked up
  });
}

function tooLarge(limit: number): Problem {
  return new Problem('too-large', texts.body.tooLarge(Math.round(limit / 1024 / 1024)));
}

function tooManyAtOnce(): Problem {
  return new Problem('unavailable', texts.body.tooManyAtOnce, {}, { 'retry-after': '2' });
}
