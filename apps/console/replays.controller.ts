import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { actionsOn } from '#store/actions.js';
import { groupByCause } from '#store/dead-letters.js';
import {
  createReplay,
  listReplays,
  planReplay,
  type ReplayJob,
  type ReplayTransition,
  readReplay,
  replayItems,
  transitReplay,
} from '#store/replays.js';
import { replayItemStates } from '#store/rows.js';
import { deadLetterFilter, toDeadFilter } from './dead-letter-filter.js';
import { sentence, uuid } from './fields.js';
import { pageCursor, pageSize } from './paging.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

const cursor = pageCursor(z.number().int().min(0));
const reason = sentence.optional();

const startBody = z.strictObject({
  filter: z.strictObject(deadLetterFilter).describe('leer: alle'),
  parameters: z.enum(['as-ran', 'current']),
  dryRun: z.boolean().default(false).describe('true: nur sagen, was geschähe'),
  ratePerSecond: z.number().int().min(1).max(1000).optional().describe('höchstens so viele je Sekunde'),
  reason: reason.describe('warum; ohne Angaben zur Person'),
});
const listQuery = z.strictObject({ limit: pageSize });
const itemsQuery = z.strictObject({ state: z.enum(replayItemStates).optional(), limit: pageSize, cursor: cursor.read });
const changeBody = z.strictObject({ reason }).optional();
type ChangeBody = z.infer<typeof changeBody>;

/** Bulk replays: jobs over a fixed set of dead letters, which can be paused and cancelled. */
@ApiTags('Replays')
@ApiBearerAuth()
@Controller('api/v1/replays')
export class ReplaysController {
  constructor(private readonly parts: ConsoleParts) {}

  @Post()
  @HttpCode(202)
  @Needs('dead-letters:replay')
  @ApiOperation({
    summary: 'Viele erneut zustellen',
    description:
      'Was jetzt auf den Filter passt, ist die Menge; später Gestorbenes gehört nicht dazu. ' +
      'Mit dryRun geschieht nichts.',
  })
  async start(
    @Body({ schema: startBody }) body: z.infer<typeof startBody>,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { db, finders, jobs } = this.parts;
    const { filter: requested, dryRun, ...order } = body;
    const filter = toDeadFilter(requested, who, 'dead-letters:replay', db.now());
    if (dryRun) {
      reply.status(200);
      return { dryRun, ...(await planReplay(db, filter, finders)), causes: await groupByCause(db, filter) };
    }
    const asked = requested as Record<string, string>;
    const replayId = await createReplay(db, { ...order, filter, asked, author: who.client }, finders);
    if (!replayId) {
      const plan = await planReplay(db, filter, finders);
      throw new Problem('conflict', texts.replays.nothingMatches, { ...plan });
    }
    jobs.wake();
    reply.header('location', `/api/v1/replays/${replayId}`);
    return this.find(replayId);
  }

  @Get()
  @Needs('replays:read')
  @ApiOperation({ summary: 'Aufträge, neueste zuerst' })
  async list(@Query({ schema: listQuery }) { limit }: z.infer<typeof listQuery>) {
    return { items: await listReplays(this.parts.db, limit) };
  }

  @Get(':replayId')
  @Needs('replays:read')
  @ApiOperation({
    summary: 'Fortschritt eines Auftrags',
    description: '„processed“ zählt nur, was inzwischen erledigt ist; „failedAgain“, was wieder aufgegeben wurde.',
  })
  async show(@Param('replayId', { schema: uuid }) replayId: string) {
    return { ...(await this.find(replayId)), actions: await actionsOn(this.parts.db, replayId) };
  }

  @Get(':replayId/items')
  @Needs('replays:read')
  @ApiOperation({ summary: 'Was aus jeder einzelnen Aufgabe wurde' })
  async items(
    @Param('replayId', { schema: uuid }) replayId: string,
    @Query({ schema: itemsQuery }) { state, limit, cursor: after }: z.infer<typeof itemsQuery>,
  ) {
    await this.find(replayId);
    const found = await replayItems(this.parts.db, replayId, { after: after ?? 0, limit: limit + 1, state });
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? cursor.write(items.at(-1)!.n) : null };
  }

  @Post(':replayId/pause')
  @HttpCode(200)
  @Needs('dead-letters:replay')
  @ApiOperation({ summary: 'Anhalten' })
  pause(
    @Param('replayId', { schema: uuid }) replayId: string,
    @Body({ schema: changeBody }) body: ChangeBody,
    @Who() who: Principal,
  ) {
    return this.change(replayId, 'replay-paused', who, body?.reason);
  }

  @Post(':replayId/resume')
  @HttpCode(200)
  @Needs('dead-letters:replay')
  @ApiOperation({ summary: 'Fortsetzen' })
  resume(
    @Param('replayId', { schema: uuid }) replayId: string,
    @Body({ schema: changeBody }) body: ChangeBody,
    @Who() who: Principal,
  ) {
    return this.change(replayId, 'replay-resumed', who, body?.reason);
  }

  @Post(':replayId/cancel')
  @HttpCode(200)
  @Needs('dead-letters:replay')
  @ApiOperation({ summary: 'Abbrechen; was schon erneut unterwegs ist, bleibt es' })
  cancel(
    @Param('replayId', { schema: uuid }) replayId: string,
    @Body({ schema: changeBody }) body: ChangeBody,
    @Who() who: Principal,
  ) {
    return this.change(replayId, 'replay-cancelled', who, body?.reason);
  }

  /** Throws {@link Problem} `not-found`. */
  private async find(replayId: string): Promise<ReplayJob> {
    const job = await readReplay(this.parts.db, replayId);
    if (!job) throw new Problem('not-found', texts.notFound.replay);
    return job;
  }

  /** Throws {@link Problem} `conflict` where the job's state does not allow it. */
  private async change(replayId: string, action: ReplayTransition, who: Principal, reason?: string) {
    const { db, jobs } = this.parts;
    const { state } = await this.find(replayId);
    if (!(await transitReplay(db, replayId, action, who.client, reason)))
      throw new Problem('conflict', texts.replays.impossibleNow(state), { state });
    jobs.wake();
    return this.find(replayId);
  }
}
