import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { OpenContext } from '../context.js';
import { Channel } from './channel.js';
import { networkLock } from './network.js';
import { OutsideErrors } from './outside-errors.js';
import { readableFolders, zodFile } from './readable.js';
import { Service } from './serve.js';
import type { Crossing, Introduction } from './words.js';

/** Until a package must be loaded, and until a process must show that it does not hang; ms. */
const loadTime = 20_000;
const pulse = 2_000;
/** Calls that went on after their end, beyond which a process is replaced. */
const mostLeftBehind = 50;
/** MiB of the heap. */
const heap = 1_024;

const main = join(dirname(fileURLToPath(import.meta.url)), 'child.js');

/** What a call is given; the parent's side. */
export interface Called {
  context: OpenContext;
  crossing: Omit<Crossing, 'call'>;
  service: Pick<Service, 'attachments' | 'readable'>;
}

/** One process in which one package runs, until it dies. */
export class Cell {
  readonly #process: ChildProcess;
  readonly #channel: Channel;
  readonly #calls = new Map<number, Service>();
  /** Calls that are over here and go on there. */
  readonly #left = new Set<number>();
  #next = 0;
  #pending = 0;
  /** Resolves when the package is loaded. */
  readonly introduction: Promise<Introduction>;
  dead = false;
  readonly #broken = () => this.kill();

  /** @param file the package's main file */
  constructor(folder: string, file: string) {
    const reads = [...readableFolders(folder), realpathSync(main)].map((path) => `--allow-fs-read=${path}`);
    const flags = ['--permission', ...reads, '--disable-sigusr1', `--max-old-space-size=${heap}`];
    const [command = '', ...args] = [...networkLock(), process.execPath, ...flags, realpathSync(main), zodFile()];
    this.#process = spawn(command, args, {
      cwd: folder,
      env: {},
      detached: true, // a Ctrl-C is for this process, which lets its calls end
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const [, , , stream, now] = this.#process.stdio as unknown as Duplex[];
    const broken = this.#broken;
    const errors = new OutsideErrors();
    this.#channel = new Channel(
      stream!,
      (method, [call, ...given]) => this.#service(call).answer(method, given),
      errors,
      broken,
    );
    new Channel(now!, (method, [call, ...given]) => this.#service(call).answerNow(method, given), errors, broken);
    this.#process.once('exit', broken).once('error', broken);
    process.once('exit', broken);
    this.introduction = this.#within(loadTime, this.ask('load', realpathSync(file))) as Promise<Introduction>;
    this.introduction.catch(broken);
    this.#hold(0);
  }

  /** Of the process that was started: the one of `unshare` where there is one. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Asks the package; this process stays until the answer is there. */
  async ask(method: string, ...given: unknown[]): Promise<unknown> {
    this.#hold(1);
    return this.#channel.ask(method, ...given).finally(() => this.#hold(-1));
  }

  /** Runs one call. It goes on there until the package ends it, and the process dies if that hangs. */
  async run({ context, crossing, service }: Called): Promise<unknown> {
    const call = this.#next++;
    const bodyOf = (maker: number) => this.#body(maker);
    this.#calls.set(call, new Service(context, service.attachments, service.readable, bodyOf));
    const stop = () => this.#stop(call, String(context.signal.reason?.message ?? 'stopped'));
    try {
      const answer = this.ask('call', { ...crossing, call });
      if (context.signal.aborted) stop();
      else context.signal.addEventListener('abort', stop, { once: true });
      return await answer;
    } finally {
      context.signal.removeEventListener('abort', stop);
      this.#calls.delete(call);
      this.#left.delete(call);
      this.#leave();
    }
  }

  /** Whether too much goes on there that is over here: whoever is still to be called is called elsewhere. */
  get spent(): boolean {
    return this.dead || this.#left.size >= mostLeftBehind;
  }

  kill(): void {
    if (this.dead) return;
    this.dead = true;
    process.removeListener('exit', this.#broken);
    this.#process.kill('SIGKILL');
    this.#channel.end(new Error('the process of the adapter has ended'));
  }

  /** A spent process ends when nobody waits for anything in it. */
  #leave(): void {
    if (this.spent && this.#calls.size === this.#left.size) this.kill();
  }

  #stop(call: number, reason: string): void {
    if (this.dead) return;
    this.#left.add(call);
    this.#channel.tell('abort', call, reason);
    this.#within(pulse, this.ask('ping')).then(
      () => this.#leave(),
      () => this.kill(),
    );
  }

  #service(call: unknown): Service {
    const service = this.#calls.get(call as number);
    if (!service) throw new Error('the call is over');
    return service;
  }

  async *#body(maker: number): AsyncGenerator<Uint8Array> {
    const body = await this.ask('openBody', maker);
    try {
      for (;;) {
        const piece = await this.ask('nextOfBody', body);
        if (piece === undefined) return;
        if (!(piece instanceof Uint8Array)) throw new Error('a body is made of bytes');
        yield piece;
      }
    } finally {
      this.#channel.tell('closeBody', body);
    }
  }

  async #within<T>(time: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the process does not answer')), time);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  /** Only while somebody waits for it does the process keep this one alive. */
  #hold(more: number): void {
    this.#pending += more;
    const method = this.#pending > 0 ? 'ref' : 'unref';
    const streams = this.#process.stdio as unknown as { ref?(): void; unref?(): void }[];
    for (const one of [this.#process, ...streams]) one?.[method]?.();
  }
}
