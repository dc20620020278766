import type { Ticket } from '#submission/vocabulary.js';
import { type BrokerState, ReconnectingConnection } from './connection.js';
import { type Depth, queueDepth } from './depth.js';
import { type PublishResult, TicketsInFlight } from './in-flight.js';
import { TicketChannel } from './ticket-channel.js';
import { taskQueue, topology } from './topology.js';
import { within } from './waiting.js';

export interface Publisher {
  state(): BrokerState;
  /** Why it is not up, as an English sentence; undefined while it is. */
  reason(): string | undefined;
  /**
   * Publishes all tickets at once, with confirm and mandatory. Resolves with one result per ticket, in their order,
   * after 5 s at the latest. Never rejects, never keeps a ticket for later.
   */
  publish(tickets: Ticket[]): Promise<PublishResult[]>;
  /** The existing queues by name: messages that wait (`ready`), and consumers. Empty while the broker is down. */
  depth(): Promise<Record<string, { ready: number; consumers: number }>>;
  /**
   * Tickets of this adapter that wait for a worker, 0 where its queue is gone; undefined while the broker cannot be
   * asked.
   */
  ready(adapter: string): Promise<number | undefined>;
  /** Removes the tickets of this adapter that wait. Rejects while the broker is down. */
  empty(adapter: string): Promise<void>;
  /** Resolves when it is up; rejects when it is closed before. */
  whenUp(): Promise<void>;
  close(): Promise<void>;
}

interface PublisherOptions {
  /** The ids of all adapters that may get a ticket; each has a queue. */
  adapters: string[];
  onState?(state: BrokerState, reason?: string): void;
  /** Called after each batch, for metrics. */
  onPublished?(results: PublishResult[]): void;
  /** Default: this machine's clock. */
  now?(): Date;
}

/** For an answer of the broker, in milliseconds. */
const answerTimeout = 5_000;

/**
 * Resolves at once, also when the broker is down; rejects only when `url` is not the address of a broker. Declares the
 * topology at every connect, so the broker may come back empty.
 */
export async function openPublisher(url: string, options: PublisherOptions): Promise<Publisher> {
  const { adapters, now = () => new Date() } = options;
  const declared = topology(adapters);
  const inFlight = new TicketsInFlight();
  let channel: TicketChannel | undefined;

  const connection = new ReconnectingConnection(url, {
    name: 'stellwerk tickets out',
    async open(session) {
      channel = await TicketChannel.open(session, declared, inFlight);
      session.ended.addEventListener('abort', () => {
        channel = undefined;
        inFlight.giveUp();
      });
    },
    onState(state, reason) {
      if (state === 'blocked') inFlight.giveUp();
      options.onState?.(state, reason);
    },
  });

  async function publish(tickets: Ticket[]): Promise<PublishResult[]> {
    const current = channel;
    if (connection.state !== 'up' || !current) return tickets.map(() => 'unavailable');
    const sent = tickets.map((ticket) => current.send(ticket, now()));
    const timer = setTimeout(() => inFlight.giveUp(sent.map(({ id }) => id)), answerTimeout);
    const results = await Promise.all(sent.map(({ result }) => result));
    clearTimeout(timer);
    options.onPublished?.(results);
    return results;
  }

  async function ready(adapter: string): Promise<number | undefined> {
    const { session } = connection;
    if (!session) return undefined;
    const found = await within(answerTimeout, queueDepth(session, taskQueue(adapter))).catch(() => undefined);
    return found && (found.messages ?? 0);
  }

  async function empty(adapter: string): Promise<void> {
    if (!connection.session) throw new Error('the broker is down');
    const emptied = connection.session.onOwnChannel((channel) => channel.purgeQueue(taskQueue(adapter)));
    await within(answerTimeout, emptied);
  }

  async function depth(): Promise<Record<string, { ready: number; consumers: number }>> {
    const { session } = connection;
    if (!session) return {};
    const found = await Promise.all(
      declared.queues.map(({ name }) => queueDepth(session, name).catch((): Depth => ({ queue: name }))),
    );
    return Object.fromEntries(
      found.flatMap(({ queue, messages, consumers }) =>
        messages === undefined || consumers === undefined ? [] : [[queue, { ready: messages, consumers }]],
      ),
    );
  }

  return {
    state: () => connection.state,
    reason: () => connection.reason,
    whenUp: () => connection.whenUp(),
    close: () => connection.close(),
    publish,
    ready,
    empty,
    depth,
  };
}
