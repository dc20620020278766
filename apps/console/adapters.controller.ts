import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { evenCheck } from '#adapter-host/call.js';
import { versionOf } from '#adapter-host/load.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter, CheckStep } from '#adapters/contract.js';
import { readableValues } from '#parameters/effective.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import { Problem } from '#problems/problem.js';
import { noteAction } from '#store/actions.js';
import { leistung, regionDigits } from './fields.js';
import { ConsoleParts } from './parts.js';
import { demandKnownRegion } from './regions.js';
import { texts } from './texts.js';

const checkQuery = z.strictObject({ ars: regionDigits, leistung });
type CheckQuery = z.infer<typeof checkQuery>;

/** Tests the connection to a target, with the parameters that are in force in a municipality right now. */
@ApiTags('Adapter')
@ApiBearerAuth()
@Controller('api/v1/adapters')
export class AdaptersController {
  constructor(private readonly parts: ConsoleParts) {}

  @Post(':name/check')
  @HttpCode(200)
  @Needs('adapters:check')
  @ApiOperation({
    summary: 'Verbindung prüfen',
    description: 'Mit den wirksamen Parametern; verändert beim Ziel nichts.',
  })
  async check(
    @Param('name') name: string,
    @Query({ schema: checkQuery }) where: CheckQuery,
    @Req() request: FastifyRequest,
    @Who() who: Principal,
  ) {
    const adapter = this.parts.adapters.get(name);
    if (!adapter) throw new Problem('unknown-adapter', texts.notFound.adapter);
    demandKnownRegion(where.ars);
    const { db } = this.parts;
    await noteAction(db, { at: db.now(), actor: who.client, type: 'adapter-checked', subject: `${name}:${where.ars}` });
    const steps = await this.steps(adapter, where, request.traceparent);
    return { adapter: name, ...where, ok: steps.every(({ ok }) => ok), steps };
  }

  /** The steps of the check; a single failed step where the parameters do not allow one. */
  private async steps(adapter: Adapter, where: CheckQuery, traceparent: string): Promise<CheckStep[]> {
    const { db, parameters, settings, log } = this.parts;
    const { id } = adapter.manifest;
    const values = readableValues(parameters, await parameters.effective(where), id);
    if (values instanceof SecretUnreadable)
      return [{ step: 'parameters', ok: false, message: values.message, parameter: values.parameter }];
    const version = versionOf(adapter, values[`${id}.version`]);
    if (!version)
      return [{ step: 'parameters', ok: false, message: texts.adapterVersionUnknown, parameter: `${id}.version` }];
    return evenCheck({
      adapter: version,
      values,
      idempotencyKey: randomUUID(),
      attempt: 1,
      traceparent,
      ...surroundings(settings, where.ars),
      now: () => db.now(),
      log: (message, fields) => log.info(message, { adapter: id, ...fields }),
    });
  }
}
