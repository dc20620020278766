import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import { type MandateScope, mandateScopes, type Principal } from '#access/rights.js';
import { readMoment } from '#parameters/moment.js';
import { Problem } from '#problems/problem.js';
import { findMandate, giveMandate, type ListMandatesRow, listMandates, revokeMandate } from '#store/sql/mandate.js';
import { regionPrefix, sentence, text, uuid } from './fields.js';
import { ConsoleParts } from './parts.js';
import { demandKnownRegion, reachOf } from './regions.js';
import { texts } from './texts.js';

const giveBody = z.strictObject({
  region: regionPrefix.describe('wer es erteilt: die eigene Region'),
  client: text.max(200).describe('wer handeln darf: der Zugang einer Ebene darüber'),
  scope: z
    .enum(Object.keys(mandateScopes) as [MandateScope, ...MandateScope[]])
    .describe('parameters: Werte sehen und setzen, Verbindungen prüfen; content: Anträge ansehen'),
  until: z.string().describe('bis wann: ein Tag (2027-12-31, bis zu dessen Beginn) oder eine Zeit'),
  reason: sentence.describe('warum'),
});
const revokeQuery = z.strictObject({ reason: sentence.describe('warum') });

/** Mandates: a region lets a level above see or set something in its name, until it ends or is revoked. */
@ApiTags('Mandate')
@ApiBearerAuth()
@Controller('api/v1/mandates')
export class MandatesController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get()
  @Needs('mandates:read')
  @ApiOperation({ summary: 'Mandate, die man erteilt oder bekommen hat, neueste zuerst; auch beendete' })
  async list(@Who() who: Principal) {
    const { db } = this.parts;
    const found = await listMandates(db, { regions: reachOf(who, 'mandates:read'), client: who.client });
    return { items: found.map((mandate) => shown(mandate, db.now())) };
  }

  @Post()
  @Needs('mandates:write')
  @ApiOperation({
    summary: 'Einer Ebene darüber erlauben, im eigenen Namen zu handeln',
    description: 'Gilt ab sofort, für diese Region und keine darunter, bis zum Ende oder bis zum Widerruf.',
  })
  async give(@Body({ schema: giveBody }) body: z.infer<typeof giveBody>, @Who() who: Principal) {
    const { db, log } = this.parts;
    const { until, ...given } = body;
    demand(who, 'mandates:write', body.region);
    demandKnownRegion(body.region);
    const validUntil = readMoment(until);
    const now = db.now();
    if (!validUntil || validUntil <= now) throw new Problem('malformed', texts.mandates.untilPassed);
    const mandateId = randomUUID();
    await giveMandate(db, { ...given, mandateId, validUntil, givenBy: who.client, givenAt: now });
    log.info('mandate given', { mandateId, region: body.region, client: who.client });
    return this.find(mandateId);
  }

  @Delete(':mandateId')
  @Needs('mandates:write')
  @ApiOperation({ summary: 'Widerrufen; wirkt mit der nächsten Anfrage' })
  async revoke(
    @Param('mandateId', { schema: uuid }) mandateId: string,
    @Query({ schema: revokeQuery }) { reason }: z.infer<typeof revokeQuery>,
    @Who() who: Principal,
  ) {
    const { db, log } = this.parts;
    const mandate = await findMandate(db, { mandateId });
    if (!mandate) throw new Problem('not-found', texts.notFound.mandate);
    demand(who, 'mandates:write', mandate.region);
    if ((await revokeMandate(db, { mandateId, actor: who.client, reason, at: db.now() })) !== 1)
      throw new Problem('conflict', texts.mandates.revokedBefore);
    log.info('mandate revoked', { mandateId, region: mandate.region, client: who.client });
    return this.find(mandateId);
  }

  private async find(mandateId: string) {
    const { db } = this.parts;
    return shown((await findMandate(db, { mandateId }))!, db.now());
  }
}

/** Times are ISO 8601, UTC. */
function shown({ validUntil, givenAt, revokedAt, ...mandate }: ListMandatesRow, now: Date) {
  return {
    ...mandate,
    until: validUntil.toISOString(),
    givenAt: givenAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    active: revokedAt === null && validUntil > now,
  };
}
