import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type Channel, connect } from 'amqplib';
import type { Consumer } from '#broker/consumer.js';
import { ticketEvent, writeTicket } from '#broker/event.js';
import { mismatches } from '#broker/mismatch.js';
import { openPublisher, type Publisher } from '#broker/publisher.js';
import { consumeStrays, type Stray } from '#broker/strays.js';
import { straysQueue, taskExchange, taskQueue, topology } from '#broker/topology.js';
import { TicketFilter, TicketTransport } from '#broker/transport.js';
import type { Ticket } from '#submission/vocabulary.js';
import { asyncApi } from '../check/asyncapi.js';
import { createTestVhost, type TestResource } from '../kit/services.js';
import { installed, newTicket, startNode, startWire, until } from './broker-node.js';

/** For tests that change the broker itself: they need a node that nobody else uses. */
const onOwnNode = installed ? test : test.skip;
let node: Awaited<ReturnType<typeof startNode>> | undefined;
let lent: TestResource | undefined;
let url: string;
const open = new Set<{ close?(): Promise<void>; drain?(timeout: number): Promise<void> }>();

beforeAll(async () => {
  if (installed) node = await startNode();
  else lent = await createTestVhost();
  url = node?.url ?? lent!.url;
}, 120_000);

afterAll(async () => {
  await Promise.all([...open].map((one) => one.close?.() ?? one.drain?.(0)));
  await node?.drop();
  await lent?.drop();
}, 60_000);

let named = 0;
const newAdapter = () => `adapter-${process.pid}-${named++}`;

const newTickets = (adapter: string, count: number) => Array.from({ length: count }, () => newTicket(adapter));

async function publisherFor(adapters: string[], at = url): Promise<Publisher> {
  const publisher = await openPublisher(at, { adapters });
  open.add(publisher);
  return publisher;
}

type Handler = (ticket: Ticket, context: { redelivered: boolean }) => Promise<void>;
type Extra = Partial<ConstructorParameters<typeof TicketTransport>[0]>;

/** A transport with its handler, as Nest would set it up. */
function transportFor(adapters: string[], handler: Handler, extra: Extra = {}): TicketTransport {
  const transport = new TicketTransport({ url, adapters, prefetch: 64, ...extra });
  transport.addHandler(ticketEvent, (ticket, context) => handler(ticket, context!.getArgByIndex(0)) as never, true);
  transport.listen((error) => expect(error).toBeUndefined());
  open.add(transport);
  return transport;
}

/** Works on the broker with a plain connection, as another program would. */
async function stranger<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => {});
  try {
    const channel = await connection.createConfirmChannel();
    const result = await work(channel);
    await channel.waitForConfirms();
    await channel.close();
    return result;
  } finally {
    await connection.close();
  }
}

const ready = async (publisher: Publisher, queue: string) => (await publisher.depth())[queue]?.ready;

describe('the publisher', () => {
  test('P1 answers "unavailable" at once while nothing listens, keeps nothing, and comes up by itself', async () => {
    const wire = await startWire(url);
    await wire.unplug();
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter], wire.url);
    const before = performance.now();
    expect(await publisher.publish(newTickets(adapter, 3))).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(performance.now() - before).toBeLessThan(50);
    expect(publisher.state()).toBe('down');
    await until(() => publisher.reason()?.includes('ECONNREFUSED') ?? false);
    await wire.plug();
    await publisher.whenUp();
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['confirmed']);
    expect(await ready(publisher, taskQueue(adapter))).toBe(1);
    await publisher.close();
    await wire.unplug();
  });

  test('P1 says which ticket no queue took', async () => {
    const adapter = newAdapter();
    const counted: string[] = [];
    const publisher = await openPublisher(url, {
      adapters: [adapter],
      onPublished: (results) => counted.push(...results),
    });
    open.add(publisher);
    await publisher.whenUp();
    const tickets = [newTicket(adapter), newTicket('nobody'), newTicket(adapter)];
    expect(await publisher.publish(tickets)).toEqual(['confirmed', 'returned', 'confirmed']);
    expect(counted).toEqual(['confirmed', 'returned', 'confirmed']);
  });

  test('declares a deleted queue anew after the first ticket came back', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    await publisher.whenUp();
    await stranger((channel) => channel.deleteQueue(taskQueue(adapter)));
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['returned']);
    await until(async () => (await publisher.publish([newTicket(adapter)]))[0] === 'confirmed');
    expect(publisher.state()).toBe('up');
  });

  test('declares a deleted exchange anew', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    await publisher.whenUp();
    await stranger((channel) => channel.deleteExchange(taskExchange));
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['unavailable']);
    await publisher.whenUp();
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['confirmed']);
  });

  test('P1 calls a ticket "unavailable" when the wire is cut before the confirm, and publishes the next', async () => {
    const wire = await startWire(url);
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter], wire.url);
    await publisher.whenUp();
    wire.freeze();
    const limbo = publisher.publish(newTickets(adapter, 5));
    wire.cut();
    expect(await limbo).toEqual(Array(5).fill('unavailable'));
    await wire.unplug();
    await wire.plug();
    await publisher.whenUp();
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['confirmed']);
    await publisher.close();
    await wire.unplug();
  });

  test('waits at most 5 s for a broker that does not answer', async () => {
    const wire = await startWire(url);
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter], wire.url);
    await publisher.whenUp();
    wire.freeze();
    const before = performance.now();
    expect(await publisher.publish(newTickets(adapter, 2))).toEqual(['unavailable', 'unavailable']);
    expect(performance.now() - before).toBeGreaterThan(4_000);
    expect(performance.now() - before).toBeLessThan(7_000);
    await publisher.close();
    await wire.unplug();
  });

  test('answers "unavailable" after it was closed', async () => {
    const publisher = await publisherFor([newAdapter()]);
    await publisher.whenUp();
    await publisher.close();
    expect(await publisher.publish([newTicket('echo')])).toEqual(['unavailable']);
    expect(await publisher.depth()).toEqual({});
  });

  test('tells who waits for it that it was closed', async () => {
    const publisher = await publisherFor([newAdapter()], 'amqp://127.0.0.1:9');
    const waiting = publisher.whenUp();
    await publisher.close();
    await expect(waiting).rejects.toThrow('closed');
  });

  test('closes while it is still connecting', async () => {
    const publisher = await publisherFor([newAdapter()]);
    await publisher.close();
    expect(publisher.state()).toBe('down');
  });

  onOwnNode('P1 says when the broker refuses a ticket', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    await publisher.whenUp();
    await node!.control(
      'set_policy',
      'full',
      `^${taskQueue(adapter)}$`,
      '{"max-length":1,"overflow":"reject-publish"}',
    );
    await until(async () => (await publisher.publish(newTickets(adapter, 20))).includes('refused'));
    expect(publisher.state()).toBe('up');
    await node!.control('clear_policy', 'full');
  });

  onOwnNode('P1 does not wait while the broker is blocked, and goes on when it is not', async () => {
    const adapter = newAdapter();
    const states: string[] = [];
    const publisher = await openPublisher(url, { adapters: [adapter], onState: (state) => states.push(state) });
    open.add(publisher);
    await publisher.whenUp();
    await node!.control('set_vm_memory_high_watermark', '0.00001');
    await until(async () => (await publisher.publish([newTicket(adapter)]))[0] === 'unavailable');
    await until(() => publisher.state() === 'blocked');
    const before = performance.now();
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['unavailable']);
    expect(performance.now() - before).toBeLessThan(50);
    await node!.control('set_vm_memory_high_watermark', '0.6');
    await publisher.whenUp();
    expect(await publisher.publish([newTicket(adapter)])).toEqual(['confirmed']);
    expect(states).toEqual(['up', 'blocked', 'up']);
  });

  onOwnNode('closes in a second while the broker is blocked', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    await publisher.whenUp();
    await node!.control('set_vm_memory_high_watermark', '0.00001');
    await until(async () => (await publisher.publish([newTicket(adapter)]))[0] === 'unavailable');
    const before = performance.now();
    await publisher.close();
    expect(performance.now() - before).toBeLessThan(3_000);
    await node!.control('set_vm_memory_high_watermark', '0.6');
  });
});

describe('the transport', () => {
  test('P1 brings each of 1,000 tickets to the handler', async () => {
    const adapter = newAdapter();
    const seen = new Set<string>();
    const transport = transportFor([adapter], async ({ taskId }) => void seen.add(taskId));
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    const tickets = newTickets(adapter, 1_000);
    expect(new Set(await publisher.publish(tickets))).toEqual(new Set(['confirmed']));
    await until(() => seen.size === 1_000);
    expect(seen).toEqual(new Set(tickets.map(({ taskId }) => taskId)));
    await transport.drain(5_000);
    expect(await ready(publisher, taskQueue(adapter))).toBe(0);
  });

  test('P1 acks a ticket only when its handler is through', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    let finish = () => {};
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = transportFor([adapter], () => working);
    await Promise.all([first.whenUp(), publisher.whenUp()]);
    await publisher.publish([newTicket(adapter)]);
    const redelivered: boolean[] = [];
    await until(async () => (await ready(publisher, taskQueue(adapter))) === 0);
    await first.drain(0); // gives up at once: the handler is still at work
    const second = transportFor([adapter], async (_, context) => void redelivered.push(context.redelivered));
    await until(() => redelivered.length === 1);
    expect(redelivered).toEqual([true]);
    finish();
    await second.drain(1_000);
  });

  test('P1 goes on after handlers that throw, whatever the prefetch, and hands their own errors over', async () => {
    const adapter = newAdapter();
    const errors: unknown[] = [];
    const seen: string[] = [];
    const transport = transportFor(
      [adapter],
      async ({ taskId }) => {
        seen.push(taskId);
        throw new Error(`no ${taskId}`);
      },
      { prefetch: 2, onTicketError: (error, ticket) => errors.push([(error as Error).message, ticket.taskId]) },
    );
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    const tickets = newTickets(adapter, 6);
    await publisher.publish(tickets);
    await until(() => errors.length === 6);
    await transport.drain(1_000);
    expect(seen.sort()).toEqual(tickets.map(({ taskId }) => taskId).sort());
    expect(errors).toContainEqual([`no ${tickets[0]!.taskId}`, tickets[0]!.taskId]);
    expect(await ready(publisher, taskQueue(adapter))).toBe(0);
  });

  test('goes on after its queue was deleted', async () => {
    const adapter = newAdapter();
    const seen: string[] = [];
    const transport = transportFor([adapter], async ({ taskId }) => void seen.push(taskId));
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    await stranger((channel) => channel.deleteQueue(taskQueue(adapter)));
    const ticket = newTicket(adapter);
    await until(async () => (await publisher.publish([ticket]))[0] === 'confirmed');
    await until(() => seen.includes(ticket.taskId));
    await transport.drain(1_000);
  });

  test('P1 drains in the middle of the work: what it began it finishes, and nothing is delivered twice', async () => {
    const adapter = newAdapter();
    const handled: string[] = [];
    let began = 0;
    const first = transportFor(
      [adapter],
      async ({ taskId }) => {
        began++;
        await new Promise((resolve) => setTimeout(resolve, 30));
        handled.push(taskId);
      },
      { prefetch: 20 },
    );
    const publisher = await publisherFor([adapter]);
    await Promise.all([first.whenUp(), publisher.whenUp()]);
    const tickets = newTickets(adapter, 200);
    await publisher.publish(tickets);
    await until(() => handled.length >= 40);
    await first.drain(5_000);
    expect(handled).toHaveLength(began);
    expect(began).toBeLessThan(200);
    const redelivered: string[] = [];
    const second = transportFor([adapter], async ({ taskId }, context) => {
      handled.push(taskId);
      if (context.redelivered) redelivered.push(taskId);
    });
    await until(() => handled.length >= 200);
    await second.drain(1_000);
    expect(redelivered).toEqual([]);
    expect(handled.sort()).toEqual(tickets.map(({ taskId }) => taskId).sort());
  });

  test('drains while the broker is gone, and still lets handlers finish', async () => {
    const wire = await startWire(url);
    const adapter = newAdapter();
    let began = false;
    let finished = false;
    const transport = transportFor(
      [adapter],
      async () => {
        began = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      },
      { url: wire.url },
    );
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    await publisher.publish([newTicket(adapter)]);
    await until(() => began);
    await wire.unplug();
    await transport.drain(5_000);
    expect(finished).toBe(true);
    expect(transport.state()).toBe('down');
  });

  test('P1 gets a ticket again when the wire is cut while its handler works, and survives the late ack', async () => {
    const wire = await startWire(url);
    const adapter = newAdapter();
    const deliveries: boolean[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const transport = transportFor(
      [adapter],
      (_, { redelivered }) => {
        deliveries.push(redelivered);
        return redelivered ? Promise.resolve() : held;
      },
      { url: wire.url },
    );
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    await publisher.publish([newTicket(adapter)]);
    await until(() => deliveries.length === 1);
    wire.cut();
    await until(() => deliveries.length === 2);
    release();
    await publisher.publish([newTicket(adapter)]);
    await until(() => deliveries.length === 3);
    expect(deliveries).toEqual([false, true, false]);
    await transport.drain(1_000);
    await wire.unplug();
  });

  onOwnNode(
    'P1 loses nothing while all connections are closed again and again',
    async () => {
      const adapter = newAdapter();
      const seen = new Set<string>();
      const transport = transportFor([adapter], async ({ taskId }) => void seen.add(taskId));
      const publisher = await publisherFor([adapter]);
      await Promise.all([transport.whenUp(), publisher.whenUp()]);
      const tickets = newTickets(adapter, 2_000);
      let left = tickets;
      const blows = (async () => {
        for (let blow = 0; blow < 3; blow++) await node!.control('close_all_connections', 'drill');
      })();
      let over = false;
      void blows.then(() => {
        over = true;
      });
      while (left.length > 0 || !over) {
        await Promise.all([publisher.whenUp(), new Promise((resolve) => setTimeout(resolve, 10))]);
        const batch = left.slice(0, 20);
        const results = await publisher.publish(batch);
        left = [...batch.filter((_, n) => results[n] !== 'confirmed'), ...left.slice(20)];
      }
      await until(() => seen.size === 2_000);
      expect(tickets.every(({ taskId }) => seen.has(taskId))).toBe(true);
      await transport.drain(1_000);
    },
    60_000,
  );

  onOwnNode(
    'P1 goes on when the broker comes back empty',
    async () => {
      const adapter = newAdapter();
      const seen = new Set<string>();
      const transport = transportFor([adapter], async ({ taskId }) => void seen.add(taskId));
      const publisher = await publisherFor([adapter]);
      await Promise.all([transport.whenUp(), publisher.whenUp()]);
      await node!.control('stop_app');
      await until(() => publisher.state() === 'down' && transport.state() === 'down');
      expect(await publisher.publish([newTicket(adapter)])).toEqual(['unavailable']);
      await node!.control('reset');
      await node!.control('start_app');
      await Promise.all([transport.whenUp(), publisher.whenUp()]);
      const ticket = newTicket(adapter);
      expect(await publisher.publish([ticket])).toEqual(['confirmed']);
      await until(() => seen.has(ticket.taskId));
      await transport.drain(1_000);
    },
    90_000,
  );
});

describe('in a Nest application', () => {
  const adapter = newAdapter();
  const seen: Ticket[] = [];
  const errors: unknown[] = [];

  @UseFilters(TicketFilter)
  @Controller()
  class Tickets {
    @EventPattern(ticketEvent)
    async due(@Payload() ticket: Ticket, @Ctx() _context: unknown) {
      seen.push(ticket);
      if (seen.length === 1) throw new RangeError('the first one fails');
    }
  }
  @Module({ controllers: [Tickets] })
  class App {}
  @Module({})
  class Deaf {}

  test('the handler gets the ticket, its own error comes out, and closing the application drains', async () => {
    const strategy = new TicketTransport({
      url,
      adapters: [adapter],
      prefetch: 8,
      onTicketError: (error) => errors.push(error),
    });
    const app = await NestFactory.createMicroservice(App, { strategy, logger: false });
    await app.listen();
    const publisher = await publisherFor([adapter]);
    await Promise.all([strategy.whenUp(), publisher.whenUp()]);
    const tickets = newTickets(adapter, 2);
    await publisher.publish(tickets);
    await until(() => seen.length === 2);
    expect(seen).toEqual(expect.arrayContaining(tickets));
    await until(() => errors.length === 1);
    expect(errors[0]).toBeInstanceOf(RangeError);
    await app.close();
    expect(strategy.state()).toBe('down');
    expect(await ready(publisher, taskQueue(adapter))).toBe(0);
  });

  test('an application without a handler for tickets does not start', async () => {
    const strategy = new TicketTransport({ url, adapters: [adapter], prefetch: 8 });
    const app = await NestFactory.createMicroservice(Deaf, { strategy, logger: false });
    await expect(app.listen()).rejects.toThrow(ticketEvent);
    await app.close();
  });

  test('an application does not start with an address that is none, and the sentence names the setting', async () => {
    const strategy = new TicketTransport({ url: 'localhost', adapters: [adapter], prefetch: 8 });
    const app = await NestFactory.createMicroservice(App, { strategy, logger: false });
    await expect(app.listen()).rejects.toThrow('AMQP_URL');
    await expect(openPublisher('http://localhost', { adapters: [] })).rejects.toThrow('AMQP_URL');
    await app.close();
  });

  test('an application starts while the broker is down', async () => {
    const strategy = new TicketTransport({ url: 'amqp://127.0.0.1:9', adapters: [adapter], prefetch: 8 });
    const app = await NestFactory.createMicroservice(App, { strategy, logger: false });
    await app.listen();
    expect(strategy.state()).toBe('down');
    await app.close();
  });
});

describe('the consumer of strays', () => {
  const strays: Stray[] = [];
  let failures = 0;
  let consumer: Consumer;
  const find = (id: string) => strays.find(({ messageId }) => messageId === id);

  beforeAll(async () => {
    consumer = consumeStrays(url, async (stray) => {
      if (failures-- > 0) throw new Error('the database is away');
      strays.push(stray);
    });
    open.add(consumer);
    await consumer.whenUp();
  }, 60_000);

  test.each([
    ['no JSON', 'Guten Tag'],
    ['another event', JSON.stringify({ specversion: '1.0', id: '1', source: '/x', type: 'y' })],
    ['nothing', ''],
  ])('P1 keeps a message that holds %s, and the worker goes on', async (_, body) => {
    const adapter = newAdapter();
    const seen: string[] = [];
    const transport = transportFor([adapter], async ({ taskId }) => void seen.push(taskId), { prefetch: 1 });
    const publisher = await publisherFor([adapter]);
    await Promise.all([transport.whenUp(), publisher.whenUp()]);
    const messageId = randomUUID();
    await stranger(async (channel) => channel.publish(taskExchange, adapter, Buffer.from(body), { messageId }));
    await publisher.publish([newTicket(adapter)]);
    await until(() => find(messageId) !== undefined && seen.length === 1);
    expect(find(messageId)).toMatchObject({ reason: 'rejected', queue: taskQueue(adapter), ticket: undefined });
    expect(find(messageId)!.body.toString()).toBe(body);
    await transport.drain(1_000);
  });

  test('P1 keeps a ticket that was given back more often than the limit allows, and can read it', async () => {
    const adapter = newAdapter();
    const publisher = await publisherFor([adapter]);
    await publisher.whenUp();
    const ticket = newTicket(adapter);
    const { id, content, properties } = writeTicket(ticket, new Date());
    let deliveries = 0;
    await stranger(async (channel) => {
      await channel.consume(taskQueue(adapter), (message) => {
        deliveries++;
        channel.reject(message!, true);
      });
      channel.publish(taskExchange, adapter, content, properties);
      await until(() => find(id) !== undefined);
    });
    expect(find(id)).toMatchObject({ reason: 'delivery_limit', queue: taskQueue(adapter), ticket });
    expect(deliveries).toBe(21);
  });

  test('P1 asks again while a stray cannot be kept', async () => {
    failures = 2;
    const messageId = randomUUID();
    await stranger(async (channel) => channel.sendToQueue(straysQueue, Buffer.from('?'), { messageId }));
    await until(() => find(messageId) !== undefined);
    expect(find(messageId)!.reason).toBe('sent');
  });

  test('P1 gives a stray back that it could not keep before it was closed', async () => {
    await consumer.drain(1_000);
    let asked = 0;
    const failing = consumeStrays(url, async () => {
      asked++;
      throw new Error('the database is away');
    });
    await failing.whenUp();
    const messageId = randomUUID();
    await stranger(async (channel) => channel.sendToQueue(straysQueue, Buffer.from('?'), { messageId }));
    await until(() => asked > 0);
    await failing.drain(100);
    consumer = consumeStrays(url, async (stray) => void strays.push(stray));
    open.add(consumer);
    await until(() => find(messageId) !== undefined);
  });
});

describe('the document', () => {
  const adapters = [newAdapter(), newAdapter()];

  test('the broker holds what the topology says, and a look at it shows where it does not', async () => {
    const publisher = await publisherFor(adapters);
    await publisher.whenUp();
    expect(await mismatches(url, adapters)).toEqual([]);
    const other = newAdapter();
    await stranger((channel) =>
      channel.assertQueue(taskQueue(other), { durable: true, arguments: { 'x-queue-type': 'quorum' } }),
    );
    const found = await mismatches(url, [...adapters, other, 'missing']);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`inequivalent arg.*${taskQueue(other)}`)));
    expect(found).toContainEqual(expect.stringMatching(/no queue 'stellwerk\.task\.missing'/));
  });

  onOwnNode(
    'AsyncAPI names every exchange, queue, argument and binding of the broker, and no other',
    async () => {
      const publisher = await publisherFor(adapters);
      await publisher.whenUp();
      for (const one of open) if (one !== publisher) await (one.close?.() ?? one.drain?.(0));
      await node!.control('stop_app');
      await until(() => publisher.state() === 'down');
      await node!.control('reset');
      await node!.control('start_app');
      await publisher.whenUp();
      expect(documented(topology(adapters))).toEqual(await definitions());
    },
    120_000,
  );
});

interface Definitions {
  exchanges: { name: string; type: string }[];
  queues: { name: string; arguments: unknown }[];
  bindings: string[];
}

async function definitions(): Promise<Definitions> {
  const live = JSON.parse(await node!.control('export_definitions', '-'));
  return sorted({
    exchanges: live.exchanges.map(({ name, type }: { name: string; type: string }) => ({ name, type })),
    queues: live.queues.map((queue: { name: string; arguments: unknown }) => ({
      name: queue.name,
      arguments: queue.arguments,
    })),
    bindings: live.bindings.map(
      (one: Record<string, string>) => `${one['source']} -${one['routing_key']}-> ${one['destination']}`,
    ),
  });
}

interface DocumentedChannel {
  bindings: { amqp: { is: string; exchange: { name: string; type: string }; queue: { name: string } } };
  'x-arguments': unknown;
  'x-bindings': { exchange: string; routingKey: string }[];
}

/** The same, as the AsyncAPI document says it. */
function documented(declared: ReturnType<typeof topology>): Definitions {
  const channels = Object.values(asyncApi(declared)['channels'] as Record<string, DocumentedChannel>);
  const queues = channels.filter(({ bindings }) => bindings.amqp.is === 'queue');
  return sorted({
    exchanges: channels
      .filter(({ bindings }) => bindings.amqp.is === 'routingKey')
      .map(({ bindings }) => ({ name: bindings.amqp.exchange.name, type: bindings.amqp.exchange.type })),
    queues: queues.map((queue) => ({ name: queue.bindings.amqp.queue.name, arguments: queue['x-arguments'] })),
    bindings: queues.flatMap((queue) =>
      queue['x-bindings'].map((one) => `${one.exchange} -${one.routingKey}-> ${queue.bindings.amqp.queue.name}`),
    ),
  });
}

function sorted({ exchanges, queues, bindings }: Definitions): Definitions {
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return { exchanges: exchanges.sort(byName), queues: queues.sort(byName), bindings: bindings.sort() };
}
