import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import type { Artifact } from '#adapters/contract.js';
import { preview } from '#operator/preview.js';
import { Problem } from '#problems/problem.js';
import { noteAction } from '#store/actions.js';
import { locateTask } from '#store/sql/dead-letter.js';
import { noteViewed } from '#store/sql/replay.js';
import { sentence } from './fields.js';
import { idOrNumber, taskIdOf } from './named.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

const renderBody = z.strictObject({
  reason: sentence.describe('warum; ohne Angaben zur Person, steht bei den Ereignissen des Antrags'),
});

/** The content of a delivery. Every look is recorded in the submission's events and in the person's access log. */
@ApiTags('Anträge')
@ApiBearerAuth()
@Controller('api/v1/tasks')
export class TasksController {
  constructor(private readonly parts: ConsoleParts) {}

  @Post(':taskId/render')
  @HttpCode(200)
  @Needs('submissions:view')
  @ApiOperation({
    summary: 'Zeigen, was eine Zustellung jetzt senden würde',
    description:
      'Byte für Byte, mit den jetzt gültigen Parametern; gesendet wird nichts. ' +
      'Das Ansehen wird mit Grund festgehalten.',
  })
  async render(
    @Param('taskId', { schema: idOrNumber }) named: string,
    @Body({ schema: renderBody }) { reason }: z.infer<typeof renderBody>,
    @Req() request: FastifyRequest,
    @Who() who: Principal,
  ) {
    const { db, noteView } = this.parts;
    const taskId = await taskIdOf(this.parts, named);
    const task = taskId && (await locateTask(db, { taskId }));
    if (!task) throw new Problem('not-found', texts.notFound.task);
    request.about = { taskId };
    demand(who, 'submissions:view', task.ars);
    const shown = await preview(this.parts, taskId);
    if ('reason' in shown) {
      await noteAction(db, { at: db.now(), actor: who.client, type: 'render-refused', subject: taskId, reason });
      throw new Problem('conflict', shown.reason);
    }
    const { submissionId } = task;
    await noteView({ submissionId, client: who.client, what: [...texts.shownOfDelivery], reason });
    await noteViewed(db, { taskId, actor: who.client, reason, at: db.now() });
    return { taskId, artifacts: shown.artifacts.map(shownArtifact) };
  }
}

/** Text as text, everything else in Base64. */
function shownArtifact({ name, mimetype, bytes }: Artifact) {
  const content = Buffer.from(bytes);
  const isText = /^text\/|[/+](json|xml)\b/.test(mimetype);
  return {
    name,
    mimetype,
    size: content.length,
    ...(isText ? { text: content.toString() } : { base64: content.toString('base64') }),
  };
}
