import { Controller, Param, Post, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal } from '#access/rights.js';
import type { Bodies } from '#intake/body.js';
import { demandJson, readReply } from '#intake/fachverfahren/reply.js';
import type { Limits } from '#intake/service-bw/form.js';
import { refuseEncoded } from '#intake/service-bw/media.js';
import { Problem } from '#problems/problem.js';
import type { Database } from '#store/database.js';
import { insertReply } from '#store/replies.js';
import { taskThatDelivered } from '#store/sql/keep.js';
import { DescribeReply } from './openapi-replies.js';
import { isUuid } from './query.js';

interface Parts {
  db: Database;
  bodies: Bodies;
  limits: Limits;
  /** Told about every new reply. */
  onReply(status: string): void;
}

/** Where a Fachverfahren answers: only to submissions that one of its adapters took to it, in its regions. To all others it hears that there is none. */
export function fachverfahrenController({ db, bodies, limits, onReply }: Parts): Type {
  @Controller('/fachverfahren/v1/submissions')
  class FachverfahrenController {
    @Post(':submissionId/replies')
    @Needs('replies:post')
    @DescribeReply()
    async post(
      @Param('submissionId') submissionId: string,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) answer: FastifyReply,
      @Who() who: Principal,
    ) {
      const task = isUuid(submissionId)
        ? await taskThatDelivered(db, { submissionId, adapters: who.adapters })
        : undefined;
      if (!task || !may(who, 'replies:post', task.ars))
        throw new Problem('not-found', 'Einen Antrag, auf den dieser Zugang antworten darf, gibt es hier nicht.');
      refuseEncoded(request.headers);
      demandJson(request.contentType);
      const { ars, leistung, taskId } = task;
      request.about = { submissionId, leistung, ars, client: who.client };

      return bodies.hold(request.raw, async (body) => {
        const reply = readReply(body, limits);
        const receipt = await insertReply(db, reply, { taskId, actor: who.client });
        if (receipt.kind === 'mismatch')
          throw new Problem(
            'reply-mismatch',
            'Mit dieser „id“ kam schon eine andere Antwort; eine neue braucht eine neue.',
          );
        if (receipt.kind === 'gone') throw new Error('the task is gone');
        if (receipt.kind === 'stored') onReply(reply.status);
        answer.status(receipt.kind === 'stored' ? 201 : 200);
        return { submissionId, replyId: receipt.replyId, status: reply.status };
      });
    }
  }
  return FachverfahrenController;
}
