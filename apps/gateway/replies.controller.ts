import { Readable } from 'node:stream';
import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { readChunks } from '#store/attachments.js';
import { type ReplyContent, readReply } from '#store/replies.js';
import { DescribeDocument, DescribeReplyContent } from './openapi-replies.js';
import { GatewayParts } from './parts.js';
import { isUuid } from './request-values.js';
import { submissionsAddress } from './submissions.controller.js';
import { texts } from './texts.js';

type ReplyIds = Record<'submissionId' | 'replyId', string>;

/** The Fachverfahren's replies, for the portal that sent the submission and for nobody else. */
@Controller(`${submissionsAddress}/:submissionId/replies/:replyId`)
export class RepliesController {
  constructor(private readonly parts: GatewayParts) {}

  @Get()
  @Needs('replies:read')
  @DescribeReplyContent()
  async show(@Param() ids: ReplyIds, @Who() who: Principal) {
    const { documents, ...reply } = await this.find(who, ids);
    await this.note(who, ids, texts.replyRead.text);
    const address = `${submissionsAddress}/${ids.submissionId}/replies/${reply.replyId}/documents`;
    return {
      submissionId: ids.submissionId,
      ...reply,
      documents: documents.map(({ attachmentId: _, ...document }) => ({
        ...document,
        self: `${address}/${document.n}`,
      })),
    };
  }

  @Get('documents/:n')
  @Needs('replies:read')
  @DescribeDocument()
  async document(
    @Param() { n, ...ids }: ReplyIds & { n: string },
    @Res({ passthrough: true }) answer: FastifyReply,
    @Who() who: Principal,
  ) {
    const { documents } = await this.find(who, ids);
    const document = documents.find((one) => String(one.n) === n);
    if (!document) throw new Problem('not-found', texts.notFound.document);
    await this.note(who, ids, texts.replyRead.document);
    const chunks = readChunks(this.parts.db, { ...ids, ...document });
    const first = await chunks.next(); // before the headers go out: without chunks the answer is 404
    if (first.done) throw new Problem('not-found', texts.notFound.documentContent);
    answer.headers({
      etag: `"${document.sha256}"`,
      'x-content-type-options': 'nosniff',
    });
    return new StreamableFile(Readable.from(restOf(first.value, chunks)), {
      type: document.mimetype,
      length: document.size,
      disposition: `attachment; filename*=UTF-8''${encodeName(document.filename)}`,
    });
  }

  private note({ client }: Principal, { submissionId }: ReplyIds, what: string): Promise<void> {
    const { reason, purpose } = texts.replyRead;
    return this.parts.noteView({ submissionId, client, what: [what], reason, purpose });
  }

  private async find(who: Principal, { submissionId, replyId }: ReplyIds): Promise<ReplyContent> {
    const reply =
      isUuid(submissionId) && isUuid(replyId)
        ? await readReply(this.parts.db, who.client, submissionId, replyId)
        : undefined;
    if (!reply) throw new Problem('not-found', texts.notFound.reply);
    return reply;
  }
}

async function* restOf(first: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length) yield first;
  yield* chunks;
}

/** RFC 8187 §3.2. */
const encodeName = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
