import { type BrokerState, ReconnectingConnection } from './connection.js';
import { QueueConsumer, type QueueOptions } from './queue-consumer.js';
import type { Session } from './session.js';
import { declare, type Topology } from './topology.js';
import { allWithin } from './waiting.js';

export interface Consumer {
  state(): BrokerState;
  /** Why it is not up, as an English sentence; undefined while it is. */
  reason(): string | undefined;
  /** Resolves when every queue is being consumed; rejects when it is closed before. */
  whenUp(): Promise<void>;
  /**
   * Takes no new messages, lets running work finish within `timeout` ms, and closes in an order that loses no
   * acknowledgement. Works once: a second call waits for the first.
   */
  drain(timeout: number): Promise<void>;
}

interface ConsumerOptions extends QueueOptions {
  /** Shown in the broker's list of connections. */
  name: string;
  /** Declared at every connect; contains the `queues`. */
  topology: Topology;
  /** The names of the queues to consume. */
  queues: string[];
  onState?(state: BrokerState, reason?: string): void;
}

const closeTimeout = 2_000;

/**
 * Consumes until drained: after whatever ends a session, the next one declares the queues and consumes them again.
 * Throws only when `url` is not the address of a broker.
 */
export function consume(url: string, options: ConsumerOptions): Consumer {
  return new ReconnectingConsumer(url, options);
}

class ReconnectingConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  readonly #connection: ReconnectingConnection;
  /** The work on every message that has been delivered, also in earlier sessions. */
  readonly #inProgress = new Set<Promise<void>>();
  /** Aborted when draining no longer waits for work. */
  readonly #over = new AbortController();
  #queues: QueueConsumer[] = [];
  #drained: Promise<void> | undefined;

  constructor(url: string, options: ConsumerOptions) {
    this.#options = options;
    this.#connection = new ReconnectingConnection(url, {
      name: options.name,
      onState: options.onState,
      open: (session) => this.#open(session),
    });
  }

  state(): BrokerState {
    return this.#connection.state;
  }

  reason(): string | undefined {
    return this.#connection.reason;
  }

  whenUp(): Promise<void> {
    return this.#connection.whenUp();
  }

  drain(timeout: number): Promise<void> {
    this.#drained ??= this.#drain(timeout);
    return this.#drained;
  }

  async #open(session: Session): Promise<void> {
    const { topology, queues } = this.#options;
    await session.onOwnChannel((channel) => declare(channel, topology));
    const over = AbortSignal.any([session.ended, this.#over.signal]);
    this.#queues = await Promise.all(
      queues.map((queue) => QueueConsumer.open(session, queue, this.#options, over, this.#inProgress)),
    );
  }

  async #drain(timeout: number): Promise<void> {
    this.#connection.stop();
    await allWithin(
      closeTimeout,
      this.#queues.map((queue) => queue.cancel()),
    );
    await allWithin(timeout, [this.#workFinished()]);
    this.#over.abort();
    await allWithin(
      closeTimeout,
      this.#queues.map((queue) => queue.close()),
    );
    await this.#connection.close();
  }

  async #workFinished(): Promise<void> {
    while (this.#inProgress.size > 0 && !this.#over.signal.aborted) await Promise.all(this.#inProgress);
  }
}
