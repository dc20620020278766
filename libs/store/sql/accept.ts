// Generated from accept.sql and the migrated schema: change the statements, then npm run sql
import type { NewSubmission } from '../rows.js';
import { exec, json, many, one } from '../statement.js';

export interface AcceptSubmissionsParameters {
  submissions: NewSubmission[];
  now: Date;
  /** Keys, contents and small files, one behind the other: a list of them would be written as text. */
  bytes: Uint8Array;
  chunkIds: readonly string[];
  chunkNumbers: readonly number[];
  chunkFrom: readonly number[];
  chunkSizes: readonly number[];
}

export interface AcceptSubmissionsRow {
  n: number;
  acquired: boolean;
  accepted: boolean;
  number: number | null;
}

/**
 * Accepting is this one statement for each group, so a task exists exactly when its submission does; only the bytes of
 * large files follow, in the same transaction. The advisory lock answers a twin that is being accepted at once; the
 * unique key alone would wait for it. No key is twice in a group. Answers every submission of the group by its place
 * `n`, from 1. `acquired`: no twin was in flight. `accepted`: the submission is stored.
 */
export const acceptSubmissions = many<AcceptSubmissionsParameters, AcceptSubmissionsRow>(
  'accept.sql',
  'accept_submissions',
  (p) => [json(p.submissions), p.now, p.bytes, p.chunkIds, p.chunkNumbers, p.chunkFrom, p.chunkSizes],
  ['n', 'acquired', 'accepted', 'number'],
);

export interface AddChunkParameters {
  attachmentId: string;
  n: number;
  bytes: Uint8Array;
}

/** Bytes of a large file, in the transaction that accepts it. */
export const addChunk = exec<AddChunkParameters>('accept.sql', 'add_chunk', (p) => [p.attachmentId, p.n, p.bytes]);

export interface AcceptedUnderKeyParameters {
  client: string;
  key: string;
}

export interface AcceptedUnderKeyRow {
  /** Salted with the submission's key, so that it tells nothing without it. */
  contentHash: string;
  submissionId: string;
  caseId: string;
  number: number | null;
  /** That key; null once it is erased. */
  wrapped: Buffer | null;
}

/** What a client was answered under an idempotency key. */
export const acceptedUnderKey = one<AcceptedUnderKeyParameters, AcceptedUnderKeyRow>(
  'accept.sql',
  'accepted_under_key',
  (p) => [p.client, p.key],
  ['contentHash', 'submissionId', 'caseId', 'number', 'wrapped'],
);

export interface ForgetIdempotencyKeysParameters {
  before: Date;
  most: number;
}

/** At most so many, the oldest first. */
export const forgetIdempotencyKeys = exec<ForgetIdempotencyKeysParameters>(
  'accept.sql',
  'forget_idempotency_keys',
  (p) => [p.before, p.most],
);
