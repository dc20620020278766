import { type DynamicModule, Module } from '@nestjs/common';
import { pipeline } from '#pipeline/pipeline.js';
import type { Worker } from '#pipeline/worker.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { ticketController } from './ticket.controller.js';

@Module({})
class WorkerModule {}

/** Tickets in, and whether all is well. */
export function workerModule(worker: Worker, telemetry: TelemetryParts): DynamicModule {
  return {
    module: WorkerModule,
    controllers: [ticketController(pipeline(worker)), TelemetryController],
    providers: [{ provide: TelemetryParts, useValue: telemetry }],
  };
}
