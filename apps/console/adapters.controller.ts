import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Param, Post, Query, Req, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Needs } from '#access/guard.js';
import { check } from '#adapter-host/call.js';
import { versionOf } from '#adapter-host/load.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter, CheckStep } from '#adapters/contract.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import { known } from './parameters.controller.js';
import type { Parts } from './parts.js';

const question = z.strictObject({
  ars: z.string().regex(/^\d{1,12}$/, 'Regionalschlüssel: nur Ziffern'),
  leistung: z.string().regex(/^99\d{12}$/, 'Leistungsschlüssel: 14 Ziffern, 99 zuerst'),
});

/** "Test the connection", with what counts in a municipality right now. */
export function adaptersController({ db, adapters, parameters, settings, log }: Parts): Type {
  async function steps(adapter: Adapter, asked: z.infer<typeof question>, traceparent: string): Promise<CheckStep[]> {
    let values: Record<string, Json>;
    try {
      values = parameters.values(await parameters.effective(asked));
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      return [{ step: 'parameters', ok: false, message: error.message, parameter: error.parameter }];
    }
    const version = versionOf(adapter, values[`${adapter.manifest.id}.version`]);
    if (!version)
      return [
        {
          step: 'parameters',
          ok: false,
          message: 'Diese Version des Adapters gibt es nicht.',
          parameter: `${adapter.manifest.id}.version`,
        },
      ];
    return check({
      adapter: version,
      values,
      idempotencyKey: randomUUID(),
      attempt: 1,
      traceparent,
      ...surroundings(settings),
      now: () => db.now(),
      log: (message, fields) => log.info(message, { adapter: adapter.manifest.id, ...fields }),
    });
  }

  @ApiTags('Adapter')
  @ApiBearerAuth()
  @Controller('api/v1/adapters')
  class AdaptersController {
    @Post(':name/check')
    @HttpCode(200)
    @Needs('adapters:check')
    @ApiOperation({
      summary: 'Verbindung prüfen',
      description: 'Mit den wirksamen Parametern; verändert beim Ziel nichts.',
    })
    async check(
      @Param('name') name: string,
      @Query({ schema: question }) asked: z.infer<typeof question>,
      @Req() request: FastifyRequest,
    ) {
      const adapter = adapters.get(name);
      if (!adapter) throw new Problem('unknown-adapter', 'Einen Adapter dieses Namens gibt es nicht.');
      known(asked.ars);
      const found = await steps(adapter, asked, request.traceparent);
      return { adapter: name, ...asked, ok: found.every(({ ok }) => ok), steps: found };
    }
  }
  return AdaptersController;
}
