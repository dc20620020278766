import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { depths } from '#broker/depth.js';
import { ticketEvent } from '#broker/event.js';
import { mismatches } from '#broker/mismatch.js';
import { openPublisher, type Publisher } from '#broker/publisher.js';
import { taskQueue } from '#broker/topology.js';
import { TicketTransport } from '#broker/transport.js';
import { dockerAnswers } from '#launch/servers/docker.js';
import type { Ticket } from '#submission/vocabulary.js';
import { newTicket, until } from './broker-node.js';

/** What production runs; the other tests may use the oldest supported version. TEST_RABBITMQ_IMAGE names another. */
const image = process.env.TEST_RABBITMQ_IMAGE || 'rabbitmq:4';
const missing = dockerAnswers() ? (has(image) ? '' : 'the image cannot be fetched') : 'no Docker engine answers';
if (missing) process.stderr.write(`RabbitMQ in a container (${image}): skipped, ${missing}.\n`);

(missing ? describe.skip : describe)(`RabbitMQ in a container (${image})${missing && `: skipped, ${missing}`}`, () => {
  const adapter = 'rest';
  let container: StartedTestContainer;
  let url: string;
  let publisher: Publisher;

  beforeAll(async () => {
    container = await new GenericContainer(image)
      .withEnvironment({ RABBITMQ_DEFAULT_USER: 'test', RABBITMQ_DEFAULT_PASS: 'test' })
      .withExposedPorts(5672)
      .withWaitStrategy(Wait.forLogMessage(/Server startup complete/))
      .withStartupTimeout(120_000)
      .start();
    url = `amqp://test:test@${container.getHost()}:${container.getMappedPort(5672)}`;
    publisher = await openPublisher(url, { adapters: [adapter] });
    await publisher.whenUp();
  }, 180_000);

  afterAll(async () => {
    await publisher?.close();
    await container?.stop();
  }, 60_000);

  function open(handle: (ticket: Ticket) => Promise<void>): TicketTransport {
    const transport = new TicketTransport({ url, adapters: [adapter], prefetch: 16 });
    transport.addHandler(ticketEvent, handle as never, true);
    transport.listen((error) => expect(error).toBeUndefined());
    return transport;
  }
  const waiting = async () =>
    (await depths(url, [adapter])).queues.find(({ queue }) => queue === taskQueue(adapter))?.messages;

  test('holds the topology as it was declared, and takes the same declaration again', async () => {
    expect(await mismatches(url, [adapter])).toEqual([]);
    const again = await openPublisher(url, { adapters: [adapter] });
    await again.whenUp();
    await again.close();
    expect(await mismatches(url, [adapter, 'missing'])).toEqual([
      expect.stringMatching(/no queue 'stellwerk\.task\.missing'/),
    ]);
  });

  test('P1 confirms what a queue took, and returns what none did', async () => {
    const results = await publisher.publish([newTicket(adapter), newTicket('nobody'), newTicket(adapter)]);
    expect(results).toEqual(['confirmed', 'returned', 'confirmed']);
    await until(async () => (await waiting()) === 2);
  });

  test('P1 hands every ticket over, is drained in the middle of the work, and delivers none twice', async () => {
    const tickets = Array.from({ length: 100 }, () => newTicket(adapter));
    const handled: string[] = [];
    let begun = 0;
    const first = open(async ({ taskId }) => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      handled.push(taskId);
    });
    await first.whenUp();
    expect(new Set(await publisher.publish(tickets))).toEqual(new Set(['confirmed']));
    await until(() => handled.length >= 20);
    await first.drain(5_000);
    expect(handled).toHaveLength(begun);
    expect(begun).toBeLessThan(102);
    const second = open(async ({ taskId }) => void handled.push(taskId));
    await until(() => handled.length >= 102);
    await second.drain(5_000);
    expect(handled).toEqual(expect.arrayContaining(tickets.map(({ taskId }) => taskId)));
    expect(new Set(handled).size).toBe(102);
    expect(await waiting()).toBe(0);
  });
});

/** True when the image is there, or could be fetched. */
function has(name: string): boolean {
  const docker = (...args: string[]) => spawnSync('docker', args, { stdio: 'ignore', timeout: 300_000 }).status === 0;
  return docker('image', 'inspect', name) || docker('pull', '--quiet', name);
}
