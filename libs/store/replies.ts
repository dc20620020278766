import { replyTitles } from '#submission/events.js';
import { newId } from '#submission/id.js';
import { digestOf, type NewReply, type ReplyReceipt } from '#submission/reply.js';
import type { ReplyStatus } from '#submission/vocabulary.js';
import { attachmentRow, chunkColumns } from './attachments.js';
import { SubmissionKey } from './codec.js';
import { keysOf, unlessErased } from './contents.js';
import type { Database } from './database.js';
import { Pieces } from './pieces.js';
import type { NewEvent } from './rows.js';
import { keepReply, replyUnderId } from './sql/keep.js';
import { readReply as readReplyRow } from './sql/submission.js';
import { keyOfTask } from './sql/submission-key.js';

/**
 * Stores a reply for the task that it answers. The same id once more is the same reply. `gone`: the attempt no longer
 * holds the task, or the submission is erased.
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
  const held = await keyOfTask(db, { taskId: from.taskId });
  if (!held?.wrapped) return { kind: 'gone' };
  const key = SubmissionKey.unwrap(keysOf(db), held.submissionId, held.wrapped);
  const pieces = new Pieces();
  const files = reply.documents.map((file) => ({ file, key }));
  const columns = chunkColumns(files, pieces);
  const { submissionId, adapter, stored } = (await keepReply(db, {
    taskId: from.taskId,
    attempt: from.attempt,
    actor: from.actor,
    replyId,
    externalId: reply.externalId,
    status: reply.status,
    at: reply.at,
    now: db.now(),
    content: key.sealJson(placeOf(replyId), { text: reply.text ?? null, hash }),
    documentCount: reply.documents.length,
    documents: reply.documents.map((file, index) => ({ ...attachmentRow(file), n: index + 1 })),
    ...columns,
    bytes: pieces.bytes(),
    events,
  }))!;
  if (stored) return { kind: 'stored', replyId };
  if (submissionId === null || adapter === null) return { kind: 'gone' };
  const before = (await replyUnderId(db, { submissionId, adapter, externalId: reply.externalId }))!;
  // once the content is erased, nobody can say that it was another
  const known = before.content && contentIn(key, before.replyId, before.content).hash;
  return known && known !== hash ? { kind: 'mismatch' } : { kind: 'known', replyId: before.replyId };
}

const placeOf = (replyId: string) => ({ kind: 'reply' as const, name: replyId });

const contentIn = (key: SubmissionKey, replyId: string, sealed: Buffer) =>
  key.openJson(placeOf(replyId), sealed) as { text: string | null; hash: string };

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

/**
 * For the portal (`client`) whose submission the reply answers; undefined for everybody else.
 * @throws ContentUnreadable where it is there and not erased
 */
export async function readReply(
  db: Database,
  client: string,
  submissionId: string,
  replyId: string,
): Promise<ReplyContent | undefined> {
  const row = await readReplyRow(db, { client, submissionId, replyId });
  if (!row) return undefined;
  const { wrapped, content, ...shown } = row;
  const open = () => content && contentIn(SubmissionKey.unwrap(keysOf(db), submissionId, wrapped), replyId, content);
  return {
    ...shown,
    text: unlessErased(open)?.text ?? null,
    at: row.at.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    documents: row.documents.map(({ attachment_id: attachmentId, ...document }) => ({ ...document, attachmentId })),
  };
}
