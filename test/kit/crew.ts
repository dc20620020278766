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
 */
export async function openCrew(way: Awaited<ReturnType<typeof openWay>>, { relays = 1 } = {}) {
  const vhost = await createTestVhost();
  const { settings } = way.worker;
  const adapters = [...way.worker.adapters.keys()];
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const connections: Database[] = [];
  const consumers: ReturnType<typeof consume>[] = [];

  async function connected(): Promise<Database> {
    const real = await openDatabase(way.url, { max: 4 });
    connections.push(real);
    return { ...real, now: way.db.now };
  }

  const publishers = await Promise.all(Array.from({ length: relays }, () => openPublisher(vhost.url, { adapters })));
  await Promise.all(publishers.map((publisher) => publisher.whenUp()));
  const started = await Promise.all(
    publishers.map(async (publisher) => startRelay({ db: await connected(), publisher, settings, onError })),
  );
  const wake = (lane: string) => {
    for (const relay of started) relay.wake(lane);
  };

  return {
    url: vhost.url,
    failures,
    wake,
    /** Tickets that wait in the first adapter's queue. */
    async ready(): Promise<number> {
      return (await publishers[0]!.depth())[taskQueue(adapters[0]!)]?.ready ?? 0;
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
