import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from '#access/guard.js';
import { ProblemFilter } from '#problems/filter.js';
import { misread } from '#problems/problem.js';
import { databaseAnswers } from '#store/condition.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { AccessLogController } from './access-log.controller.js';
import { AdaptersController } from './adapters.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { JsonBody } from './json-body.js';
import { LanesController } from './lanes.controller.js';
import { ParametersController } from './parameters.controller.js';
import { ConsoleParts } from './parts.js';
import { ReplaysController } from './replays.controller.js';
import { SchemasController, schemasAddress } from './schemas.controller.js';
import { SubmissionsController } from './submissions.controller.js';
import { TasksController } from './tasks.controller.js';
import { texts } from './texts.js';

@Module({})
class ConsoleModule {}

/** The console's controllers, and what surrounds each of them: access guard, bodies, validation, problem filter. */
export function consoleModule(parts: ConsoleParts): DynamicModule {
  const { settings, log, db, metrics } = parts;
  const trust = { issuer: settings.issuer, audience: settings.OIDC_AUDIENCE };
  const checks = {
    database: async () => ({ ok: await databaseAnswers(db), detail: texts.databaseAnswers }),
  };
  return {
    module: ConsoleModule,
    controllers: [
      ParametersController,
      AdaptersController,
      DeadLettersController,
      ReplaysController,
      LanesController,
      SubmissionsController,
      TasksController,
      SchemasController,
      AccessLogController,
      TelemetryController,
    ],
    providers: [
      { provide: ConsoleParts, useValue: parts },
      { provide: TelemetryParts, useValue: { checks, registry: metrics.registry } satisfies TelemetryParts },
      { provide: APP_GUARD, useValue: new AccessGuard(trust, parts.failedLogins) },
      { provide: APP_INTERCEPTOR, useValue: new JsonBody(settings, schemasAddress) },
      { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe({ exceptionFactory: misread }) },
      { provide: APP_FILTER, useValue: new ProblemFilter((message, fields) => log.error(message, fields)) },
    ],
  };
}
