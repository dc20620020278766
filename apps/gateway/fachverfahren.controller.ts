import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal } from '#access/rights.js';
import { demandJson, readReply } from '#intake/fachverfahren/reply.js';
import { refuseEncoded } from '#intake/service-bw/media.js';
import { Problem } from '#problems/problem.js';
import { insertReply } from '#store/replies.js';
import { taskThatDelivered } from '#store/sql/keep.js';
import { DescribeReply } from './openapi-replies.js';
import { GatewayParts } from './parts.js';
import { isUuid } from './request-values.js';
import { texts } from './texts.js';

/**
 * Takes the replies of Fachverfahren. A Fachverfahren may reply to what one of its adapters delivered to it, in its
 * regions; every other submission does not exist for it.
 */
@Controller('/fachverfahren/v1/submissions')
export class FachverfahrenController {
  constructor(private readonly parts: GatewayParts) {}

  @Post(':submissionId/replies')
  @Needs('replies:post')
  @DescribeReply()
  async post(
    @Param('submissionId') submissionId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) answer: FastifyReply,
    @Who() who: Principal,
  ) {
    const { db, bodies, limits, metrics, informer } = this.parts;
    const task = isUuid(submissionId)
      ? await taskThatDelivered(db, { submissionId, adapters: who.adapters })
      : undefined;
    if (!task || !may(who, 'replies:post', task.ars))
      throw new Problem('not-found', texts.notFound.submissionToReplyTo);
    refuseEncoded(request.headers);
    demandJson(request.contentType);
    const { ars, leistung, taskId } = task;
    request.about = { submissionId, leistung, ars, client: who.client };

    return bodies.hold(request.raw, who.client, async (body) => {
      const reply = readReply(body, limits, this.parts.db.now());
      const receipt = await insertReply(db, reply, { taskId, actor: who.client });
      if (receipt.kind === 'mismatch') throw new Problem('reply-mismatch', texts.replyMismatch);
      if (receipt.kind === 'gone') throw new Problem('not-found', texts.notFound.submissionToReplyTo);
      const isNew = receipt.kind === 'stored';
      if (isNew) {
        metrics.replies.inc({ status: reply.status });
        informer.wake();
      }
      answer.status(isNew ? 201 : 200);
      return { submissionId, replyId: receipt.replyId, status: reply.status };
    });
  }
}
