import { type DynamicModule, Module, StandardSchemaValidationPipe, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from '#access/guard.js';
import { ProblemFilter } from '#problems/filter.js';
import { misread } from '#problems/problem.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { accessLogController } from './access-log.controller.js';
import { adaptersController } from './adapters.controller.js';
import { deadLettersController } from './dead-letters.controller.js';
import { lanesController } from './lanes.controller.js';
import { parametersController } from './parameters.controller.js';
import type { Parts } from './parts.js';
import { replaysController } from './replays.controller.js';
import { schemasController } from './schemas.controller.js';
import { submissionsController } from './submissions.controller.js';
import { tasksController } from './tasks.controller.js';

@Module({})
class ConsoleModule {}

/** Everything the console answers to, and what stands before each answer: guard, pipe, filter. */
export function consoleModule(parts: Parts): DynamicModule {
  const { settings, log, db, metrics } = parts;
  const checks = {
    database: async () => ({ ok: Boolean(await db.query('select 1')), detail: 'PostgreSQL antwortet' }),
  };
  const trust = { issuer: settings.issuer, audience: settings.OIDC_AUDIENCE };
  return {
    module: ConsoleModule,
    controllers: controllers(parts),
    providers: [
      { provide: APP_GUARD, useValue: new AccessGuard(trust) },
      { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe({ exceptionFactory: misread }) },
      { provide: APP_FILTER, useValue: new ProblemFilter((message, fields) => log.error(message, fields)) },
      { provide: TelemetryParts, useValue: { checks, registry: metrics.registry } satisfies TelemetryParts },
    ],
  };
}

function controllers(parts: Parts): Type[] {
  const { db, finders, jobs } = parts;
  return [
    parametersController(parts),
    adaptersController(parts),
    deadLettersController({ db, finders }),
    replaysController({ db, finders }, jobs),
    lanesController(db),
    submissionsController(db),
    tasksController(parts),
    schemasController(parts),
    accessLogController(parts),
    TelemetryController,
  ];
}
