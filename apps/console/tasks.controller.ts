import { Body, Controller, Header, HttpCode, Param, Post, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import type { Artifact } from '#adapters/contract.js';
import { preview } from '#operator/preview.js';
import { Problem } from '#problems/problem.js';
import { locateTask } from '#store/sql/dead-letter.js';
import { noteViewed } from '#store/sql/replay.js';
import { sentence } from './dead-letter-filter.js';
import type { Parts } from './parts.js';

const id = z.uuid({ error: 'Eine UUID' });
const view = z.strictObject({
  reason: sentence.describe('warum; ohne Angaben zur Person, steht bei den Ereignissen des Antrags'),
});

/** What is in a delivery. Whoever looks leaves a trace: in the submission's events, and in the access log of the person. */
export function tasksController({ db, adapters, parameters, processes, noteView }: Parts): Type {
  @ApiTags('Anträge')
  @ApiBearerAuth()
  @Controller('api/v1/tasks')
  class TasksController {
    @Post(':taskId/render')
    @HttpCode(200)
    @Header('cache-control', 'no-store')
    @Needs('submissions:view')
    @ApiOperation({
      summary: 'Zeigen, was eine Zustellung jetzt senden würde',
      description:
        'Byte für Byte, mit den jetzt gültigen Parametern; gesendet wird nichts. Das Ansehen wird mit Grund festgehalten.',
    })
    async render(
      @Param('taskId', { schema: id }) taskId: string,
      @Body({ schema: view }) { reason }: z.infer<typeof view>,
      @Who() who: Principal,
    ) {
      const task = await locateTask(db, { taskId });
      if (!task) throw new Problem('not-found', 'Diese Aufgabe gibt es nicht.');
      demand(who, 'submissions:view', task.ars);
      const shown = await preview({ db, adapters, parameters, processes }, taskId);
      if ('reason' in shown) throw new Problem('conflict', shown.reason);
      await noteView({
        submissionId: task.submissionId,
        client: who.client,
        what: ['Antragsdaten', 'Anlagen'],
        reason,
      });
      await noteViewed(db, { taskId, actor: who.client, reason, at: db.now() });
      return { taskId, artifacts: shown.artifacts.map(legible) };
    }
  }
  return TasksController;
}

/** Text as text, everything else in Base64. */
function legible({ name, mimetype, bytes }: Artifact) {
  const content = Buffer.from(bytes);
  const isText = /^text\/|[/+](json|xml)\b/.test(mimetype);
  return {
    ...{ name, mimetype, size: content.length },
    ...(isText ? { text: content.toString() } : { base64: content.toString('base64') }),
  };
}
