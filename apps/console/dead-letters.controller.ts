import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal, Right } from '#access/rights.js';
import { discard } from '#operator/discard.js';
import { explain } from '#operator/explain.js';
import type { ActionResult } from '#operator/operator.js';
import { replay } from '#operator/replay.js';
import { settle } from '#operator/settle.js';
import { Problem } from '#problems/problem.js';
import { groupByCause, listDeadLetters } from '#store/dead-letters.js';
import { locateTask } from '#store/sql/dead-letter.js';
import { dismissStray } from '#store/strays.js';
import { deadLetterFilter, toDeadFilter } from './dead-letter-filter.js';
import { sentence, uuid } from './fields.js';
import { idOrNumber, taskIdOf } from './named.js';
import { pageCursor, pageSize, timeAndId } from './paging.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

const cursor = pageCursor(timeAndId);
const publicReason = sentence.describe('warum; ohne Angaben zur Person, auch das Portal sieht ihn');

const listQuery = z.strictObject({
  ...deadLetterFilter,
  groupBy: z.literal('cause').optional().describe('cause: nach Ursache gezählt statt einzeln'),
  limit: pageSize,
  cursor: cursor.read,
});
const replayBody = z.strictObject({
  parameters: z
    .enum(['as-ran', 'current'])
    .describe('as-ran: mit den Parametern des letzten Versuchs; current: mit den jetzt gültigen'),
  reason: sentence.optional(),
});
const discardBody = z.strictObject({ reason: publicReason });
const resolveBody = z.strictObject({
  arrived: z.boolean().describe('true: angekommen, also erledigt; false: nicht angekommen, also noch einmal senden'),
  reason: publicReason,
});
const dismissBody = z.strictObject({ reason: sentence.optional() });

/** Dead letters: tasks that are not tried again without an operator, and messages that nobody could read. */
@ApiTags('Dead Letters')
@ApiBearerAuth()
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get()
  @Needs('dead-letters:read')
  @ApiOperation({ summary: 'Was niemand von selbst noch einmal versucht, neueste zuerst' })
  async list(
    @Query({ schema: listQuery }) { groupBy, limit, cursor: after, ...requested }: z.infer<typeof listQuery>,
    @Who() who: Principal,
  ) {
    const { db, numbers } = this.parts;
    const filter = toDeadFilter(requested, who, 'dead-letters:read', db.now());
    if (groupBy) return { causes: await groupByCause(db, filter) };
    const { items, end } = await listDeadLetters(db, filter, limit, numbers, after);
    return { items, next: end ? cursor.write(end) : null };
  }

  @Get(':taskId')
  @Needs('dead-letters:explain')
  @ApiOperation({
    summary: 'Eine Aufgabe erklärt',
    description:
      'Jeder Versuch und was an ihm anders war, Parameter und ihre Herkunft, Schema- und Adapterversion; ' +
      'keine Antragsdaten. Auch nach Wiederholung und Zustellung.',
  })
  async show(@Param('taskId', { schema: idOrNumber }) named: string, @Who() who: Principal) {
    const taskId = await this.demandReachable(named, who, 'dead-letters:explain');
    return explain(this.parts.db, taskId, this.parts.numbers);
  }

  @Post(':taskId/replay')
  @HttpCode(200)
  @Needs('dead-letters:replay')
  @ApiOperation({
    summary: 'Erneut zustellen',
    description: 'Im Zweifel wird zuerst nachgesehen, ob der Antrag angekommen ist. Wer zu spät kommt, erhält 409.',
  })
  async replay(
    @Param('taskId', { schema: idOrNumber }) named: string,
    @Body({ schema: replayBody }) order: z.infer<typeof replayBody>,
    @Who() who: Principal,
  ) {
    const taskId = await this.demandReachable(named, who, 'dead-letters:replay');
    return this.answer(taskId, await replay(this.parts, taskId, { ...order, actor: who.client }));
  }

  @Post(':taskId/discard')
  @HttpCode(200)
  @Needs('dead-letters:discard')
  @ApiOperation({ summary: 'Endgültig aufgeben', description: 'Der Antrag gilt danach als aufgegeben (abandoned).' })
  async discard(
    @Param('taskId', { schema: idOrNumber }) named: string,
    @Body({ schema: discardBody }) { reason }: z.infer<typeof discardBody>,
    @Who() who: Principal,
  ) {
    const taskId = await this.demandReachable(named, who, 'dead-letters:discard');
    return this.answer(taskId, await discard(this.parts, taskId, who.client, reason));
  }

  @Post(':taskId/resolve')
  @HttpCode(200)
  @Needs('dead-letters:resolve')
  @ApiOperation({
    summary: 'Zweifel klären: angekommen oder nicht',
    description:
      'Angekommen: der nächste Schritt folgt. ' +
      'Nicht angekommen: dieselben Bytes unter demselben Schlüssel noch einmal.',
  })
  async resolve(
    @Param('taskId', { schema: idOrNumber }) named: string,
    @Body({ schema: resolveBody }) finding: z.infer<typeof resolveBody>,
    @Who() who: Principal,
  ) {
    const taskId = await this.demandReachable(named, who, 'dead-letters:resolve');
    return this.answer(taskId, await settle(this.parts, taskId, { ...finding, actor: who.client }));
  }

  @Post('strays/:strayId/dismiss')
  @HttpCode(200)
  @Needs('dead-letters:discard')
  @ApiOperation({ summary: 'Eine unlesbare Nachricht von der Liste nehmen' })
  async dismiss(
    @Param('strayId', { schema: uuid }) strayId: string,
    @Body({ schema: dismissBody }) { reason }: z.infer<typeof dismissBody>,
    @Who() who: Principal,
  ) {
    if (!(await dismissStray(this.parts.db, strayId, who.client, reason)))
      throw new Problem('not-found', texts.notFound.stray);
    return { strayId, dismissed: true };
  }

  /**
   * The id of the task that is named. Throws {@link Problem}: 404 where there is no such task, 403 for one outside the
   * regions of `who`.
   */
  private async demandReachable(named: string, who: Principal, right: Right): Promise<string> {
    const taskId = await taskIdOf(this.parts, named);
    const task = taskId && (await locateTask(this.parts.db, { taskId }));
    if (!task) throw new Problem('not-found', texts.notFound.task);
    demand(who, right, task.ars);
    return taskId;
  }

  private async answer(taskId: string, result: ActionResult) {
    if (result.kind !== 'done') throw refusal(result);
    const { state, next } = (await locateTask(this.parts.db, { taskId }))!;
    return { taskId, state, next };
  }
}

function refusal(result: Exclude<ActionResult, { kind: 'done' }>): Problem {
  switch (result.kind) {
    case 'unknown-task':
      return new Problem('not-found', texts.notFound.task);
    case 'taken':
      return new Problem('conflict', texts.deadLetters.notDead(result.state), { state: result.state });
    case 'in-doubt':
      return new Problem('conflict', texts.deadLetters.inDoubt, { state: 'dead', inDoubt: true });
    case 'not-in-doubt':
      return new Problem('conflict', texts.deadLetters.notInDoubt, { state: 'dead', inDoubt: false });
  }
}
