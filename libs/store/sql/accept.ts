// Generated from accept.sql and the migrated schema: change the statements, then npm run sql

import type { PlannedStep } from '#submission/submission.js';
import type { Json } from '#submission/vocabulary.js';
import type { AttachmentRow, NewEvent } from '../rows.js';
import { exec, json, one } from '../statement.js';

export interface AcceptSubmissionParameters {
  idempotencyKey?: string | null | undefined;
  client: string;
  contentHash: string;
  submissionId: string;
  now: Date;
  caseId: string;
  channel: string;
  leistung: string;
  ars: string;
  processVersion: string;
  schemaId: string;
  schemaVersion: string;
  formId?: string | null | undefined;
  steps: PlannedStep[];
  traceparent: string;
  trustLevel?: string | null | undefined;
  lane: string;
  adapter: string;
  taskId: string;
  stepName: string;
  kind: string;
  optional: boolean;
  next: string;
  data: Json;
  metadata: Json;
  files: AttachmentRow[];
  chunkIds: readonly string[];
  chunkNumbers: readonly number[];
  chunkBytes: Uint8Array[];
  events: NewEvent[];
}

export interface AcceptSubmissionRow {
  acquired: boolean;
  accepted: boolean;
}

/**
 * Accepting is this one statement, so the task exists exactly when the submission does; only the bytes of large files
 * follow, in the same transaction. The advisory lock answers a
 * twin that is being accepted at once; the unique key alone would wait for it. `acquired`: no twin was in flight.
 * `accepted`: the submission is stored.
 */
export const acceptSubmission = one<AcceptSubmissionParameters, AcceptSubmissionRow>(
  'accept.sql',
  'accept_submission',
  (p) => [
    p.idempotencyKey,
    p.client,
    p.contentHash,
    p.submissionId,
    p.now,
    p.caseId,
    p.channel,
    p.leistung,
    p.ars,
    p.processVersion,
    p.schemaId,
    p.schemaVersion,
    p.formId,
    json(p.steps),
    p.traceparent,
    p.trustLevel,
    p.lane,
    p.adapter,
    p.taskId,
    p.stepName,
    p.kind,
    p.optional,
    p.next,
    json(p.data),
    json(p.metadata),
    json(p.files),
    p.chunkIds,
    p.chunkNumbers,
    p.chunkBytes,
    json(p.events),
  ],
  ['acquired', 'accepted'],
);

export interface AddChunkParameters {
  attachmentId: string;
  n: number;
  bytes: Uint8Array;
}

/**
 * Bytes of a large file, in the transaction that accepts it: as a parameter of its own they travel as they are, in a
 * list they would be written as text.
 */
export const addChunk = exec<AddChunkParameters>('accept.sql', 'add_chunk', (p) => [p.attachmentId, p.n, p.bytes]);

export interface AcceptedUnderKeyParameters {
  client: string;
  key: string;
}

export interface AcceptedUnderKeyRow {
  contentHash: string;
  submissionId: string;
  caseId: string;
}

/** What a client was answered under an idempotency key. */
export const acceptedUnderKey = one<AcceptedUnderKeyParameters, AcceptedUnderKeyRow>(
  'accept.sql',
  'accepted_under_key',
  (p) => [p.client, p.key],
  ['contentHash', 'submissionId', 'caseId'],
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
