import { Body, Controller, Get, HttpCode, Param, Post, Query, Res, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import type { OperatorContext } from '#operator/operator.js';
import type { ReplayJobs } from '#operator/replay-job.js';
import { Problem } from '#problems/problem.js';
import { actionsOn } from '#store/actions.js';
import { groupByCause } from '#store/dead-letters.js';
import {
  createReplay,
  listReplays,
  planReplay,
  type ReplayTransition,
  readReplay,
  replayItems,
  transitReplay,
} from '#store/replays.js';
import { replayItemStates } from '#store/rows.js';
import { cursorOf, pageSize } from './cursor.js';
import { deadLetterFilter, sentence, toDeadFilter } from './dead-letter-filter.js';

const id = z.uuid({ error: 'Eine UUID' });
const cursor = cursorOf(z.number().int().min(0));
const reason = sentence.optional();

const order = z.strictObject({
  filter: z.strictObject(deadLetterFilter).describe('leer: alle'),
  parameters: z.enum(['as-ran', 'current']),
  dryRun: z.boolean().default(false).describe('true: nur sagen, was geschähe'),
  ratePerSecond: z.number().int().min(1).max(1000).optional().describe('höchstens so viele je Sekunde'),
  reason: reason.describe('warum; ohne Angaben zur Person'),
});
const listQuery = z.strictObject({ limit: pageSize });
const itemsQuery = z.strictObject({ state: z.enum(replayItemStates).optional(), limit: pageSize, cursor: cursor.read });
const transition = z.strictObject({ reason }).optional();

/** Bulk replays: jobs over a frozen set, with progress, pause and cancel. */
export function replaysController(context: OperatorContext, jobs: Pick<ReplayJobs, 'wake'>): Type {
  const { db, finders } = context;

  async function job(replayId: string) {
    const found = await readReplay(db, replayId);
    if (!found) throw new Problem('not-found', 'Diesen Auftrag gibt es nicht.');
    return found;
  }

  async function change(replayId: string, type: ReplayTransition, who: Principal, why?: string) {
    const { state } = await job(replayId);
    if (!(await transitReplay(db, replayId, type, who.client, why))) {
      throw new Problem('conflict', `Bei einem Auftrag im Stand „${state}“ geht das nicht.`, { state });
    }
    jobs.wake();
    return job(replayId);
  }

  @ApiTags('Replays')
  @ApiBearerAuth()
  @Controller('api/v1/replays')
  class ReplaysController {
    @Post()
    @HttpCode(202)
    @Needs('dead-letters:replay')
    @ApiOperation({
      summary: 'Viele erneut zustellen',
      description:
        'Was jetzt auf den Filter passt, ist die Menge; später Gestorbenes gehört nicht dazu. Mit dryRun geschieht nichts.',
    })
    async start(
      @Body({ schema: order }) body: z.infer<typeof order>,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      const { filter: asked, dryRun, parameters, ratePerSecond } = body;
      const filter = toDeadFilter(asked, who, 'dead-letters:replay', db.now());
      if (dryRun) {
        reply.status(200);
        return { dryRun, ...(await planReplay(db, filter, finders)), causes: await groupByCause(db, filter) };
      }
      const replayId = await createReplay(
        db,
        {
          filter,
          asked: asked as Record<string, string>,
          parameters,
          ratePerSecond,
          author: who.client,
          reason: body.reason,
        },
        finders,
      );
      if (!replayId)
        throw new Problem('conflict', 'Auf diesen Filter passt keine Aufgabe, die sich erneut zustellen lässt.', {
          ...(await planReplay(db, filter, finders)),
        });
      jobs.wake();
      reply.header('location', `/api/v1/replays/${replayId}`);
      return job(replayId);
    }

    @Get()
    @Needs('replays:read')
    @ApiOperation({ summary: 'Aufträge, neueste zuerst' })
    async list(@Query({ schema: listQuery }) { limit }: z.infer<typeof listQuery>) {
      return { items: await listReplays(db, limit) };
    }

    @Get(':replayId')
    @Needs('replays:read')
    @ApiOperation({
      summary: 'Fortschritt eines Auftrags',
      description: '„processed“ zählt nur, was inzwischen erledigt ist; „failedAgain“, was wieder aufgegeben wurde.',
    })
    async show(@Param('replayId', { schema: id }) replayId: string) {
      return { ...(await job(replayId)), actions: await actionsOn(db, replayId) };
    }

    @Get(':replayId/items')
    @Needs('replays:read')
    @ApiOperation({ summary: 'Was aus jeder einzelnen Aufgabe wurde' })
    async items(
      @Param('replayId', { schema: id }) replayId: string,
      @Query({ schema: itemsQuery }) { state, limit, cursor: after }: z.infer<typeof itemsQuery>,
    ) {
      await job(replayId);
      const items = await replayItems(db, replayId, { after: after ?? 0, limit: limit + 1, state });
      const page = items.slice(0, limit);
      return { items: page, next: items.length > limit ? cursor.write(page.at(-1)!.n) : null };
    }

    @Post(':replayId/pause')
    @HttpCode(200)
    @Needs('dead-letters:replay')
    @ApiOperation({ summary: 'Anhalten' })
    pause(
      @Param('replayId', { schema: id }) replayId: string,
      @Body({ schema: transition }) body: z.infer<typeof transition>,
      @Who() who: Principal,
    ) {
      return change(replayId, 'replay-paused', who, body?.reason);
    }

    @Post(':replayId/resume')
    @HttpCode(200)
    @Needs('dead-letters:replay')
    @ApiOperation({ summary: 'Fortsetzen' })
    resume(
      @Param('replayId', { schema: id }) replayId: string,
      @Body({ schema: transition }) body: z.infer<typeof transition>,
      @Who() who: Principal,
    ) {
      return change(replayId, 'replay-resumed', who, body?.reason);
    }

    @Post(':replayId/cancel')
    @HttpCode(200)
    @Needs('dead-letters:replay')
    @ApiOperation({ summary: 'Abbrechen; was schon erneut unterwegs ist, bleibt es' })
    cancel(
      @Param('replayId', { schema: id }) replayId: string,
      @Body({ schema: transition }) body: z.infer<typeof transition>,
      @Who() who: Principal,
    ) {
      return change(replayId, 'replay-cancelled', who, body?.reason);
    }
  }
  return ReplaysController;
}
