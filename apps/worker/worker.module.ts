import { type DynamicModule, Module } from '@nestjs/common';
import { pipeline } from '#pipeline/pipeline.js';
import type { Worker } from '#pipeline/worker.js';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import { TicketController } from './ticket.controller.js';
import { TicketHandler } from './ticket-handler.js';

@Module({})
class WorkerModule {}

/** Passes tickets to the pipeline, and answers whether the worker is well. */
export function workerModule(worker: Worker, telemetry: TelemetryParts): DynamicModule {
  return {
    module: WorkerModule,
    controllers: [TicketController, TelemetryController],
    providers: [
      { provide: TicketHandler, useValue: { handle: pipeline(worker) } },
      { provide: TelemetryParts, useValue: telemetry },
    ],
  };
}
