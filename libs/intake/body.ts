import type { IncomingMessage } from 'node:http';
import { Problem } from '#problems/problem.js';
import { texts } from './texts.js';

/** The bodies of all requests together may take this many times the limit of one. */
const bodiesAtOnce = 8;

/** Milliseconds over which the rate of a body is measured. */
const ratedOver = 5_000;

export interface BodyLimits {
  /** Bytes of one body. */
  size: number;
  /** Bytes per second at which it must arrive; 0: as slowly as it likes. */
  rate: number;
}

/**
 * Reads whole bodies, within a limit for each and one for all that are in memory at once. A client may hold as much as
 * it leaves to all others: alone a half, a second one a half of what is left, and so on. So whoever holds what they
 * may, the next client still finds room.
 */
export class Bodies {
  #held = 0;
  readonly #heldBy = new Map<string, number>();

  constructor(
    private readonly limits: BodyLimits,
    private readonly window = ratedOver,
  ) {}

  /**
   * Reads the body and counts it as held by `client` until `work` has finished; then it is gone.
   * @throws Problem `too-large`, `too-slow`, `malformed` if the request ends early, or `unavailable` while the client
   *   or all together hold too much
   */
  async hold<T>(request: IncomingMessage, client: string, work: (body: Buffer) => Promise<T>): Promise<T> {
    const { size: most, rate } = this.limits;
    let size = 0;
    const take = (bytes: number) => {
      if (size + bytes > most) throw tooLarge(most);
      this.#take(client, bytes);
      size += bytes;
    };
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > most) throw tooLarge(most);
    const body = new Gathered(announced || most);
    try {
      return await work(
        await collect(request, body, take, { window: this.window, least: (rate * this.window) / 1000 }),
      );
    } finally {
      this.#give(client, size);
      body.free();
    }
  }

  #take(client: string, bytes: number): void {
    const mine = (this.#heldBy.get(client) ?? 0) + bytes;
    const left = this.limits.size * bodiesAtOnce - this.#held - bytes;
    if (mine > left) throw tooManyAtOnce();
    this.#held += bytes;
    this.#heldBy.set(client, mine);
  }

  #give(client: string, bytes: number): void {
    const mine = (this.#heldBy.get(client) ?? 0) - bytes;
    this.#held -= bytes;
    if (mine > 0) this.#heldBy.set(client, mine);
    else this.#heldBy.delete(client);
  }
}

/**
 * Uses events, because leaving an async iteration early destroys the socket and with it the answer. Node discards what
 * is left unread after the answer. `pace`: the least bytes in each window of milliseconds.
 */
function collect(
  request: IncomingMessage,
  body: Gathered,
  take: (bytes: number) => void,
  pace: { window: number; least: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let recent = 0;
    // what came while this process was busy is read first
    const pacing = setInterval(() => setImmediate(judgePace), pace.window).unref();
    const stop = () => {
      clearInterval(pacing);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const refuse = (problem: unknown) => {
      stop();
      reject(problem);
    };
    const judgePace = () => {
      if (recent < pace.least) refuse(tooSlow());
      recent = 0;
    };
    const onData = (chunk: Buffer) => {
      recent += chunk.length;
      try {
        take(chunk.length);
        body.add(chunk);
      } catch (problem) {
        refuse(problem);
      }
    };
    const onEnd = () => {
      stop();
      resolve(body.bytes());
    };
    const onClose = () => refuse(new Problem('malformed', texts.body.aborted));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose(); // the client left while the process was being looked up
  });
}

/** Bytes after which what the chunks of a body leave behind is cleared away. */
const clearedAfter = 4 * 1024 * 1024;

/**
 * Bytes that come one after the other, in a memory of their own that grows with what has come, whatever was announced.
 * What it outgrows, and all of it in the end, is free at once; left to themselves, old chunks would take as much again.
 */
class Gathered {
  #memory = new ArrayBuffer(0);
  #size = 0;

  /** `most`: bytes that will come at most. */
  constructor(private readonly most: number) {}

  add(chunk: Buffer): void {
    const before = this.#size;
    this.#size += chunk.length;
    if (this.#size > this.#memory.byteLength)
      this.#memory = this.#memory.transfer(Math.max(this.#size, Math.min(this.most, 4 * this.#size)));
    chunk.copy(new Uint8Array(this.#memory), before);
    if (Math.floor(before / clearedAfter) < Math.floor(this.#size / clearedAfter)) globalThis.gc?.({ type: 'minor' });
  }

  bytes(): Buffer {
    return Buffer.from(this.#memory, 0, this.#size);
  }

  free(): void {
    this.#memory = this.#memory.transfer(0);
  }
}

function tooLarge(limit: number): Problem {
  return new Problem('too-large', texts.body.tooLarge(Math.round(limit / 1024 / 1024)));
}

/** Ends the connection, so that nothing of it lingers. */
function tooSlow(): Problem {
  return new Problem('too-slow', texts.body.tooSlow, {}, { connection: 'close' });
}

function tooManyAtOnce(): Problem {
  return new Problem('unavailable', texts.body.tooManyAtOnce, {}, { 'retry-after': '2' });
}
