import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { openAccessLog } from '#access-log/access-log.js';
import { registerKeys } from '#access-log/keys.js';
import { enterFence } from '#adapter-host/fence/network.js';
import { narrowed } from '#adapter-host/load.js';
import { openPublisher } from '#broker/publisher.js';
import { TicketTransport } from '#broker/transport.js';
import { openSigner } from '#evidence/note.js';
import { startSealer } from '#evidence/sealer.js';
import { evidenceKey, openKeys } from '#launch/key.js';
import { sealingOf } from '#launch/sealing.js';
import { departuresFolder, openDepartures } from '#pipeline/departures.js';
import { startPulse } from '#pipeline/pulse.js';
import { startRelay } from '#pipeline/relay.js';
import { startSweep } from '#pipeline/sweep.js';
import type { Worker } from '#pipeline/worker.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import type { Settings } from '#settings/settings.js';
import { enterStage } from '#settings/stage.js';
import { databaseAnswers, readBacklog } from '#store/condition.js';
import { type Database, openDatabase } from '#store/database.js';
import type { Check } from '#telemetry/health.js';
import type { Log } from '#telemetry/log.js';
import { type Metrics, openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { attemptObserver } from './attempt-observer.js';
import { keepStrays } from './strays.js';
import { texts } from './texts.js';
import { workerModule } from './worker.module.js';

/** The settings, of which those that a worker cannot do without are known to be set. */
type WorkerSettings = Settings & { DATABASE_URL: string; AMQP_URL: string };

/**
 * Opens a worker's parts and starts it. When it cannot start, it throws an error whose message is one sentence for
 * people. `close` drains the worker: nothing is left half-done, and no flood of tickets is delivered again.
 */
export async function startWorker(settings: Settings, log: Log): Promise<{ close(): Promise<void> }> {
  enterStage(settings, log.warn);
  enterFence(settings, log.warn);
  if (!canWork(settings)) throw new Error(texts.databaseAndBrokerNeeded);
  const signer = openSigner(evidenceKey(settings));
  const { worker, pulse, publisher, relay, metrics, stop } = await openParts(settings, log);
  const sweep = startSweep(worker);
  const sealer = startSealer({ db: worker.db, signer, onError: (error) => log.warn('seal', { error }) });
  const transport = openTransport(worker, settings, log, metrics);
  const strays = keepStrays(settings.AMQP_URL, worker.db, metrics, log);
  const module = workerModule(worker, { checks: checksOf(worker.db, transport), registry: metrics.registry });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: nestLogger(log),
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: transport });
  await app.startAllMicroservices();
  await app.listen(settings.WORKER_PORT, settings.HOST);
  log.info('worker ready', { port: settings.WORKER_PORT });
  return { close: drain };

  /**
   * Takes nothing new and lets running calls end. After `DRAIN` it aborts the rest, which record what they know so far.
   */
  async function drain(): Promise<void> {
    const cut = setTimeout(() => stop.abort(), settings.DRAIN);
    await Promise.all([transport.drain(settings.DRAIN + 3_000), strays.drain(1_000), sweep.close()]);
    clearTimeout(cut);
    await pulse.close();
    await worker.departures?.close();
    await sealer.close();
    await relay.close();
    await publisher.close();
    await app.close();
    await worker.accessLog.close();
    await worker.db.close();
  }
}

function canWork(settings: Settings): settings is WorkerSettings {
  return Boolean(settings.DATABASE_URL && settings.AMQP_URL);
}

/** Everything that the pipeline works with. `stop` aborts its running calls. */
async function openParts(settings: WorkerSettings, log: Log) {
  const { secrets: key, pseudonyms } = openKeys(settings);
  const knowledge = await openKnowledge({
    databaseUrl: settings.DATABASE_URL,
    ownerUrl: settings.DATABASE_OWNER_URL,
    application: 'worker',
    key,
    sealing: sealingOf(settings),
    packages: settings.ADAPTER_PACKAGES,
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const { db, processes, parameters } = knowledge;
  await registerKeys(db, pseudonyms); // under another key nobody would find what it looks up
  const accessLog = await openAccessLog({ db, ...accessLogUrls(settings), keys: pseudonyms });
  const adapters = narrowed(knowledge.adapters, settings.ADAPTERS);
  const metrics = openMetrics('worker', () => readBacklog(db, settings.HOST_SLOTS));
  const publisher = await openPublisher(settings.AMQP_URL, {
    adapters: [...knowledge.adapters.keys()],
    onState: brokerObserver('out', metrics, log),
    onPublished(results) {
      for (const result of results) metrics.ticketsPublished.inc({ result });
    },
  });
  const relay = startRelay({ db, publisher, settings, onError: (error) => log.warn('relay', { error }) });
  const stop = new AbortController();
  const name = `${hostname()}/${process.pid}/${randomBytes(8).toString('hex')}`;
  const departures = await openDepartures(departuresFolder(settings), name).catch((error) => {
    log.warn('departures cannot be noted: after a crash, what may have left waits for its lease', { error });
    return undefined;
  });
  const ownConnection = { application: 'worker', as: 'application', max: 1 } as const;
  const pulse = await startPulse(await openDatabase(settings.DATABASE_URL, ownConnection), name, log.warn);
  const worker: Worker = {
    name,
    pulse,
    departures,
    db,
    adapters,
    installed: knowledge.adapters,
    parameters,
    processes,
    settings,
    relay,
    accessLog,
    stop: stop.signal,
    log: (message, fields) => log.info(message, fields),
    observe: attemptObserver(metrics, log),
  };
  return { worker, pulse, publisher, relay, metrics, stop };
}

function accessLogUrls(settings: WorkerSettings) {
  const { ACCESS_LOG_URL: url, ACCESS_LOG_OWNER_URL: ownerUrl } = settings;
  const eraserUrl = url
    ? (settings.ACCESS_LOG_ERASER_URL ?? url)
    : (settings.DATABASE_ERASER_URL ?? settings.DATABASE_URL);
  return { url, ownerUrl, eraserUrl };
}

function openTransport(worker: Worker, settings: WorkerSettings, log: Log, metrics: Metrics): TicketTransport {
  return new TicketTransport({
    url: settings.AMQP_URL,
    adapters: [...worker.adapters.keys()],
    prefetch: settings.WORKER_PREFETCH,
    onState: brokerObserver('in', metrics, log),
    onTicketError: (error, { taskId, submissionId, adapter }) =>
      log.error('ticket', { error, taskId, submissionId, adapter }),
  });
}

function brokerObserver(direction: 'in' | 'out', metrics: Metrics, log: Log) {
  return (state: string, reason?: string) => {
    metrics.brokerUp.set({ direction }, state === 'up' ? 1 : 0);
    log.info('broker', { state, reason });
  };
}

function checksOf(db: Database, transport: TicketTransport): Record<string, Check> {
  return {
    database: async () => ({ ok: await databaseAnswers(db), detail: texts.databaseAnswers }),
    broker: () => ({ ok: transport.state() === 'up', detail: transport.reason() ?? texts.brokerConnected }),
  };
}
