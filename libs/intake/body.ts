import type { IncomingMessage } from 'node:http';
import { Problem } from '#problems/problem.js';

/** Bodies of all requests together may hold this many times the limit of one. */
const bodiesAtOnce = 4;

/** Reads bodies whole, within a limit for each and one for all that are held at once. */
export class Bodies {
  #held = 0;

  constructor(private readonly limit: number) {}

  /** Reads the body and lends it to `work`. Throws {@link Problem} `too-large`, or `unavailable` while too much is held. */
  async hold<T>(request: IncomingMessage, work: (body: Buffer) => Promise<T>): Promise<T> {
    let size = 0;
    const take = (bytes: number) => {
      if (size + bytes > this.limit) throw tooLarge(this.limit);
      if (this.#held + bytes > this.limit * bodiesAtOnce) throw crowded();
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

/** Not by iteration: leaving that early destroys the socket, and with it the answer. What is left unread, Node discards after the answer. */
function collect(request: IncomingMessage, take: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const leave = () => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const onData = (chunk: Buffer) => {
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (problem) {
        leave();
        reject(problem);
      }
    };
    const onEnd = () => {
      leave();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const onClose = () => {
      leave();
      reject(new Problem('malformed', 'Die Anfrage ist abgebrochen.'));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose(); // it went while we looked for the process
  });
}

function tooLarge(limit: number): Problem {
  return new Problem('too-large', `Die Anfrage ist größer als ${Math.round(limit / 1024 / 1024)} MiB.`);
}

function crowded(): Problem {
  return new Problem(
    'unavailable',
    'Zurzeit treffen zu viele große Anträge zugleich ein; bitte gleich noch einmal senden.',
    {},
    { 'retry-after': '2' },
  );
}
