import { Controller, Get, Param, Query, type Type } from '@nestjs/common';
import { Needs } from '#access/guard.js';
import type { Limits } from '#intake/service-bw/form.js';
import { type Description, describe } from '#processes/describe.js';
import type { Process } from '#processes/process.js';
import type { Door } from './door.js';
import { DescribeProcess } from './openapi.js';
import { readArs, readLeistung } from './query.js';

/** What a portal must know to fill the form of a Leistung. */
export function processesController(door: Door, limits: Limits): Type {
  const described = new WeakMap<Process, Description>();
  const descriptionOf = (process: Process): Description => {
    const description = described.get(process) ?? describe(process);
    described.set(process, description);
    return description;
  };

  @Controller('service-bw/v1/processes')
  class ProcessesController {
    @Get(':leistung')
    @Needs('submissions:read')
    @DescribeProcess()
    async show(@Param('leistung') wanted: string, @Query('ars') ars?: unknown) {
      const leistung = readLeistung(wanted);
      const process =
        ars === undefined ? await door.anywhere(leistung) : (await door.find({ leistung, ars: readArs(ars) })).process;
      return { ...descriptionOf(process), leistung, universal: process.leistung === '*', limits };
    }
  }
  return ProcessesController;
}
