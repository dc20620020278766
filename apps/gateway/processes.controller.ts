import { Controller, Get, Param, Query } from '@nestjs/common';
import { Needs } from '#access/guard.js';
import { describe } from '#processes/describe.js';
import { memoize } from './memoize.js';
import { DescribeProcess } from './openapi-submissions.js';
import { GatewayParts } from './parts.js';
import { readArs, readLeistung } from './request-values.js';

/** What a portal must know to fill in the form of a Leistung. */
@Controller('service-bw/v1/processes')
export class ProcessesController {
  private readonly descriptionOf = memoize(describe);

  constructor(private readonly parts: GatewayParts) {}

  @Get(':leistung')
  @Needs('submissions:read')
  @DescribeProcess()
  async show(@Param('leistung') key: string, @Query('ars') ars?: unknown) {
    const { reception, limits } = this.parts;
    const leistung = readLeistung(key);
    const process =
      ars === undefined
        ? await reception.findProcess(leistung)
        : (await reception.findDestination({ leistung, ars: readArs(ars) })).process;
    return { ...this.descriptionOf(process), leistung, universal: process.leistung === '*', limits };
  }
}
