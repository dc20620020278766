import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { type Check, type Readiness, readiness } from './health.js';

/** What {@link TelemetryController} reports; every application provides its own under this class as the token. */
export abstract class TelemetryParts {
  /** By the name that `/health/ready` shows. */
  abstract readonly checks: Record<string, Check>;
  abstract readonly registry: Registry;
}

/** `/health/live` (the process answers), `/health/ready` (503 if a needed check fails) and `/metrics`. */
@Controller()
export class TelemetryController {
  constructor(private readonly parts: TelemetryParts) {}

  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const found = await readiness(this.parts.checks);
    reply.status(found.status === 'unready' ? 503 : 200).header('cache-control', 'no-store');
    return found;
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.parts.registry.contentType);
    return this.parts.registry.metrics();
  }
}
