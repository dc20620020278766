import { replyTitles } from '#submission/events.js';
import { newId } from '#submission/id.js';
import { digestOf, type NewReply, type ReplyReceipt } from '#submission/reply.js';
import type { ReplyStatus } from '#submission/vocabulary.js';
import { attachmentRow, chunkColumns } from './attachments.js';
import type { Database, Sql } from './database.js';
import type { NewEvent } from './rows.js';
import { keepReply, replyUnderId } from './sql/keep.js';
import { readReply as readReplyRow } from './sql/submission.js';

/**
 * Stores a reply for the task that it answers. The same id once more is the same reply.
 * @param from.attempt the attempt that must still hold the task; absent where the target itself came
 * @param from.cut how many documents were left out because they exceed the limits
 */
export async function insertReply(
  db: Database,
  reply: NewReply,
  from: { taskId: string; attempt?: number; actor: string; cut?: number },
): Promise<ReplyReceipt> {
  const replyId = newId();
  const hash = digestOf(reply);
  const events: NewEvent[] = [
    { type: 'reply', data: { status: replyTitles[reply.status], documents: reply.documents.length } },
    ...(from.cut ? [{ type: 'reply-cut' as const, data: { count: from.cut } }] : []),
  ];
  const { submissionId, adapter, stored } = (await keepReply(db, {
    taskId: from.taskId,
    attempt: from.attempt,
    actor: from.actor,
    replyId,
    externalId: reply.externalId,
    status: reply.status,
    at: reply.at,
    now: db.now(),
    content: { text: reply.text ?? null, hash },
    documentCount: reply.documents.length,
    documents: reply.documents.map((file, index) => ({ ...attachmentRow(file), n: index + 1 })),
    ...chunkColumns(reply.documents),
    events,
  }))!;
  if (stored) return { kind: 'stored', replyId };
  if (submissionId === null || adapter === null) return { kind: 'gone' };
  const before = (await replyUnderId(db, { submissionId, adapter, externalId: reply.externalId }))!;
  // once the content is erased, nobody can say that it was another
  return before.hash && before.hash !== hash ? { kind: 'mismatch' } : { kind: 'known', replyId: before.replyId };
}

/** A reply with its content. Times are ISO 8601, UTC. */
export interface ReplyContent {
  replyId: string;
  status: ReplyStatus;
  at: string;
  receivedAt: string;
  /** Null where there is none, or it is erased. */
  text: string | null;
  /** Numbered from 1. */
  documents: { n: number; attachmentId: string; filename: string; mimetype: string; size: number; sha256: string }[];
}

/** For the portal (`client`) whose submission the reply answers; undefined for everybody else. */
export async function readReply(
  db: Sql,
  client: string,
  submissionId: string,
  replyId: string,
): Promise<ReplyContent | undefined> {
  const row = await readReplyRow(db, { client, submissionId, replyId });
  if (!row) return undefined;
  return {
    ...row,
    at: row.at.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    documents: row.documents.map(({ attachment_id: attachmentId, ...document }) => ({ ...document, attachmentId })),
  };
}
