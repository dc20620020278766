import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '#access/guard.js';
import type { Settings } from '#settings/settings.js';
import { TelemetryParts } from '#telemetry/controller.js';
import type { Check } from '#telemetry/health.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';
import { DoorFilter } from './filter.js';
import { RateGuard } from './rate.js';

@Module({})
class GatewayModule {}

/** Controllers, and what stands before each answer: who is asking, how often, and one shape for every error. */
export function gatewayModule(
  controllers: Type[],
  {
    settings,
    log,
    metrics,
    checks = {},
  }: { settings: Settings; log: Log; metrics: Metrics; checks?: Record<string, Check> },
): DynamicModule {
  const trust = { issuer: settings.issuer, audience: settings.OIDC_AUDIENCE };
  const filter = new DoorFilter(
    (message, fields) => log.error(message, fields),
    (code) => metrics.submissionsRejected.inc({ code }),
  );
  return {
    module: GatewayModule,
    controllers,
    providers: [
      { provide: APP_GUARD, useValue: new AccessGuard(trust) },
      { provide: APP_GUARD, useValue: new RateGuard(settings.LIMIT_RATE) },
      { provide: APP_FILTER, useValue: filter },
      { provide: TelemetryParts, useValue: { checks, registry: metrics.registry } satisfies TelemetryParts },
    ],
  };
}
