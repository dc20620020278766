// Generated from keep.sql and the migrated schema: change the statements, then npm run sql
import type { DocumentRow, NewEvent } from '../rows.js';
import { json, one } from '../statement.js';

export interface KeepReplyParameters {
  taskId: string;
  attempt?: number | null | undefined;
  replyId: string;
  externalId: string;
  status: string;
  documentCount: number;
  at: Date;
  now: Date;
  /** Text and hash, sealed. */
  content: Uint8Array;
  documents: DocumentRow[];
  /** The documents' chunks, sealed, one behind the other. */
  bytes: Uint8Array;
  chunkIds: readonly string[];
  chunkNumbers: readonly number[];
  chunkFrom: readonly number[];
  chunkSizes: readonly number[];
  actor: string;
  events: NewEvent[];
}

export interface KeepReplyRow {
  submissionId: string | null;
  adapter: string | null;
  stored: boolean;
}

/**
 * Stores a reply with its documents and events, for the task that it answers. The same id again is the same reply,
 * of which nothing is written. `attempt`: the attempt that must still hold the task; null where the target itself
 * came. `submission_id` is null where no such task is held.
 */
export const keepReply = one<KeepReplyParameters, KeepReplyRow>(
  'keep.sql',
  'keep_reply',
  (p) => [
    p.taskId,
    p.attempt,
    p.replyId,
    p.externalId,
    p.status,
    p.documentCount,
    p.at,
    p.now,
    p.content,
    json(p.documents),
    p.bytes,
    p.chunkIds,
    p.chunkNumbers,
    p.chunkFrom,
    p.chunkSizes,
    p.actor,
    json(p.events),
  ],
  ['submissionId', 'adapter', 'stored'],
);

export interface ReplyUnderIdParameters {
  submissionId: string;
  adapter: string;
  externalId: string;
}

export interface ReplyUnderIdRow {
  replyId: string;
  content: Buffer | null;
}

/** The reply that is stored under a target's own id. `content` is sealed, and null once it is erased. */
export const replyUnderId = one<ReplyUnderIdParameters, ReplyUnderIdRow>(
  'keep.sql',
  'reply_under_id',
  (p) => [p.submissionId, p.adapter, p.externalId],
  ['replyId', 'content'],
);

export interface TaskThatDeliveredParameters {
  submissionId: string;
  adapters: readonly string[];
}

export interface TaskThatDeliveredRow {
  taskId: string;
  ars: string;
  leistung: string;
}

/** The newest task by which one of these adapters was given the submission, or may have been. */
export const taskThatDelivered = one<TaskThatDeliveredParameters, TaskThatDeliveredRow>(
  'keep.sql',
  'task_that_delivered',
  (p) => [p.submissionId, p.adapters],
  ['taskId', 'ars', 'leistung'],
);
