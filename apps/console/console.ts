import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { openAccessLog } from '#access-log/access-log.js';
import { viewer } from '#access-log/view.js';
import { secretsKey } from '#launch/key.js';
import { startReplayJobs } from '#operator/replay-job.js';
import { openChanges } from '#parameters/changes.js';
import { brokenRequests } from '#problems/filter.js';
import { openKnowledge } from '#schema-import/knowledge.js';
import { openSchemas } from '#schema-import/schemas.js';
import type { Settings } from '#settings/settings.js';
import { readBacklog } from '#store/condition.js';
import type { Log } from '#telemetry/log.js';
import { openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observeRequests } from '#telemetry/requests.js';
import { consoleModule } from './console.module.js';
import { refuseEarly } from './refuse.js';
import { schemasAddress } from './schemas.controller.js';
import { leaveUnread } from './unread.js';

export interface Console {
  app: NestFastifyApplication;
  url: string;
  close(): Promise<void>;
}

/** Puts the console together from its parts and starts it on `CONSOLE_PORT` (0: a free one). Throws one sentence when it cannot. */
export async function startConsole(settings: Settings, log: Log): Promise<Console> {
  const { DATABASE_URL } = settings;
  if (!DATABASE_URL) throw new Error('DATABASE_URL ist nötig; „npm start“ setzt sie.');
  z.config(z.locales.de());
  const key = secretsKey(settings);
  const { db, adapters, processes, follow, definitions, parameters } = await openKnowledge({
    ...{ databaseUrl: DATABASE_URL, application: 'console', key, packages: settings.ADAPTER_PACKAGES },
    onError: (error, { leistung, processVersion }) =>
      log.error('an imported schema does not load', { error, leistung, processVersion }),
  });
  const accessLog = await openAccessLog({ db, url: settings.ACCESS_LOG_URL, key });
  const finders = [...adapters.values()]
    .filter(({ manifest }) => manifest.capabilities.find)
    .map(({ manifest }) => manifest.id);
  const metrics = openMetrics('console', () => readBacklog(db));
  const jobs = startReplayJobs({ db, finders }, (error) => log.warn('replay', { error }));
  const parts = {
    settings,
    log,
    metrics,
    db,
    adapters,
    finders,
    jobs,
    accessLog,
    noteView: viewer({ db, processes, accessLog }),
    processes,
    parameters,
    changes: openChanges({ db, key, definitions }),
    schemas: openSchemas({ db, processes, adapters, follow }),
  };

  const adapter = new FastifyAdapter({ ...brokenRequests, bodyLimit: 1024 * 1024, forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(consoleModule(parts), adapter, {
    logger: nestLogger(log),
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  refuseEarly(fastify, settings);
  leaveUnread(fastify, schemasAddress);
  observeRequests(fastify, { log, metrics });
  let document: OpenAPIObject | undefined;
  fastify.get('/openapi.json', async () => {
    document ??= consoleDocument(app);
    return document;
  });
  await app.listen(settings.CONSOLE_PORT, settings.HOST);
  log.info('console ready', { port: settings.CONSOLE_PORT });
  return {
    app,
    url: await app.getUrl(),
    async close() {
      await app.close();
      await jobs.stop();
      await accessLog.close();
      await db.close();
    },
  };
}

/** `/openapi.json`. */
export function consoleDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder().setTitle('Stellwerk: Konsole').setVersion('1').addBearerAuth().build();
  return SwaggerModule.createDocument(app, about);
}
