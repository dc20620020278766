import { type DynamicModule, Module } from '@nestjs/common';
import { pipeline } from '#pipeline/pipeline.js';
import type { Worker } from '#pipeline/worker.js';
import { telemetryController } from '#telemetry/controller.js';
import { TicketController } from './ticket.controller.js';
import { TicketHandler } from './ticket-handler.js';

@Module({})
class WorkerModule {}

/** Passes tickets to the pipeline, and answers whether the worker is well. */
export function workerModule(worker: Worker, telemetry: Parameters<typeof telemetryController>[0]): DynamicModule {
  return {
    module: WorkerModule,
    controllers: [TicketController, telemetryController(telemetry)],
    providers: [{ provide: TicketHandler, useValue: { handle: pipeline(worker) } }],
  };
}
