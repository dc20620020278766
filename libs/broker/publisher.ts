import type { ConfirmChannel } from 'amqplib';
import type { Ticket } from '#submission/vocabulary.js';
import { writeTicket } from './event.js';
import { type BrokerState, type Session, stayConnected } from './link.js';
import { pause } from './patience.js';
import { declare, taskExchange, topology } from './topology.js';

/**
 * `confirmed`: the broker has it on disk. `returned`: no queue wanted it. `refused`: the broker said no.
 * `unavailable`: it did not get there, or nobody knows; sending again does no harm, a ticket is only a wake-up call.
 */
export type PublishResult = 'confirmed' | 'returned' | 'refused' | 'unavailable';

export interface Publisher {
  state(): BrokerState;
  /** Why it is not up. */
  reason(): string | undefined;
  /** Publishes with confirm and mandatory, in one go; one result per ticket, at the latest after 5 s. Never throws, never buffers. */
  publish(tickets: Ticket[]): Promise<PublishResult[]>;
  /** Per queue that is there; nothing while down. */
  depth(): Promise<Record<string, { ready: number; consumers: number }>>;
  /** Resolves when up; rejects when closed before. */
  whenUp(): Promise<void>;
  close(): Promise<void>;
}

interface PublisherOptions {
  adapters: string[];
  onState?(state: BrokerState, reason?: string): void;
  /** After each batch; for figures. */
  onPublished?(results: PublishResult[]): void;
  /** Default: this machine's clock. */
  now?(): Date;
}

const publishTimeout = 5_000;
/**
 * RabbitMQ 3.10 tells the consumers of a deleted quorum queue some 40 ms later; if the queue is there again by then it tells them
 * nothing, and what they are sent from then on never arrives.
 */
const repairPause = 1_000;

/** Resolves at once, also when the broker is down; rejects only when `url` is no address of a broker. Declares the topology at every connect, so the broker may come back empty. */
export async function openPublisher(url: string, options: PublisherOptions): Promise<Publisher> {
  const { adapters, now = () => new Date() } = options;
  const roads = topology(adapters);
  const flights = new Map<string, (result: PublishResult) => void>();
  let channel: ConfirmChannel | undefined;
  let repairing = false;

  function land(id: string, result: PublishResult) {
    flights.get(id)?.(result);
    flights.delete(id);
  }
  function landAll(ids: Iterable<string>) {
    for (const id of ids) land(id, 'unavailable');
  }

  async function open(session: Session) {
    await session.aside((aside) => declare(aside, roads));
    const opened = await session.confirmChannel();
    opened.on('return', ({ properties, fields }) => {
      land(properties.messageId, 'returned');
      if (adapters.includes(fields.routingKey)) void repair(session);
    });
    session.ended.addEventListener('abort', () => {
      channel = undefined;
      landAll(flights.keys());
    });
    channel = opened;
  }

  /** Somebody deleted a queue that should be there. */
  async function repair(session: Session) {
    if (repairing) return;
    repairing = true;
    await pause(repairPause, session.ended);
    await session.aside((aside) => declare(aside, roads)).catch((error: Error) => session.end(error.message));
    repairing = false;
  }

  const link = stayConnected(url, {
    name: 'stellwerk tickets out',
    open,
    onState(state, reason) {
      if (state === 'blocked') landAll(flights.keys());
      options.onState?.(state, reason);
    },
  });

  function send(ticket: Ticket, road: ConfirmChannel, ids: string[]): Promise<PublishResult> {
    const { id, content, properties } = writeTicket(ticket, now());
    ids.push(id);
    return new Promise((resolve) => {
      flights.set(id, resolve);
      road.publish(taskExchange, ticket.adapter, content, { ...properties, mandatory: true }, (error) =>
        land(id, !error ? 'confirmed' : error.message === 'message nacked' ? 'refused' : 'unavailable'),
      );
    });
  }

  return {
    state: link.state,
    reason: link.reason,
    whenUp: link.whenUp,
    close: link.close,
    async publish(tickets) {
      const road = channel;
      if (link.state() !== 'up' || !road) return tickets.map(() => 'unavailable');
      const ids: string[] = [];
      const timer = setTimeout(() => landAll(ids), publishTimeout);
      const results = await Promise.all(
        tickets.map((ticket) => send(ticket, road, ids).catch((): PublishResult => 'unavailable')),
      );
      clearTimeout(timer);
      landAll(ids);
      options.onPublished?.(results);
      return results;
    },
    async depth() {
      const session = link.session();
      if (!session) return {};
      const found = await Promise.all(
        roads.queues.map(({ name }) => session.aside((aside) => aside.checkQueue(name)).catch(() => undefined)),
      );
      return Object.fromEntries(
        found.flatMap((queue) =>
          queue ? [[queue.queue, { ready: queue.messageCount, consumers: queue.consumerCount }]] : [],
        ),
      );
    },
  };
}
