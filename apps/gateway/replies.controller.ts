import { Readable } from 'node:stream';
import { Controller, Get, Param, Res, StreamableFile, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { readChunks } from '#store/attachments.js';
import type { Database } from '#store/database.js';
import { type ReplyContent, readReply } from '#store/replies.js';
import { DescribeDocument, DescribeReplyContent } from './openapi-replies.js';
import { isUuid } from './query.js';

const base = '/service-bw/v1/submissions';

/** What the Fachverfahren said, for the portal that sent the submission, and for nobody else. */
export function repliesController(db: Database): Type {
  async function find(who: Principal, submissionId: string, replyId: string): Promise<ReplyContent> {
    const reply =
      isUuid(submissionId) && isUuid(replyId) ? await readReply(db, who.client, submissionId, replyId) : undefined;
    if (!reply)
      throw new Problem('not-found', 'Diese Antwort gibt es nicht, oder der Antrag kam von einem anderen Client.');
    return reply;
  }

  @Controller(`${base}/:submissionId/replies/:replyId`)
  class RepliesController {
    @Get()
    @Needs('replies:read')
    @DescribeReplyContent()
    async show(@Param() { submissionId, replyId }: Record<'submissionId' | 'replyId', string>, @Who() who: Principal) {
      const { documents, ...reply } = await find(who, submissionId, replyId);
      const self = `${base}/${submissionId}/replies/${reply.replyId}/documents`;
      return {
        submissionId,
        ...reply,
        documents: documents.map(({ attachmentId: _, ...document }) => ({
          ...document,
          self: `${self}/${document.n}`,
        })),
      };
    }

    @Get('documents/:n')
    @Needs('replies:read')
    @DescribeDocument()
    async document(
      @Param() { submissionId, replyId, n }: Record<'submissionId' | 'replyId' | 'n', string>,
      @Res({ passthrough: true }) answer: FastifyReply,
      @Who() who: Principal,
    ) {
      const { documents } = await find(who, submissionId, replyId);
      const document = documents.find((one) => String(one.n) === n);
      if (!document) throw new Problem('not-found', 'Dieses Dokument hat die Antwort nicht.');
      const chunks = readChunks(db, document.attachmentId);
      const first = await chunks.next();
      if (first.done) throw new Problem('not-found', 'Dieses Dokument ist gelöscht.');
      answer.headers({
        etag: `"${document.sha256}"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      return new StreamableFile(Readable.from(rest(first.value, chunks)), {
        type: document.mimetype,
        length: document.size,
        disposition: `attachment; filename*=UTF-8''${encodeName(document.filename)}`,
      });
    }
  }
  return RepliesController;
}

async function* rest(first: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length) yield first;
  yield* chunks;
}

/** RFC 8187 §3.2. */
const encodeName = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
