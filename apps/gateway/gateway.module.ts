import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { trustOf } from '#access/authenticate.js';
import { AccessGuard } from '#access/guard.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { CallbackController } from './callback.controller.js';
import { FachverfahrenController } from './fachverfahren.controller.js';
import { GatewayFilter } from './gateway.filter.js';
import { GatewayParts } from './parts.js';
import { ProcessesController } from './processes.controller.js';
import { RateGuard } from './rate.guard.js';
import { RepliesController } from './replies.controller.js';
import { SubmissionsController } from './submissions.controller.js';

@Module({})
class GatewayModule {}

/** The gateway's controllers, and what surrounds each of them: access guard, rate guard, problem filter. */
export function gatewayModule(parts: GatewayParts): DynamicModule {
  const { settings, log, metrics, checks } = parts;
  const filter = new GatewayFilter(
    (message, fields) => log.error(message, fields),
    (code) => metrics.submissionsRejected.inc({ code }),
  );
  return {
    module: GatewayModule,
    controllers: [
      SubmissionsController,
      RepliesController,
      CallbackController,
      FachverfahrenController,
      ProcessesController,
      TelemetryController,
    ],
    providers: [
      { provide: GatewayParts, useValue: parts },
      { provide: TelemetryParts, useValue: { checks, registry: metrics.registry } satisfies TelemetryParts },
      { provide: APP_GUARD, useValue: new AccessGuard(trustOf(settings), { countFailure: parts.failedLogins }) },
      { provide: APP_GUARD, useValue: new RateGuard(parts.rate) },
      { provide: APP_FILTER, useValue: filter },
    ],
  };
}
