// Generated from submission.sql and the migrated schema: change the statements, then npm run sql
import type { Json, ReplyStatus, SubmissionEnd } from '#submission/vocabulary.js';
import type { DocumentRow, EventRow, ReplyRow, TaskRow } from '../rows.js';
import { one } from '../statement.js';

export interface ViewSubmissionParameters {
  submissionId: string;
}

export interface ViewSubmissionRow {
  submissionId: string;
  caseId: string;
  client: string;
  leistung: string;
  ars: string;
  receivedAt: Date;
  state: 'open' | SubmissionEnd;
  number: number | null;
  tasks: TaskRow[];
  replies: ReplyRow[] | null;
  events: EventRow[];
}

/**
 * A submission without its content. `tasks` in the order of their steps, `replies` and `events` oldest first; times
 * in their JSON are PostgreSQL's text.
 */
export const viewSubmission = one<ViewSubmissionParameters, ViewSubmissionRow>(
  'submission.sql',
  'view_submission',
  (p) => [p.submissionId],
  [
    'submissionId',
    'caseId',
    'client',
    'leistung',
    'ars',
    'receivedAt',
    'state',
    'number',
    'tasks',
    'replies',
    'events',
  ],
);

export interface ReadSubjectParameters {
  submissionId: string;
}

export interface ReadSubjectRow {
  leistung: string;
  ars: string;
  caseId: string;
  processVersion: string;
  data: Json | null;
  handle: string | null;
}

/** What a submission holds and who sent it, to say about whom it is. `data` and `handle` are null once erased. */
export const readSubject = one<ReadSubjectParameters, ReadSubjectRow>(
  'submission.sql',
  'read_subject',
  (p) => [p.submissionId],
  ['leistung', 'ars', 'caseId', 'processVersion', 'data', 'handle'],
);

export interface ReadReplyParameters {
  replyId: string;
  submissionId: string;
  client: string;
}

export interface ReadReplyRow {
  replyId: string;
  status: ReplyStatus;
  at: Date;
  receivedAt: Date;
  text: string | null;
  documents: DocumentRow[];
}

/**
 * A reply with its text and the list of its documents, for the portal whose submission it answers. `text` is null
 * where there is none, or it is erased.
 */
export const readReply = one<ReadReplyParameters, ReadReplyRow>(
  'submission.sql',
  'read_reply',
  (p) => [p.replyId, p.submissionId, p.client],
  ['replyId', 'status', 'at', 'receivedAt', 'text', 'documents'],
);

export interface SubmissionOfNumberParameters {
  number: number;
}

export interface SubmissionOfNumberRow {
  submissionId: string;
}

/** By its place in the sequence. */
export const submissionOfNumber = one<SubmissionOfNumberParameters, SubmissionOfNumberRow>(
  'submission.sql',
  'submission_of_number',
  (p) => [p.number],
  ['submissionId'],
);
