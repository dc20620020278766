import { z } from 'zod';
import { contentType, eventSchema, ticketEvent } from '#broker/event.js';
import type { Exchange, Queue, Topology } from '#broker/topology.js';

const bindingVersion = '0.3.0';
const reference = (path: string) => ({ $ref: `#/${path}` });
const ticketMessage = reference('components/messages/ticket');

/**
 * The topology as an AsyncAPI 3 document, made from the same data that is declared. Members beginning with `x-` say
 * what the AMQP binding has no word for: arguments of queues, and bindings.
 */
export function asyncApi(topology: Topology): Record<string, unknown> {
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Stellwerk: tickets from the relay to the workers',
      version: '1.0.0',
      description:
        'Internal to Stellwerk. A ticket is a wake-up call with ids and no personal data: it may be lost or doubled ' +
        'without harm, because the task itself stands in the database.',
      license: { name: 'EUPL-1.2' },
    },
    defaultContentType: contentType,
    servers: {
      broker: {
        host: 'localhost:5672',
        protocol: 'amqp',
        protocolVersion: '0.9.1',
        description: 'RabbitMQ 3.10 or newer; setting AMQP_URL.',
      },
    },
    channels: channels(topology),
    operations: operations(topology),
    components: { messages: { ticket: ticketDescription() } },
  };
}

function channels(topology: Topology): Record<string, unknown> {
  const adapters = topology.bindings.map(({ key }) => key).filter(Boolean);
  return Object.fromEntries([
    ...topology.exchanges.map((exchange) => [`exchange.${exchange.name}`, exchangeChannel(exchange, adapters)]),
    ...topology.queues.map((queue) => [`queue.${queue.name}`, queueChannel(queue, topology)]),
  ]);
}

function operations({ queues }: Topology): Record<string, unknown> {
  const publish = operation(
    'send',
    'exchange.stellwerk.task',
    'The relay publishes what is due; a ticket that no queue takes is returned to it.',
    { mandatory: true, deliveryMode: 2, timestamp: true },
  );
  const consume = ({ name, adapter }: Queue) =>
    operation(
      'receive',
      `queue.${name}`,
      adapter ? `A worker wakes for a task of ${adapter}.` : 'A worker keeps what nobody could take.',
      { ack: true },
    );
  return Object.fromEntries([
    ['publish', publish],
    ...queues.map((queue) => [queue.adapter ? `work.${queue.adapter}` : 'keepStrays', consume(queue)]),
  ]);
}

function exchangeChannel({ name, type, summary }: Exchange, adapters: string[]) {
  const direct = type === 'direct';
  return {
    address: direct ? '{adapter}' : null,
    summary,
    ...(direct && { parameters: { adapter: { description: 'Routing key: the id of the adapter.', enum: adapters } } }),
    messages: { ticket: ticketMessage },
    bindings: {
      amqp: { is: 'routingKey', exchange: { name, type, durable: true, autoDelete: false }, bindingVersion },
    },
  };
}

function queueChannel(queue: Queue, { bindings }: Topology) {
  const { name, summary } = queue;
  return {
    address: name,
    summary,
    messages: { ticket: ticketMessage },
    bindings: {
      amqp: { is: 'queue', queue: { name, durable: true, exclusive: false, autoDelete: false }, bindingVersion },
    },
    'x-arguments': queue.arguments,
    'x-bindings': bindings
      .filter((binding) => binding.queue === name)
      .map(({ exchange, key }) => ({ exchange, routingKey: key })),
  };
}

function operation(action: 'send' | 'receive', channel: string, summary: string, amqp: Record<string, unknown>) {
  return {
    action,
    channel: reference(`channels/${channel}`),
    summary,
    bindings: { amqp: { ...amqp, bindingVersion } },
  };
}

function ticketDescription() {
  const { $schema: _, ...payload } = z.toJSONSchema(eventSchema);
  return {
    name: ticketEvent,
    title: 'Ticket',
    summary:
      'A task is due. CloudEvents 1.0, structured mode; messageId, type, timestamp and contentType repeat the event.',
    contentType,
    payload,
    bindings: { amqp: { contentEncoding: 'utf-8', messageType: ticketEvent, bindingVersion } },
    examples: [
      {
        payload: {
          specversion: '1.0',
          id: '6f1c6b1e-5d3e-4a53-9d1b-6a1f5c0e7b21',
          source: '/stellwerk',
          type: ticketEvent,
          subject: '0b8f7a52-9c1d-4e0a-8c55-2f5d3f6a9e10',
          time: '2026-11-22T09:30:00.000Z',
          datacontenttype: 'application/json',
          traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03',
          data: {
            taskId: '0b8f7a52-9c1d-4e0a-8c55-2f5d3f6a9e10',
            submissionId: '3c2d9f64-7a6b-4d0f-9a43-5b1e8c7d6f02',
            leistung: '99102013104000',
            ars: '081110000000',
            adapter: 'rest',
            traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03',
          },
        },
      },
    ],
  };
}
