import { Controller, Get, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { type Check, type Readiness, readiness } from './health.js';

/** `/health/live` (the process answers), `/health/ready` (503 when a needed check fails), `/metrics` for one app. */
export function telemetryController({ checks, registry }: { checks: Record<string, Check>; registry: Registry }): Type {
  @Controller()
  class TelemetryController {
    @Get('health/live')
    live(): { status: 'live' } {
      return { status: 'live' };
    }

    @Get('health/ready')
    async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
      const found = await readiness(checks);
      reply.status(found.status === 'unready' ? 503 : 200).header('cache-control', 'no-store');
      return found;
    }

    @Get('metrics')
    async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
      reply.header('content-type', registry.contentType);
      return registry.metrics();
    }
  }
  return TelemetryController;
}
