import { randomUUID } from 'node:crypto';
import { consume } from '#broker/consumer.js';
import { readTicket } from '#broker/event.js';
import { openPublisher } from '#broker/publisher.js';
import { taskQueue, topology } from '#broker/topology.js';
import { pipeline } from '#pipeline/pipeline.js';
import { startRelay } from '#pipeline/relay.js';
import { type Database, openDatabase } from '#store/database.js';
import { createTestVhost } from './services.js';
import type { openWay } from './way.js';

/**
 * Several relays and workers on the store of a way, each with connections of its own, as in processes of their own.
 * All run on the way's clock.
 * @param stale tickets of tasks that are done, left in the queue of the first adapter
 */
export async function openCrew(way: Awaited<ReturnType<typeof openWay>>, { relays = 1, stale = 0 } = {}) {
  const vhost = await createTestVhost();
  const { settings } = way.worker;
  const adapters = [...way.worker.adapters.keys()];
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const connections: Database[] = [];
  const consumers: ReturnType<typeof consume>[] = [];

  async function connected(): Promise<Database> {
    const real = await openDatabase(way.url, { max: 4, keys: way.db.keys });
    connections.push(real);
    return { ...real, now: way.db.now };
  }

  let looks = 0;
  if (stale > 0) await leaveTickets(vhost.url, adapters[0]!, stale);
  const publishers = await Promise.all(Array.from({ length: relays }, () => openPublisher(vhost.url, { adapters })));
  await Promise.all(publishers.map((publisher) => publisher.whenUp()));
  const started = await Promise.all(
    publishers.map(async (publisher) => {
      const db = await connected();
      const counting: Database = {
        ...db,
        run(text, values, name) {
          if (name === 'overdue_tickets') looks++;
          return db.run(text, values, name);
        },
      };
      return startRelay({ db: counting, publisher, settings, onError });
    }),
  );
  const wake = (lane: string) => {
    for (const relay of started) relay.wake(lane);
  };

  return {
    failures,
    /** How often a relay has looked for tickets that nobody took. */
    looks: () => looks,
    loseTickets: () => publishers[0]!.empty(adapters[0]!),
    /** Tickets that wait in the first adapter's queue. */
    async ready(): Promise<number> {
      return (await publishers[0]!.ready(adapters[0]!)) ?? 0;
    },
    async startWorkers(count: number) {
      for (let n = 0; n < count; n++) {
        const db = await connected();
        const handle = pipeline({ ...way.worker, name: `worker ${n}`, db, relay: { wake } });
        const consumer = consume(vhost.url, {
          name: `worker ${n}`,
          topology: topology(adapters),
          queues: adapters.map(taskQueue),
          prefetch: settings.WORKER_PREFETCH,
          async take({ content }) {
            await handle(readTicket(content)!).catch(onError);
            return 'ack';
          },
        });
        consumers.push(consumer);
      }
      await Promise.all(consumers.map((consumer) => consumer.whenUp()));
    },
    async close() {
      await Promise.all(started.map((relay) => relay.close()));
      await Promise.all(consumers.map((consumer) => consumer.drain(1000)));
      await Promise.all(publishers.map((publisher) => publisher.close()));
      await Promise.all(connections.map((database) => database.close()));
      await vhost.drop();
    },
  };
}

async function leaveTickets(url: string, adapter: string, count: number): Promise<void> {
  const publisher = await openPublisher(url, { adapters: [adapter] });
  await publisher.whenUp();
  const where = { leistung: '99102013104000', ars: '081110000000', adapter };
  const done = () => ({ ...where, taskId: randomUUID(), submissionId: randomUUID() });
  await publisher.publish(Array.from({ length: count }, done));
  await publisher.close();
}
