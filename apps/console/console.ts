import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { openAccessLog } from '#access-log/access-log.js';
import { registerKeys } from '#access-log/keys.js';
import { viewer } from '#access-log/view.js';
import { enterFence } from '#adapter-host/fence/network.js';
import { leaveBodiesUnread, refuseOtherMethods, serverOptions } from '#intake/http-server.js';
import { openKeys } from '#launch/key.js';
import { startReplayJobs } from '#operator/replay-job.js';
import { openChanges } from '#parameters/changes.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import { openSchemas } from '#schema-import/schemas.js';
import type { Settings } from '#settings/settings.js';
import { enterStage } from '#settings/stage.js';
import { readBacklog } from '#store/condition.js';
import { openFailedLogins } from '#store/rates.js';
import { openNumbers } from '#submission/number.js';
import type { Log } from '#telemetry/log.js';
import { openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observeRequests } from '#telemetry/requests.js';
import { consoleModule } from './console.module.js';
import { consoleDocument } from './openapi.js';
import type { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

export interface Console {
  app: NestFastifyApplication;
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the console's parts and starts it on `CONSOLE_PORT` (0: a free port). When it cannot start, it throws an error
 * whose message is one sentence for people.
 */
export async function startConsole(settings: Settings, log: Log): Promise<Console> {
  enterStage(settings, log.warn);
  enterFence(settings, log.warn);
  z.config(z.locales.de());
  const { parts, close } = await openParts(settings, log);
  const app = await createApp(parts);
  await app.listen(settings.CONSOLE_PORT, settings.HOST);
  log.info('console ready', { port: settings.CONSOLE_PORT });
  return {
    app,
    url: await app.getUrl(),
    async close() {
      await app.close();
      await close();
    },
  };
}

async function openParts(settings: Settings, log: Log): Promise<{ parts: ConsoleParts; close(): Promise<void> }> {
  const { DATABASE_URL } = settings;
  if (!DATABASE_URL) throw new Error(texts.databaseNeeded);
  const { secrets: key, pseudonyms } = openKeys(settings);
  const { db, adapters, processes, follow, definitions, parameters } = await openKnowledge({
    databaseUrl: DATABASE_URL,
    ownerUrl: settings.DATABASE_OWNER_URL,
    application: 'console',
    key,
    packages: settings.ADAPTER_PACKAGES,
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const { ACCESS_LOG_URL: url, ACCESS_LOG_OWNER_URL: ownerUrl } = settings;
  const accessLog = await openAccessLog({ db, url, ownerUrl, keys: pseudonyms });
  const { first } = await registerKeys(db, pseudonyms);
  const finders = [...adapters.values()].flatMap(({ manifest }) => (manifest.capabilities.find ? [manifest.id] : []));
  const jobs = startReplayJobs({ db, finders }, (error) => log.warn('replay', { error }));
  const parts: ConsoleParts = {
    settings,
    log,
    metrics: openMetrics('console', () => readBacklog(db, settings.HOST_SLOTS)),
    db,
    adapters,
    finders,
    jobs,
    failedLogins: openFailedLogins(db, settings.LIMIT_FAILED_LOGINS),
    numbers: openNumbers(first),
    accessLog,
    noteView: viewer({ db, processes, accessLog }),
    processes,
    parameters,
    changes: openChanges({ db, key, definitions }),
    schemas: openSchemas({ db, processes, adapters, follow }),
  };
  return {
    parts,
    async close() {
      await jobs.stop();
      await accessLog.close();
      await db.close();
    },
  };
}

/** The application, not yet listening. */
async function createApp(parts: ConsoleParts): Promise<NestFastifyApplication> {
  const { log, metrics, settings } = parts;
  const adapter = new FastifyAdapter({ ...serverOptions(settings.TRUSTED_PROXIES), forceCloseConnections: true });
  const fastify = adapter.getInstance<FastifyInstance>();
  leaveBodiesUnread(fastify);
  refuseOtherMethods(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(consoleModule(parts), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
  });
  observeRequests(fastify, { log, metrics });
  let document: OpenAPIObject | undefined;
  fastify.get('/openapi.json', async () => {
    document ??= consoleDocument(app);
    return document;
  });
  return app;
}
