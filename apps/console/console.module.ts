import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { trustOf } from '#access/authenticate.js';
import { AccessGuard } from '#access/guard.js';
import { ProblemFilter } from '#problems/filter.js';
import { misread } from '#problems/problem.js';
import { databaseAnswers } from '#store/condition.js';
import { mandatesOf as mandatesInForce } from '#store/sql/mandate.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { AccessLogController } from './access-log.controller.js';
import { AdaptersController } from './adapters.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { JsonBody } from './json-body.js';
import { LanesController } from './lanes.controller.js';
import { MandatesController } from './mandates.controller.js';
import { ParametersController } from './parameters.controller.js';
import { ConsoleParts } from './parts.js';
import { PendingController } from './pending.controller.js';
import { ReplaysController } from './replays.controller.js';
import { SchemasController, schemasAddress } from './schemas.controller.js';
import { SubmissionsController } from './submissions.controller.js';
import { TasksController } from './tasks.controller.js';
import { texts } from './texts.js';

@Module({})
class ConsoleModule {}

/** The console's controllers, and what surrounds each of them: access guard, bodies, validation, problem filter. */
export function consoleModule(parts: ConsoleParts): DynamicModule {
  const { settings, log, db, metrics, failedLogins } = parts;
  const mandatesOf = (client: string) => mandatesInForce(db, { client, now: db.now() });
  const checks = {
    database: async () => ({ ok: await databaseAnswers(db), detail: texts.databaseAnswers }),
  };
  return {
    module: ConsoleModule,
    controllers: [
      ParametersController,
      MandatesController,
      AdaptersController,
      DeadLettersController,
      ReplaysController,
      LanesController,
      PendingController,
      SubmissionsController,
      TasksController,
      SchemasController,
      AccessLogController,
      TelemetryController,
    ],
    providers: [
      { provide: ConsoleParts, useValue: parts },
      { provide: TelemetryParts, useValue: { checks, registry: metrics.registry } satisfies TelemetryParts },
      { provide: APP_GUARD, useValue: new AccessGuard(trustOf(settings), { countFailure: failedLogins, mandatesOf }) },
      { provide: APP_INTERCEPTOR, useValue: new JsonBody(settings, schemasAddress) },
      { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe({ exceptionFactory: misread }) },
      { provide: APP_FILTER, useValue: new ProblemFilter((message, fields) => log.error(message, fields)) },
    ],
  };
}
