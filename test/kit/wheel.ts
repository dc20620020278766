import { randomBytes, randomUUID } from 'node:crypto';
import { openAccessLog } from '#access-log/access-log.js';
import { consume } from '#broker/consumer.js';
import { readTicket } from '#broker/event.js';
import { openPublisher } from '#broker/publisher.js';
import { taskQueue, topology } from '#broker/topology.js';
import { openAccept } from '#pipeline/accept.js';
import { hostSweep } from '#pipeline/host.js';
import { openCorrectedLanes, probeLanes } from '#pipeline/lane.js';
import { pipeline } from '#pipeline/pipeline.js';
import { startRelay } from '#pipeline/relay.js';
import { parameterSweep, sweepLeases } from '#pipeline/sweep.js';
import type { Worker } from '#pipeline/worker.js';
import { readSettings } from '#settings/settings.js';
import { type Database, openDatabase } from '#store/database.js';
import type { Json, Ticket } from '#submission/vocabulary.js';
import { newTrace } from '#telemetry/trace.js';
import { eventually } from './processes.js';
import { openTestReception } from './reception.js';
import { createTestDatabase, createTestVhost } from './services.js';

/**
 * Gateway, relay, broker and worker in one process, on the real servers and on a clock that the test turns: while
 * there is work, time stands still; when there is none, it leaps to the next moment at which something is due.
 */
export async function openWheel(start: Date, adapterId: string, environment: Record<string, string> = {}) {
  const [lentDatabase, lentVhost] = [await createTestDatabase(), await createTestVhost()];
  const real = await openDatabase(lentDatabase.url, { max: 6 });
  let time = start.getTime();
  const db: Database = { ...real, now: () => new Date(time) };
  const settings = readSettings({ RETRY_JITTER: '0', ...environment });
  const { adapters, processes, parameters, receive, setParameter } = await openTestReception(db, randomBytes(32));
  const publisher = await openPublisher(lentVhost.url, { adapters: [adapterId] });
  const failures: unknown[] = [];
  /** Of the relay: statements under way, and tickets that the broker has and the worker has not. */
  let [asking, inFlight] = [0, 0];
  const relay = startRelay({
    db: { ...db, run: (...question) => counted(() => db.run(...question)) },
    publisher: { ...publisher, publish },
    settings,
    onError: (error) => failures.push(error),
  });
  const worker: Worker = {
    name: 'test',
    db,
    adapters,
    parameters,
    processes,
    settings,
    relay,
    accessLog: await openAccessLog({ db, keys: [randomBytes(32)] }),
    stop: new AbortController().signal,
    log() {},
  };
  const handle = pipeline(worker);
  const accept = openAccept({ db, relay });
  const sweepParameters = parameterSweep();
  const sweepHosts = hostSweep();
  let inHand = 0;
  const consumer = consume(lentVhost.url, {
    name: 'test',
    topology: topology([adapterId]),
    queues: [taskQueue(adapterId)],
    prefetch: settings.WORKER_PREFETCH,
    async take({ content }) {
      inFlight--;
      inHand++;
      await handle(readTicket(content)!).catch((error) => failures.push(error));
      inHand--;
      return 'ack';
    },
  });
  await Promise.all([publisher.whenUp(), consumer.whenUp()]);

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    asking++;
    return work().finally(() => setImmediate(() => asking--)); // when what the relay does with the answer has begun
  }

  async function publish(tickets: Ticket[]) {
    inFlight += tickets.length;
    const results = await publisher.publish(tickets);
    inFlight -= results.filter((result) => result !== 'confirmed').length;
    return results;
  }

  /** Nothing is under way, and nothing due in an open lane. */
  async function isCalm(): Promise<boolean> {
    if (failures.length) throw failures[0];
    const { rows } = await db.query(
      `select exists (select from task t join lane l using (lane)
         where t.state = 'running'
           or l.state = 'open' and t.state in ('queued', 'waiting') and t.due_at <= $1) as busy`,
      [db.now()],
    );
    return !rows[0]!['busy'] && asking + inFlight + inHand === 0;
  }
  const calm = () => eventually('all that is due is done', isCalm, 30, 2);

  async function nextMoment(): Promise<number> {
    const { rows } = await db.query(
      `select least((select min(probe_at) from lane where state = 'closed'), (select min(probe_at) from host),
         (select min(t.due_at) from task t join lane l using (lane)
           where l.state = 'open' and t.state in ('queued', 'waiting'))) as at`,
    );
    return (rows[0]!['at'] as Date | null)?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  return {
    db,
    settings,
    now: db.now,
    setParameter,
    /** As the gateway does; resolves with the submission's id. */
    async submit(leistung: string, ars: string, form: Json): Promise<string> {
      const { submission, contentHash } = await receive(leistung, ars, form);
      const sender = { client: 'service-bw', idempotencyKey: randomUUID(), contentHash, traceparent: newTrace() };
      const acceptance = await accept({ submission, sender });
      if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
      return acceptance.submissionId;
    },
    /** Lives until `moment`, and sweeps whenever something may be due. */
    async live(moment: number) {
      for (;;) {
        await calm();
        await sweepLeases(worker);
        await openCorrectedLanes(worker);
        await probeLanes(worker);
        await sweepHosts(worker);
        await sweepParameters(worker);
        await calm();
        const next = await nextMoment();
        if (next > moment) break;
        time = Math.max(next, time + 1000);
      }
      time = moment;
    },
    async close() {
      await relay.close();
      await consumer.drain(1000);
      await publisher.close();
      await real.close();
      await lentDatabase.drop();
      await lentVhost.drop();
    },
  };
}
