import { hostname } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { openAccessLog } from '#access-log/access-log.js';
import { narrowed } from '#adapter-host/load.js';
import { openPublisher } from '#broker/publisher.js';
import { TicketTransport } from '#broker/transport.js';
import { secretsKey } from '#launch/key.js';
import { startRelay } from '#pipeline/relay.js';
import { startSweep } from '#pipeline/sweep.js';
import type { Worker } from '#pipeline/worker.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import type { Settings } from '#settings/settings.js';
import { readBacklog } from '#store/condition.js';
import type { Log } from '#telemetry/log.js';
import { openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observer } from './observer.js';
import { keepStrays } from './strays.js';
import { workerModule } from './worker.module.js';

/** Puts a worker together from its parts and starts it. `close` drains: nothing half-done, no redelivery storm. */
export async function startWorker(settings: Settings, log: Log): Promise<{ close(): Promise<void> }> {
  const { DATABASE_URL, AMQP_URL } = settings;
  if (!DATABASE_URL || !AMQP_URL) throw new Error('DATABASE_URL und AMQP_URL sind nötig; „npm start“ setzt beide.');
  const key = secretsKey(settings);
  const knowledge = await openKnowledge({
    ...{
      databaseUrl: DATABASE_URL,
      application: 'worker',
      key,
      packages: settings.ADAPTER_PACKAGES,
    },
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const { db, processes, parameters } = knowledge;
  const accessLog = await openAccessLog({ db, url: settings.ACCESS_LOG_URL, key });
  const adapters = narrowed(knowledge.adapters, settings.ADAPTERS);
  const metrics = openMetrics('worker', () => readBacklog(db));
  const onState = (direction: string) => (state: string, reason?: string) => {
    metrics.brokerUp.set({ direction }, state === 'up' ? 1 : 0);
    log.info('broker', { state, reason });
  };
  const publisher = await openPublisher(AMQP_URL, {
    adapters: [...knowledge.adapters.keys()],
    onState: onState('out'),
    onPublished(results) {
      for (const result of results) metrics.ticketsPublished.inc({ result });
    },
  });
  const relay = startRelay({ db, publisher, settings, onError: (error) => log.warn('relay', { error }) });
  const stop = new AbortController();
  const worker: Worker = {
    name: `${hostname()}/${process.pid}`,
    ...{ db, adapters, parameters, processes, settings, relay, accessLog },
    stop: stop.signal,
    log: (message, fields) => log.info(message, fields),
    observe: observer(metrics, log),
  };
  const sweep = startSweep(worker);
  const transport = new TicketTransport({
    url: AMQP_URL,
    adapters: [...adapters.keys()],
    prefetch: settings.WORKER_PREFETCH,
    onState: onState('in'),
    onTicketError: (error, { taskId, submissionId, adapter }) =>
      log.error('ticket', { error, taskId, submissionId, adapter }),
  });
  const strays = keepStrays(AMQP_URL, db, metrics, log);
  const checks = {
    database: async () => ({ ok: Boolean(await db.query('select 1')), detail: 'PostgreSQL antwortet' }),
    broker: () => ({ ok: transport.state() === 'up', detail: transport.reason() ?? 'RabbitMQ verbunden' }),
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    workerModule(worker, { checks, registry: metrics.registry }),
    new FastifyAdapter(),
    { logger: nestLogger(log) },
  );
  app.connectMicroservice<MicroserviceOptions>({ strategy: transport });
  await app.startAllMicroservices();
  await app.listen(settings.WORKER_PORT, settings.HOST);
  log.info('worker ready', { port: settings.WORKER_PORT });
  return { close: drain };

  /** Take nothing new; let running calls end; cut those that would outlast DRAIN, so that they record what they know; then leave. */
  async function drain(): Promise<void> {
    const cut = setTimeout(() => stop.abort(), settings.DRAIN);
    await Promise.all([transport.drain(settings.DRAIN + 3_000), strays.drain(1_000), sweep.close()]);
    clearTimeout(cut);
    await relay.close();
    await publisher.close();
    await app.close();
    await accessLog.close();
    await db.close();
  }
}
