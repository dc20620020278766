import type { Channel } from 'amqplib';

/**
 * What stands between the relay and the workers, as data: declared at every connect, documented in
 * `docs/asyncapi.json`, compared with a live broker by `mismatch.ts`.
 */
export interface Topology {
  exchanges: Exchange[];
  queues: Queue[];
  bindings: Binding[];
}

export interface Exchange {
  name: string;
  type: 'direct' | 'fanout';
  summary: string;
}

export interface Queue {
  name: string;
  /** The id of the adapter whose tickets it holds; undefined for the strays. */
  adapter?: string;
  arguments: Record<string, string | number>;
  summary: string;
}

export interface Binding {
  exchange: string;
  queue: string;
  /** Routing key; empty where the exchange does not look at it. */
  key: string;
}

export const taskExchange = 'stellwerk.task';
export const straysExchange = 'stellwerk.strays';
export const straysQueue = 'stellwerk.strays';
export const taskQueue = (adapter: string) => `stellwerk.task.${adapter}`;

/** After so many redeliveries the broker dead-letters a ticket. A crash of a worker counts for every ticket it held. */
const deliveryLimit = 20;
/** Only a person gives up a stray. RabbitMQ 4 would otherwise drop it after 20 crashes of its consumer. */
const withoutLimit = 1_000_000;

/**
 * One queue per adapter and one for the strays. Uses only what RabbitMQ 3.10 and 4.x both know. The task exchange has
 * no alternate exchange: that would satisfy `mandatory`, and the relay would never hear that a ticket found no queue.
 */
export function topology(adapters: string[]): Topology {
  return {
    exchanges: [
      { name: taskExchange, type: 'direct', summary: 'Tickets, routed by the id of the adapter that is to work.' },
      { name: straysExchange, type: 'fanout', summary: 'Where the broker dead-letters what nobody could take.' },
    ],
    queues: [
      ...adapters.map((adapter) => ({
        name: taskQueue(adapter),
        adapter,
        arguments: {
          'x-queue-type': 'quorum',
          'x-delivery-limit': deliveryLimit,
          'x-dead-letter-exchange': straysExchange,
        },
        summary: `Tickets for the adapter ${adapter}.`,
      })),
      {
        name: straysQueue,
        arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': withoutLimit },
        summary: 'Unreadable messages, and tickets over the delivery limit.',
      },
    ],
    bindings: [
      ...adapters.map((adapter) => ({ exchange: taskExchange, queue: taskQueue(adapter), key: adapter })),
      { exchange: straysExchange, queue: straysQueue, key: '' },
    ],
  };
}

/**
 * Creates what is missing and changes nothing that exists. Rejects with 406 PRECONDITION_FAILED when something of the
 * same name was declared with other arguments.
 */
export async function declare(channel: Channel, { exchanges, queues, bindings }: Topology): Promise<void> {
  await Promise.all(exchanges.map(({ name, type }) => channel.assertExchange(name, type, { durable: true })));
  await Promise.all(
    queues.map((queue) => channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments })),
  );
  await Promise.all(bindings.map(({ queue, exchange, key }) => channel.bindQueue(queue, exchange, key)));
}
