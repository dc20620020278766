import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { openAccessLog } from '#access-log/access-log.js';
import { registerKeys } from '#access-log/keys.js';
import { personsUnder } from '#access-log/person-index.js';
import { viewer } from '#access-log/view.js';
import { enterFence } from '#adapter-host/fence/network.js';
import { openPublisher } from '#broker/publisher.js';
import { Bodies } from '#intake/body.js';
import type { Limits } from '#intake/service-bw/form.js';
import { openKeys } from '#launch/key.js';
import { openAccept } from '#pipeline/accept.js';
import { startInformer } from '#pipeline/inform.js';
import { startRelay } from '#pipeline/relay.js';
import { loadRegions } from '#regions/regions.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import type { Settings } from '#settings/settings.js';
import { enterStage } from '#settings/stage.js';
import { databaseAnswers, readBacklog } from '#store/condition.js';
import type { Database } from '#store/database.js';
import { openFailedLogins, openRate } from '#store/rates.js';
import { openNumbers } from '#submission/number.js';
import type { Check } from '#telemetry/health.js';
import type { Log } from '#telemetry/log.js';
import { openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observeRequests } from '#telemetry/requests.js';
import { openFastify } from './fastify.js';
import { gatewayModule } from './gateway.module.js';
import { startIndexing } from './indexing.js';
import { gatewayDocument } from './openapi.js';
import type { GatewayParts } from './parts.js';
import { Reception } from './reception.js';
import { texts } from './texts.js';

export interface Gateway {
  app: NestFastifyApplication;
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the gateway's parts and starts it on `GATEWAY_PORT` (0: a free port). The broker may still be away. When the
 * gateway cannot start, it throws an error whose message is one sentence for people.
 */
export async function startGateway(settings: Settings, log: Log): Promise<Gateway> {
  enterStage(settings, log.warn);
  enterFence(settings, log.warn);
  const { parts, close: closeParts } = await openParts(settings, log);
  const { app, fastify } = await createApp(parts);
  await app.listen(settings.GATEWAY_PORT, settings.HOST);
  log.info('gateway ready', { port: settings.GATEWAY_PORT });
  return { app, url: await app.getUrl(), close };

  /** Takes no new connection, answers the requests under way for at most `DRAIN`, then closes the parts. */
  async function close(): Promise<void> {
    const cut = setTimeout(() => fastify.server.closeAllConnections(), settings.DRAIN);
    await app.close();
    clearTimeout(cut);
    await closeParts();
  }
}

async function openParts(settings: Settings, log: Log): Promise<{ parts: GatewayParts; close(): Promise<void> }> {
  const { DATABASE_URL, AMQP_URL } = settings;
  if (!DATABASE_URL || !AMQP_URL) throw new Error(texts.databaseAndBrokerNeeded);
  const { secrets: key, pseudonyms } = openKeys(settings);
  const { db, adapters, processes, follow, parameters } = await openKnowledge({
    databaseUrl: DATABASE_URL,
    ownerUrl: settings.DATABASE_OWNER_URL,
    application: 'gateway',
    max: 16,
    key,
    packages: settings.ADAPTER_PACKAGES,
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const { first, version } = await registerKeys(db, pseudonyms);
  const metrics = openMetrics('gateway', () => readBacklog(db, settings.HOST_SLOTS));
  const publisher = await openPublisher(AMQP_URL, {
    adapters: [...adapters.keys()],
    onState(state, reason) {
      metrics.brokerUp.set({ direction: 'out' }, state === 'up' ? 1 : 0);
      log.info('broker', { state, reason });
    },
  });
  const relay = startRelay({ db, publisher, settings, onError: (error) => log.warn('relay', { error }) });
  const informer = openInformer({ db, key, settings, log, metrics });
  const accessLog = await openAccessLog({
    db,
    url: settings.ACCESS_LOG_URL,
    ownerUrl: settings.ACCESS_LOG_OWNER_URL,
    keys: pseudonyms,
  });
  const personsOf = personsUnder({ pseudonyms: accessLog.pseudonyms, version });
  const indexing = startIndexing({ db, processes, personsOf, log });
  const limits = limitsOf(settings);
  const regions = loadRegions();
  return {
    parts: {
      settings,
      log,
      metrics,
      db,
      key,
      numbers: openNumbers(first),
      personsOf,
      accept: openAccept({ db, relay }),
      informer,
      reception: new Reception({ db, processes, follow, parameters, adapters, regions, limits }),
      limits,
      ...ratesOf(db, settings),
      noteView: viewer({ db, processes, accessLog }),
      bodies: new Bodies({ size: limits.body, rate: settings.LIMIT_BODY_RATE }),
      checks: checksOf(db, publisher),
    },
    async close() {
      await Promise.all([relay.close(), informer.close(), indexing.stop()]);
      await publisher.close();
      await accessLog.close();
      await db.close();
    },
  };
}

function openInformer(parts: Pick<GatewayParts, 'db' | 'key' | 'settings' | 'log' | 'metrics'>) {
  const { db, key, settings, log, metrics } = parts;
  return startInformer({
    db,
    key,
    settings,
    observe(result, client, reason) {
      metrics.callbacks.inc({ result });
      if (reason) log.warn('a portal was not informed', { client, reason });
    },
    onError: (error) => log.warn('informing portals', { error }),
  });
}

function limitsOf({ LIMIT_BODY, LIMIT_FILE, LIMIT_FILES, LIMIT_FIELDS, LIMIT_DEPTH }: Settings): Limits {
  return { body: LIMIT_BODY, file: LIMIT_FILE, files: LIMIT_FILES, fields: LIMIT_FIELDS, depth: LIMIT_DEPTH };
}

function ratesOf(db: Database, { LIMIT_RATE, LIMIT_FAILED_LOGINS }: Settings) {
  const perSecond = LIMIT_RATE;
  return {
    rate: perSecond > 0 ? openRate(db, 'client', { burst: perSecond, perSecond }) : undefined,
    failedLogins: openFailedLogins(db, LIMIT_FAILED_LOGINS),
  };
}

/** The gateway accepts without a broker: what is accepted waits in the database. */
function checksOf(db: Database, publisher: Awaited<ReturnType<typeof openPublisher>>): Record<string, Check> {
  return {
    database: async () => ({ ok: await databaseAnswers(db), detail: texts.databaseAnswers }),
    broker: () => ({
      ok: publisher.state() === 'up',
      detail: publisher.reason() ?? texts.brokerConnected,
      needed: false,
    }),
  };
}

/** The application, not yet listening, and the Fastify under it. */
async function createApp(parts: GatewayParts): Promise<{ app: NestFastifyApplication; fastify: FastifyInstance }> {
  const { log, metrics, settings } = parts;
  const adapter = openFastify(settings.TRUSTED_PROXIES);
  const app = await NestFactory.create<NestFastifyApplication>(gatewayModule(parts), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  observeRequests(fastify, { log, metrics });
  let document: OpenAPIObject | undefined;
  fastify.get('/openapi.json', async () => {
    document ??= gatewayDocument(app);
    return document;
  });
  return { app, fastify };
}
