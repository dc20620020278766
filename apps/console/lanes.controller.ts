import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal, Right } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { actionsOn } from '#store/actions.js';
import { type LaneView, listLanes, probeLaneNow, readLane } from '#store/lane-list.js';
import { laneName as lane, regionPrefix, sentence, text } from './fields.js';
import { pageCursor, pageSize } from './paging.js';
import { ConsoleParts } from './parts.js';
import { reachOf } from './regions.js';
import { texts } from './texts.js';

const state = z.enum(['open', 'closed']);
const cursor = pageCursor(z.object({ state, lane }));
const listQuery = z.strictObject({
  state: state.optional().describe('closed: zurzeit angehalten'),
  adapter: text.optional().describe('Adapter'),
  region: regionPrefix.optional().describe('Regionalschlüssel oder sein Anfang'),
  limit: pageSize,
  cursor: cursor.read,
});
const probeBody = z.strictObject({ reason: sentence.optional() }).optional();

/** Lanes: the deliveries of one adapter to one municipality, which open and close together. */
@ApiTags('Lanes')
@ApiBearerAuth()
@Controller('api/v1/lanes')
export class LanesController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get()
  @Needs('lanes:read')
  @ApiOperation({ summary: 'Lanes mit Rückstau, geschlossene zuerst' })
  async list(
    @Query({ schema: listQuery }) { limit, cursor: after, ...filter }: z.infer<typeof listQuery>,
    @Who() who: Principal,
  ) {
    const reach = reachOf(who, 'lanes:read');
    const { items, more } = await listLanes(this.parts.db, { ...filter, reach }, limit, after);
    const last = items.at(-1);
    return { items, next: more && last ? cursor.write({ state: last.state, lane: last.lane }) : null };
  }

  @Get(':lane')
  @Needs('lanes:read')
  @ApiOperation({ summary: 'Eine Lane, und wer sie von Hand prüfen ließ' })
  async show(@Param('lane', { schema: lane }) name: string, @Who() who: Principal) {
    const found = await this.find(name, who, 'lanes:read');
    return { ...found, actions: await actionsOn(this.parts.db, name) };
  }

  @Post(':lane/probe')
  @HttpCode(202)
  @Needs('lanes:probe')
  @ApiOperation({
    summary: 'Jetzt prüfen, ob sich die Lane öffnen lässt',
    description: 'Der Worker prüft gleich; gelingt es, öffnet sie sich.',
  })
  async probe(
    @Param('lane', { schema: lane }) name: string,
    @Body({ schema: probeBody }) body: z.infer<typeof probeBody>,
    @Who() who: Principal,
  ) {
    const { db } = this.parts;
    await this.find(name, who, 'lanes:probe');
    if (!(await probeLaneNow(db, name, who.client, body?.reason)))
      throw new Problem('conflict', texts.laneIsOpen, { state: 'open' });
    return readLane(db, name);
  }

  /** Throws {@link Problem}: 403 for a lane outside the regions of `who`, 404 where there is none. */
  private async find(name: string, who: Principal, right: Right): Promise<LaneView> {
    demand(who, right, name.split(':')[1]);
    const found = await readLane(this.parts.db, name);
    if (!found) throw new Problem('not-found', texts.notFound.lane);
    return found;
  }
}
