import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { within } from './waiting.js';

const connectTimeout = 5_000;
const closeTimeout = 1_000;

interface SessionOptions {
  /** Shown in the broker's list of connections. */
  name?: string;
  /** Once aborted, a message that arrives for a cancelled consumer is no longer an error. */
  stopping?: AbortSignal;
}

/**
 * One AMQP connection, from connect to close. An error on any of its channels ends the whole session, so there is only
 * one way to recover: a new session. {@link ReconnectingConnection} opens one after the other.
 */
export class Session {
  readonly #connection: ChannelModel;
  readonly #stopping: AbortSignal | undefined;
  readonly #ended = new AbortController();

  /** Rejects when the broker cannot be reached within 5 s or refuses the login. */
  static async connect(url: string, { name, stopping }: SessionOptions = {}): Promise<Session> {
    const connection = await connect(url, {
      noDelay: true,
      timeout: connectTimeout,
      ...(name && { clientProperties: { connection_name: name } }),
    });
    return new Session(connection, stopping);
  }

  private constructor(connection: ChannelModel, stopping?: AbortSignal) {
    this.#connection = connection;
    this.#stopping = stopping;
    connection.on('error', (error) => this.end(error.message));
    connection.on('close', (error) => this.end(error?.message ?? 'the connection was closed'));
  }

  /** Aborted when the session has ended; the reason is an English sentence for the log. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** As the broker tells it, for instance `3.10.8`. */
  get brokerVersion(): string | undefined {
    return this.#connection.connection.serverProperties.version;
  }

  async channel(): Promise<Channel> {
    return this.#watched(await this.#connection.createChannel());
  }

  async confirmChannel(): Promise<ConfirmChannel> {
    return this.#watched(await this.#connection.createConfirmChannel());
  }

  /**
   * Runs `work` on a channel of its own. When the broker closes that channel, `work` fails, but the session goes on.
   */
  async onOwnChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.#connection.createChannel();
    channel.on('error', () => {}); // the call that the broker refused rejects with the same error
    try {
      return await work(channel);
    } finally {
      await channel.close().catch(() => {});
    }
  }

  /** Reports when the broker stops to take messages (a memory or disk alarm), and when it takes them again. */
  onBlocked(blocked: (reason: string) => void, unblocked: () => void): void {
    this.#connection.on('blocked', blocked);
    this.#connection.on('unblocked', unblocked);
  }

  /** Marks the session as ended; the connection stays open until {@link close}. Only the first reason counts. */
  end(reason: string): void {
    this.#ended.abort(reason);
  }

  /** Closes the connection. A blocked or hanging broker does not answer that: after 1 s the socket is destroyed. */
  async close(): Promise<void> {
    const closed = this.#connection.close().catch(() => {});
    const inTime = await within(
      closeTimeout,
      closed.then(() => true),
    ).catch(() => false);
    if (!inTime) destroySocket(this.#connection);
  }

  #watched<C extends Channel>(channel: C): C {
    channel.on('error', (error) => this.end(error.message));
    channel.on('handler-error', (error) => this.#stopping?.aborted || this.end(error.message));
    return channel;
  }
}

/** The types of amqplib do not mention the socket. */
function destroySocket({ connection }: ChannelModel): void {
  const { stream } = connection as unknown as { stream: { destroy(error: Error): void } };
  stream.destroy(new Error('The broker did not answer the close'));
}
