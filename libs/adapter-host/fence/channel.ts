import type { Duplex } from 'node:stream';
import { encode, Frames } from './frames.js';

/** Answers what the other side asks; what it was merely told gets no answer. */
export type Answering = (method: string, given: unknown[]) => unknown;

/** How errors cross. */
export interface ErrorCodec {
  out(error: unknown): unknown;
  in(written: unknown): Error;
}

/** `a`: asks, `r`: answers, neither: tells. */
interface Message {
  a?: number;
  r?: number;
  m?: string;
  v?: unknown;
  e?: unknown;
}

/** Bytes that may wait for a side that does not read. */
const mostWaiting = 256 * 1024 * 1024;
/** Messages a second, and questions at once, beyond which a side is flooding the other. */
const mostPerSecond = 20_000;
const mostQuestions = 1_000;

/** Questions and answers between parent and child over one stream, the same on both sides. */
export class Channel {
  readonly #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #frames = new Frames();
  #next = 0;
  #answering = 0;
  #second = 0;
  #count = 0;
  #ended: Error | undefined;

  /** @param broken called once, where the other side does not keep to the rules, or is gone */
  constructor(
    readonly stream: Duplex,
    readonly answer: Answering,
    readonly errors: ErrorCodec,
    readonly broken: (why: Error) => void,
  ) {
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    for (const event of ['error', 'end', 'close']) stream.on(event, () => this.end(new Error('the process has ended')));
  }

  /** @throws what the other side threw, or why the channel has ended */
  async ask(method: string, ...given: unknown[]): Promise<unknown> {
    if (this.#ended) throw this.#ended;
    const a = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(a, { resolve, reject });
      try {
        this.#send({ a, m: method, v: given });
      } catch (error) {
        this.#asked.delete(a);
        reject(error as Error);
      }
    });
  }

  tell(method: string, ...given: unknown[]): void {
    if (!this.#ended) this.#send({ m: method, v: given });
  }

  /** Everything that was asked fails with this reason. */
  end(why: Error): void {
    if (this.#ended) return;
    this.#ended = why;
    for (const { reject } of this.#asked.values()) reject(why);
    this.#asked.clear();
    this.broken(why);
  }

  #send(message: Message): void {
    this.stream.write(encode(message));
    if (this.stream.writableLength > mostWaiting) this.end(new Error('the process does not read'));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#frames.push(chunk)) {
        if (this.#ended) return;
        this.#limit();
        this.#take(message as Message);
      }
    } catch (error) {
      this.end(new Error(`the process speaks nonsense: ${(error as Error).message}`));
    }
  }

  #limit(): void {
    const second = Math.floor(performance.now() / 1_000);
    this.#count = second === this.#second ? this.#count + 1 : 0;
    this.#second = second;
    if (this.#count > mostPerSecond || this.#answering > mostQuestions) throw new Error('too much of it');
  }

  #take({ a, r, m, v, e }: Message): void {
    if (r !== undefined) {
      const waiting = this.#asked.get(r);
      this.#asked.delete(r);
      if (e !== undefined) waiting?.reject(this.errors.in(e));
      else waiting?.resolve(v);
      return;
    }
    if (typeof m !== 'string' || !Array.isArray(v)) throw new Error('no message');
    const work = (async () => this.answer(m, v))();
    if (a === undefined) return void work.catch(() => {});
    this.#answering++;
    work
      .then(
        (value) => this.#reply({ r: a, v: value }),
        (error) => this.#reply({ r: a, e: this.errors.out(error) }),
      )
      .finally(() => this.#answering--);
  }

  #reply(message: Message): void {
    if (this.#ended) return;
    try {
      this.#send(message);
    } catch (error) {
      this.#send({ r: message.r!, e: this.errors.out(error) });
    }
  }
}
