import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal, Right } from '#access/rights.js';
import { discard } from '#operator/discard.js';
import { explain } from '#operator/explain.js';
import type { ActionResult, OperatorContext } from '#operator/operator.js';
import { replay } from '#operator/replay.js';
import { settle } from '#operator/settle.js';
import { Problem } from '#problems/problem.js';
import { groupByCause, listDeadLetters } from '#store/dead-letters.js';
import { type LocateTaskRow, locateTask } from '#store/sql/dead-letter.js';
import { dismissStray } from '#store/strays.js';
import { cursorOf, pageSize } from './cursor.js';
import { deadLetterFilter, sentence, toDeadFilter } from './dead-letter-filter.js';

const cursor = cursorOf(z.object({ at: z.number().int().min(0).max(4e15), id: z.uuid() }));
const id = z.uuid({ error: 'Eine UUID' });
const reason = sentence.describe('warum; ohne Angaben zur Person, auch das Portal sieht ihn');

const list = z.strictObject({
  ...deadLetterFilter,
  groupBy: z.literal('cause').optional().describe('cause: nach Adapter, Ausgang und Grund gezählt statt einzeln'),
  limit: pageSize,
  cursor: cursor.read,
});
const replayOrder = z.strictObject({
  parameters: z
    .enum(['as-ran', 'current'])
    .describe('as-ran: mit den Parametern des letzten Versuchs; current: mit den jetzt gültigen'),
  reason: sentence.optional(),
});
const discardOrder = z.strictObject({ reason });
const finding = z.strictObject({
  arrived: z.boolean().describe('true: angekommen, also erledigt; false: nicht angekommen, also noch einmal senden'),
  reason,
});
const dismissal = z.strictObject({ reason: sentence.optional() });

/** Dead letters: tasks that nobody will try again by themselves, and messages that nobody could read. */
export function deadLettersController(context: OperatorContext): Type {
  const { db } = context;

  /** 403 for a task beyond the reach, 404 for none. */
  async function reachable(taskId: string, who: Principal, right: Right): Promise<LocateTaskRow> {
    const task = await locateTask(db, { taskId });
    if (!task) throw new Problem('not-found', 'Diese Aufgabe gibt es nicht.');
    demand(who, right, task.ars);
    return task;
  }

  async function answer(taskId: string, result: ActionResult) {
    if (result.kind !== 'done') throw refusal(result);
    const { state, next } = (await locateTask(db, { taskId }))!;
    return { taskId, state, next };
  }

  @ApiTags('Dead Letters')
  @ApiBearerAuth()
  @Controller('api/v1/dead-letters')
  class DeadLettersController {
    @Get()
    @Needs('dead-letters:read')
    @ApiOperation({ summary: 'Was niemand von selbst noch einmal versucht, neueste zuerst' })
    async list(
      @Query({ schema: list }) { groupBy, limit, cursor: after, ...asked }: z.infer<typeof list>,
      @Who() who: Principal,
    ) {
      const filter = toDeadFilter(asked, who, 'dead-letters:read', db.now());
      if (groupBy) return { causes: await groupByCause(db, filter) };
      const { items, end } = await listDeadLetters(db, filter, limit, after);
      return { items, next: end ? cursor.write(end) : null };
    }

    @Get(':taskId')
    @Needs('dead-letters:read')
    @ApiOperation({
      summary: 'Eine Aufgabe erklärt',
      description:
        'Jeder Versuch und was an ihm anders war, Parameter und ihre Herkunft, Schema- und Adapterversion; keine Antragsdaten. Auch nach Wiederholung und Zustellung.',
    })
    async show(@Param('taskId', { schema: id }) taskId: string, @Who() who: Principal) {
      await reachable(taskId, who, 'dead-letters:read');
      return explain(db, taskId);
    }

    @Post(':taskId/replay')
    @HttpCode(200)
    @Needs('dead-letters:replay')
    @ApiOperation({
      summary: 'Erneut zustellen',
      description: 'Im Zweifel wird zuerst nachgesehen, ob der Antrag angekommen ist. Wer zu spät kommt, erhält 409.',
    })
    async replay(
      @Param('taskId', { schema: id }) taskId: string,
      @Body({ schema: replayOrder }) order: z.infer<typeof replayOrder>,
      @Who() who: Principal,
    ) {
      await reachable(taskId, who, 'dead-letters:replay');
      return answer(taskId, await replay(context, taskId, { ...order, actor: who.client }));
    }

    @Post(':taskId/discard')
    @HttpCode(200)
    @Needs('dead-letters:discard')
    @ApiOperation({ summary: 'Endgültig aufgeben', description: 'Der Antrag gilt danach als aufgegeben (abandoned).' })
    async discard(
      @Param('taskId', { schema: id }) taskId: string,
      @Body({ schema: discardOrder }) order: z.infer<typeof discardOrder>,
      @Who() who: Principal,
    ) {
      await reachable(taskId, who, 'dead-letters:discard');
      return answer(taskId, await discard(context, taskId, who.client, order.reason));
    }

    @Post(':taskId/resolve')
    @HttpCode(200)
    @Needs('dead-letters:resolve')
    @ApiOperation({
      summary: 'Zweifel klären: angekommen oder nicht',
      description:
        'Angekommen: der nächste Schritt folgt. Nicht angekommen: dieselben Bytes unter demselben Schlüssel noch einmal.',
    })
    async resolve(
      @Param('taskId', { schema: id }) taskId: string,
      @Body({ schema: finding }) found: z.infer<typeof finding>,
      @Who() who: Principal,
    ) {
      await reachable(taskId, who, 'dead-letters:resolve');
      return answer(taskId, await settle(context, taskId, { ...found, actor: who.client }));
    }

    @Post('strays/:strayId/dismiss')
    @HttpCode(200)
    @Needs('dead-letters:discard')
    @ApiOperation({ summary: 'Eine unlesbare Nachricht von der Liste nehmen' })
    async dismiss(
      @Param('strayId', { schema: id }) strayId: string,
      @Body({ schema: dismissal }) body: z.infer<typeof dismissal>,
      @Who() who: Principal,
    ) {
      if (!(await dismissStray(db, strayId, who.client, body.reason)))
        throw new Problem('not-found', 'Diese Nachricht steht nicht (mehr) auf der Liste.');
      return { strayId, dismissed: true };
    }
  }
  return DeadLettersController;
}

function refusal(acted: Exclude<ActionResult, { kind: 'done' }>): Problem {
  switch (acted.kind) {
    case 'unknown-task':
      return new Problem('not-found', 'Diese Aufgabe gibt es nicht.');
    case 'taken':
      return new Problem('conflict', `Diese Aufgabe ist nicht (mehr) aufgegeben; ihr Stand ist „${acted.state}“.`, {
        state: acted.state,
      });
    case 'in-doubt':
      return new Problem(
        'conflict',
        'Ob dieser Antrag angekommen ist, kann der Adapter nicht nachsehen. Erst den Zweifel klären (resolve): angekommen oder nicht.',
        { state: 'dead', inDoubt: true },
      );
    case 'not-in-doubt':
      return new Problem(
        'conflict',
        'Bei dieser Aufgabe gibt es keinen Zweifel zu klären; erneut zustellen (replay) oder verwerfen (discard).',
        { state: 'dead', inDoubt: false },
      );
  }
}
