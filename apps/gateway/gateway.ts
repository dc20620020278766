import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { openPublisher } from '#broker/publisher.js';
import { Bodies } from '#intake/body.js';
import type { Limits } from '#intake/service-bw/form.js';
import { secretsKey } from '#launch/key.js';
import { type Informer, startInformer } from '#pipeline/inform.js';
import { type Relay, startRelay } from '#pipeline/relay.js';
import { loadRegions } from '#regions/regions.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import type { Settings } from '#settings/settings.js';
import { readBacklog } from '#store/condition.js';
import { type Database } from '#store/database.js';
import { TelemetryController } from '#telemetry/controller.js';
import type { Log } from '#telemetry/log.js';
import { type Metrics, openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observeRequests } from '#telemetry/requests.js';
import { callbackController } from './callback.controller.js';
import { type Door, openDoor } from './door.js';
import { fachverfahrenController } from './fachverfahren.controller.js';
import { gatewayModule } from './gateway.module.js';
import { processesController } from './processes.controller.js';
import { repliesController } from './replies.controller.js';
import { openServer } from './server.js';
import { submissionsController } from './submissions.controller.js';

export interface Gateway {
  app: NestFastifyApplication;
  url: string;
  close(): Promise<void>;
}

/** Puts the gateway together from its parts and starts it on `GATEWAY_PORT` (0: a free one). The broker may still be away. Throws one sentence when it cannot. */
export async function startGateway(settings: Settings, log: Log): Promise<Gateway> {
  const { DATABASE_URL, AMQP_URL } = settings;
  if (!DATABASE_URL || !AMQP_URL) throw new Error('DATABASE_URL und AMQP_URL sind nötig; „npm start“ setzt beide.');
  const key = secretsKey(settings);
  const { db, adapters, processes, follow, parameters } = await openKnowledge({
    ...{
      databaseUrl: DATABASE_URL,
      application: 'gateway',
      max: 16,
      key,
      packages: settings.ADAPTER_PACKAGES,
    },
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const metrics = openMetrics('gateway', () => readBacklog(db));
  const publisher = await openPublisher(AMQP_URL, {
    adapters: [...adapters.keys()],
    onState(state, reason) {
      metrics.brokerUp.set({ direction: 'out' }, state === 'up' ? 1 : 0);
      log.info('broker', { state, reason });
    },
  });
  const relay = startRelay({ db, publisher, settings, onError: (error) => log.warn('relay', { error }) });
  const informer = startInformer({
    ...{ db, key, settings },
    observe(result, client, reason) {
      metrics.callbacks.inc({ result });
      if (reason) log.warn('a portal was not informed', { client, reason });
    },
    onError: (error) => log.warn('informing portals', { error }),
  });

  const limits = {
    body: settings.LIMIT_BODY,
    file: settings.LIMIT_FILE,
    files: settings.LIMIT_FILES,
    fields: settings.LIMIT_FIELDS,
    depth: settings.LIMIT_DEPTH,
  };
  const door = openDoor({ db, processes, follow, parameters, adapters, regions: loadRegions(), limits });
  const checks = {
    database: async () => ({ ok: Boolean(await db.query('select 1')), detail: 'PostgreSQL antwortet' }),
    broker: () => ({
      ok: publisher.state() === 'up',
      detail: publisher.reason() ?? 'RabbitMQ verbunden',
      needed: false,
    }),
  };
  const controllers = gatewayControllers({ db, key, settings, relay, informer, door, limits, metrics });
  const app = await NestFactory.create<NestFastifyApplication>(
    gatewayModule(controllers, { settings, log, metrics, checks }),
    openServer(),
    {
      bodyParser: false,
      logger: nestLogger(log),
    },
  );
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  observeRequests(fastify, { log, metrics });
  let document: OpenAPIObject | undefined;
  fastify.get('/openapi.json', async () => {
    document ??= gatewayDocument(app);
    return document;
  });
  await app.listen(settings.GATEWAY_PORT, settings.HOST);
  log.info('gateway ready', { port: settings.GATEWAY_PORT });
  return { app, url: await app.getUrl(), close };

  /** Take no new connection, answer what runs, then stop what it needed. */
  async function close(): Promise<void> {
    const cut = setTimeout(() => fastify.server.closeAllConnections(), settings.DRAIN);
    await app.close();
    clearTimeout(cut);
    await Promise.all([relay.close(), informer.close()]);
    await publisher.close();
    await db.close();
  }
}

interface Parts {
  db: Database;
  /** For secrets that are kept. */
  key: Uint8Array;
  settings: Settings;
  relay: Relay;
  informer: Informer;
  door: Door;
  limits: Limits;
  metrics: Metrics;
}

/** Everything the gateway answers to. */
export function gatewayControllers(parts: Parts): Type[] {
  const { db, key, settings, relay, informer, door, limits, metrics } = parts;
  const onAccepted = () => metrics.submissionsAccepted.inc();
  const onReply = (status: string) => {
    metrics.replies.inc({ status });
    informer.wake();
  };
  const bodies = new Bodies(limits.body);
  return [
    submissionsController({ db, relay, door, bodies, onAccepted }),
    repliesController(db),
    callbackController({ db, key, informer, developmentHosts: settings.DEVELOPMENT_HOSTS }),
    fachverfahrenController({ db, bodies, limits, onReply }),
    processesController(door, limits),
    TelemetryController,
  ];
}

/** `/openapi.json`. */
export function gatewayDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder().setTitle('Stellwerk: Tür des Portals').setVersion('1').addBearerAuth().build();
  return SwaggerModule.createDocument(app, about);
}
