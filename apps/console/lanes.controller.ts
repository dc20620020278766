import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal, Right } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { actionsOn } from '#store/actions.js';
import type { Database } from '#store/database.js';
import { type LaneView, listLanes, probeLaneNow, readLane } from '#store/lane-list.js';
import { cursorOf, pageSize } from './cursor.js';
import { regionPrefix, regionsOf, sentence, text } from './dead-letter-filter.js';

const state = z.enum(['open', 'closed']);
const lane = z.string().regex(/^[a-z][a-z0-9-]*:\d{12}$/, '<adapter>:<ars>');
const cursor = cursorOf(z.object({ state, lane }));
const list = z.strictObject({
  state: state.optional().describe('closed: zurzeit angehalten'),
  adapter: text.optional().describe('Adapter'),
  region: regionPrefix.optional().describe('Regionalschlüssel oder sein Anfang'),
  limit: pageSize,
  cursor: cursor.read,
});
const probe = z.strictObject({ reason: sentence.optional() }).optional();

/** Lanes: one adapter for one municipality, what opens and closes together. */
export function lanesController(db: Database): Type {
  async function reachable(name: string, who: Principal, right: Right): Promise<LaneView> {
    demand(who, right, name.split(':')[1]);
    const found = await readLane(db, name);
    if (!found) throw new Problem('not-found', 'Diese Lane gibt es nicht.');
    return found;
  }

  @ApiTags('Lanes')
  @ApiBearerAuth()
  @Controller('api/v1/lanes')
  class LanesController {
    @Get()
    @Needs('lanes:read')
    @ApiOperation({ summary: 'Lanes mit Rückstau, geschlossene zuerst' })
    async list(
      @Query({ schema: list }) { limit, cursor: after, ...asked }: z.infer<typeof list>,
      @Who() who: Principal,
    ) {
      const { items, more } = await listLanes(db, { ...asked, reach: regionsOf(who, 'lanes:read') }, limit, after);
      const last = items.at(-1);
      return { items, next: more && last ? cursor.write({ state: last.state, lane: last.lane }) : null };
    }

    @Get(':lane')
    @Needs('lanes:read')
    @ApiOperation({ summary: 'Eine Lane, und wer sie von Hand prüfen ließ' })
    async show(@Param('lane', { schema: lane }) name: string, @Who() who: Principal) {
      const found = await reachable(name, who, 'lanes:read');
      return { ...found, actions: await actionsOn(db, name) };
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
      @Body({ schema: probe }) body: z.infer<typeof probe>,
      @Who() who: Principal,
    ) {
      await reachable(name, who, 'lanes:probe');
      if (!(await probeLaneNow(db, name, who.client, body?.reason)))
        throw new Problem('conflict', 'Die Lane ist offen; es gibt nichts zu prüfen.', { state: 'open' });
      return readLane(db, name);
    }
  }
  return LanesController;
}
