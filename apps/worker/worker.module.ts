import { type DynamicModule, Module } from '@nestjs/common';
import { pipeline } from '#pipeline/pipeline.js';
import type { Worker } from '#pipeline/worker.js';
import { telemetryController } from '#telemetry/controller.js';
import { ticketController } from './ticket.controller.js';

@Module({})
class WorkerModule {}

/** Tickets in, and whether all is well. */
export function workerModule(worker: Worker, telemetry: Parameters<typeof telemetryController>[0]): DynamicModule {
  return { module: WorkerModule, controllers: [ticketController(pipeline(worker)), telemetryController(telemetry)] };
}
