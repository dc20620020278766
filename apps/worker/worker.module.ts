import { type DynamicModule, Module } from '@nestjs/common';
import { pipeline } from '#pipeline/pipeline.js';
import type { Worker } from '#pipeline/worker.js';
import { telemetryController } from '#telemetry/controller.js';
import { ticketController } from './ticket.controller.js';

/** Tickets in, and whether all is well. */
@Module({})
export class WorkerModule {
  static with(worker: Worker, telemetry: Parameters<typeof telemetryController>[0]): DynamicModule {
    return { module: WorkerModule, controllers: [ticketController(pipeline(worker)), telemetryController(telemetry)] };
  }
}
