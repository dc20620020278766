import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { aborted, pause, within } from './patience.js';

/** `blocked`: connected, but the broker takes no messages (memory or disk alarm). */
export type BrokerState = 'up' | 'down' | 'blocked';

/** One connection's life. Trouble on any of its channels ends it, so there is one way to recover: a new session. */
export interface Session {
  channel(): Promise<Channel>;
  confirmChannel(): Promise<ConfirmChannel>;
  /** Runs `work` on a channel of its own, which the broker may close without ending the session. */
  aside<T>(work: (channel: Channel) => Promise<T>): Promise<T>;
  end(reason: string): void;
  /** Aborted when the session has ended; its reason is a sentence. */
  ended: AbortSignal;
}

/** A connection that comes back for ever. */
export interface Link {
  state(): BrokerState;
  /** Why it is not up. */
  reason(): string | undefined;
  /** The session, while there is one that is ready. */
  session(): Session | undefined;
  /** Resolves when up; rejects when closed before. */
  whenUp(): Promise<void>;
  /** From now on there is no next session, and a late delivery is no trouble. */
  stop(): void;
  close(): Promise<void>;
}

interface LinkOptions {
  /** Shown in the broker's list of connections. */
  name: string;
  /** Readies a new session (declare, consume); the link is up when it resolves. */
  open(session: Session): Promise<void>;
  onState?(state: BrokerState, reason?: string): void;
}

const heartbeat = 15; // seconds
const connectTimeout = 5_000;
const openTimeout = 20_000;
const closeTimeout = 1_000;
const firstPause = 100;
const longestPause = 2_000;

/** Connects in the background, with pauses that grow to 2 s, until closed. Throws only when `url` is no address of a broker. */
export function stayConnected(url: string, options: LinkOptions): Link {
  const address = addressOf(url);
  const stopped = new AbortController();
  const waiting = new Set<{ resolve(): void; reject(error: Error): void }>();
  let state: BrokerState = 'down';
  let reason: string | undefined = 'not connected yet';
  let session: Session | undefined;
  let wait = firstPause;

  function become(next: BrokerState, why?: string) {
    reason = why;
    if (next === 'up') for (const { resolve } of waiting) resolve();
    if (next === 'up') waiting.clear();
    if (next === state) return;
    state = next;
    options.onState?.(next, why);
  }

  async function live() {
    const connection = await connect(address, {
      noDelay: true,
      timeout: connectTimeout,
      clientProperties: { connection_name: options.name },
    });
    const current = openSession(connection, stopped.signal);
    session = current;
    try {
      connection.on('blocked', (why: string) => become('blocked', why));
      connection.on('unblocked', () => become('up'));
      await within(openTimeout, options.open(current), current.ended);
      if (state === 'down') become('up');
      wait = firstPause;
      await aborted(current.ended);
    } finally {
      current.end('could not be readied');
      session = undefined;
      become('down', String(current.ended.reason));
      await disconnect(connection);
    }
  }

  const running = (async () => {
    while (!stopped.signal.aborted) {
      await live().catch((error: Error) => become('down', sentence(error)));
      await pause(wait, stopped.signal);
      wait = Math.min(wait * 2, longestPause);
    }
  })();

  return {
    state: () => state,
    reason: () => reason,
    session: () => (state === 'down' ? undefined : session),
    whenUp: () =>
      state === 'up' ? Promise.resolve() : new Promise((resolve, reject) => waiting.add({ resolve, reject })),
    stop: () => stopped.abort(),
    async close() {
      stopped.abort();
      session?.end('closed');
      await running;
      for (const { reject } of waiting) reject(new Error('The link to the broker was closed'));
      waiting.clear();
    },
  };
}

function openSession(connection: ChannelModel, stopped: AbortSignal): Session {
  const ended = new AbortController();
  const end = (reason: string) => ended.abort(reason);
  connection.on('error', (error) => end(error.message));
  connection.on('close', (error) => end(error?.message ?? 'the connection was closed'));
  function watch<C extends Channel>(channel: C): C {
    channel.on('error', (error) => end(error.message));
    channel.on('handler-error', (error) => stopped.aborted || end(error.message));
    return channel;
  }
  return {
    channel: async () => watch(await connection.createChannel()),
    confirmChannel: async () => watch(await connection.createConfirmChannel()),
    async aside(work) {
      const channel = await connection.createChannel();
      channel.on('error', () => {}); // the rejected call says it
      try {
        return await work(channel);
      } finally {
        await channel.close().catch(() => {});
      }
    },
    end,
    ended: ended.signal,
  };
}

/** A blocked or dead broker does not answer a close: then the socket goes. */
async function disconnect(connection: ChannelModel) {
  const closed = connection.close().catch(() => {});
  const inTime = await within(
    closeTimeout,
    closed.then(() => true),
  ).catch(() => false);
  const { stream } = connection.connection as unknown as { stream: { destroy(error: Error): void } };
  if (!inTime) stream.destroy(new Error('The broker did not answer the close'));
}

function addressOf(url: string): string {
  const address = URL.parse(url);
  if (!address || !/^amqps?:$/.test(address.protocol)) throw new Error('AMQP_URL: keine Adresse der Form amqp://…');
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeat));
  return address.href;
}

/** Node's error for a name with several addresses has a code, but no message. */
const sentence = (error: Error & { code?: string }) => error.message || error.code || error.name;
