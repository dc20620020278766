import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { listPending, listPendingTasks } from '#store/pending.js';
import { laneName, regionPrefix, text } from './fields.js';
import { pageSize } from './paging.js';
import { ConsoleParts } from './parts.js';
import { reachOf } from './regions.js';

const longerThan = z.coerce.number().int().min(0).max(3650).default(0).describe('Seit so vielen Tagen nichts Neues');
const listQuery = z.strictObject({
  longerThan,
  adapter: text.optional().describe('Adapter'),
  region: regionPrefix.optional().describe('Regionalschlüssel oder sein Anfang'),
  limit: pageSize,
});
const showQuery = z.strictObject({ longerThan, limit: pageSize });

/** Answers that authorities and registers owe: they have the delivery, and are not done. */
@ApiTags('Ausstehende Antworten')
@ApiBearerAuth()
@Controller('api/v1/pending')
export class PendingController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get()
  @Needs('lanes:read')
  @ApiOperation({ summary: 'Wie viele Antworten ausstehen, je Adapter und Gemeinde; was am längsten wartet zuerst' })
  list(@Query({ schema: listQuery }) { limit, ...filter }: z.infer<typeof listQuery>, @Who() who: Principal) {
    return listPending(this.parts.db, { ...filter, reach: reachOf(who, 'lanes:read') }, limit);
  }

  @Get(':lane')
  @Needs('lanes:read')
  @ApiOperation({ summary: 'Die Anträge, deren Antwort eine Gemeinde über einen Adapter schuldet' })
  show(
    @Param('lane', { schema: laneName }) lane: string,
    @Query({ schema: showQuery }) { longerThan: days, limit }: z.infer<typeof showQuery>,
    @Who() who: Principal,
  ) {
    const [adapter, ars] = lane.split(':') as [string, string];
    demand(who, 'lanes:read', ars);
    return listPendingTasks(this.parts.db, { adapter, ars, longerThan: days }, limit, this.parts.numbers);
  }
}
