import { Session } from './session.js';
import { texts } from './texts.js';
import { pause, untilAborted, within } from './waiting.js';

/** `blocked`: connected, but the broker takes no messages (memory or disk alarm). */
export type BrokerState = 'up' | 'down' | 'blocked';

interface ConnectionOptions {
  /** Shown in the broker's list of connections. */
  name: string;
  /** Prepares each new session (declares, consumes). The connection is up when this resolves. */
  open(session: Session): Promise<void>;
  /** Called at every change of the state. */
  onState?(state: BrokerState, reason?: string): void;
}

/** Added to the address unless it names a heartbeat of its own; seconds. */
const heartbeat = 15;
const openTimeout = 20_000;
const firstPause = 100;
const longestPause = 2_000;

/**
 * Keeps one session to the broker open: connects in the background and, whenever the session ends, opens another one
 * after a pause that grows from 0.1 to 2 s, until it is closed.
 */
export class ReconnectingConnection {
  readonly #address: string;
  readonly #options: ConnectionOptions;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<{ resolve(): void; reject(error: Error): void }>();
  readonly #running: Promise<void>;
  #state: BrokerState = 'down';
  #reason: string | undefined = 'not connected yet';
  #session: Session | undefined;
  #pause = firstPause;

  /** Throws when `url` is not the address of a broker. An unreachable broker is no error: the connection is `down`. */
  constructor(url: string, options: ConnectionOptions) {
    this.#address = addressOf(url);
    this.#options = options;
    this.#running = this.#run();
  }

  get state(): BrokerState {
    return this.#state;
  }

  /** Why it is not up, as an English sentence; undefined while it is. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The current session; undefined until it has been prepared and after it has ended. */
  get session(): Session | undefined {
    return this.#state === 'down' ? undefined : this.#session;
  }

  /** Resolves when it is up; rejects when it is closed before. */
  whenUp(): Promise<void> {
    if (this.#state === 'up') return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  /** From now on no session follows the current one, and messages for cancelled consumers are ignored. */
  stop(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.stop();
    this.#session?.end('closed');
    await this.#running;
    for (const { reject } of this.#waiting) reject(new Error('The link to the broker was closed'));
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#runSession().catch((error: Error) => this.#become('down', sentence(error)));
      await pause(this.#pause, this.#stopping.signal);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    }
  }

  async #runSession(): Promise<void> {
    const { name, open } = this.#options;
    const session = await Session.connect(this.#address, { name, stopping: this.#stopping.signal });
    if (this.#stopping.signal.aborted) return session.close(); // it was closed while the connection was being made
    this.#session = session;
    try {
      session.onBlocked(
        (reason) => this.#become('blocked', reason),
        () => this.#become('up'),
      );
      await within(openTimeout, open(session), session.ended);
      if (this.#state === 'down') this.#become('up');
      this.#pause = firstPause;
      await untilAborted(session.ended);
    } finally {
      session.end('could not be readied');
      this.#session = undefined;
      this.#become('down', String(session.ended.reason));
      await session.close();
    }
  }

  #become(state: BrokerState, reason?: string): void {
    this.#reason = reason;
    if (state === 'up') {
      for (const { resolve } of this.#waiting) resolve();
      this.#waiting.clear();
    }
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state, reason);
  }
}

function addressOf(url: string): string {
  const address = URL.parse(url);
  if (!address || !/^amqps?:$/.test(address.protocol)) throw new Error(texts.noAddress);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeat));
  return address.href;
}

/** Node's error for a host with several addresses has a code, but no message. */
const sentence = (error: Error & { code?: string }) => error.message || error.code || error.name;
