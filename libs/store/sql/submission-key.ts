// Generated from submission-key.sql and the migrated schema: change the statements, then npm run sql
import { exec, many, one } from '../statement.js';

export interface SubmissionKeyParameters {
  submissionId: string;
}

export interface SubmissionKeyRow {
  wrapped: Buffer;
}

/** The wrapped key of a submission. */
export const submissionKey = one<SubmissionKeyParameters, SubmissionKeyRow>(
  'submission-key.sql',
  'submission_key',
  (p) => [p.submissionId],
  ['wrapped'],
);

export interface KeyOfTaskParameters {
  taskId: string;
}

export interface KeyOfTaskRow {
  submissionId: string;
  /** Null once it is erased. */
  wrapped: Buffer | null;
}

export const keyOfTask = one<KeyOfTaskParameters, KeyOfTaskRow>(
  'submission-key.sql',
  'key_of_task',
  (p) => [p.taskId],
  ['submissionId', 'wrapped'],
);

export interface KeysBehindParameters {
  after: string;
  most: number;
}

export interface KeysBehindRow {
  submissionId: string;
  wrapped: Buffer;
}

/** Every key, by pages: each look costs the same, however many keys need nothing. */
export const keysBehind = many<KeysBehindParameters, KeysBehindRow>(
  'submission-key.sql',
  'keys_behind',
  (p) => [p.after, p.most],
  ['submissionId', 'wrapped'],
);

export interface RewrapKeysParameters {
  submissionIds: readonly string[];
  before: readonly Uint8Array[];
  wrapped: readonly Uint8Array[];
}

/** Puts each key in place of the same one under another key. */
export const rewrapKeys = exec<RewrapKeysParameters>('submission-key.sql', 'rewrap_keys', (p) => [
  p.submissionIds,
  p.before,
  p.wrapped,
]);

export interface CountKeysRow {
  begin: Buffer | null;
  count: number;
}

/** How many keys begin with the same five bytes: format and id of the operator's key. */
export const countKeys = many<void, CountKeysRow>('submission-key.sql', 'count_keys', () => [], ['begin', 'count']);

export interface SubmissionsBehindParameters {
  after: string;
  most: number;
}

export interface SubmissionsBehindRow {
  submissionId: string;
}

/** Every submission, by pages. */
export const submissionsBehind = many<SubmissionsBehindParameters, SubmissionsBehindRow>(
  'submission-key.sql',
  'submissions_behind',
  (p) => [p.after, p.most],
  ['submissionId'],
);

export interface PlainPayloadsParameters {
  submissionIds: readonly string[];
  most: number;
}

export interface PlainPayloadsRow {
  submissionId: string;
  kind: string;
  name: string;
  content: Buffer;
}

/** What of these submissions is not yet sealed: it begins with a zero. About `most` bytes of it, at least one row. */
export const plainPayloads = many<PlainPayloadsParameters, PlainPayloadsRow>(
  'submission-key.sql',
  'plain_payloads',
  (p) => [p.submissionIds, p.most],
  ['submissionId', 'kind', 'name', 'content'],
);

export interface AddMissingKeysParameters {
  submissionIds: readonly string[];
  wrapped: readonly Uint8Array[];
}

export const addMissingKeys = exec<AddMissingKeysParameters>('submission-key.sql', 'add_missing_keys', (p) => [
  p.submissionIds,
  p.wrapped,
]);

export interface KeysOfSubmissionsParameters {
  submissionIds: readonly string[];
}

export interface KeysOfSubmissionsRow {
  submissionId: string;
  wrapped: Buffer;
}

export const keysOfSubmissions = many<KeysOfSubmissionsParameters, KeysOfSubmissionsRow>(
  'submission-key.sql',
  'keys_of_submissions',
  (p) => [p.submissionIds],
  ['submissionId', 'wrapped'],
);

export interface SealPayloadsParameters {
  submissionIds: readonly string[];
  kinds: readonly string[];
  names: readonly string[];
  contents: readonly Uint8Array[];
}

export const sealPayloads = exec<SealPayloadsParameters>('submission-key.sql', 'seal_payloads', (p) => [
  p.submissionIds,
  p.kinds,
  p.names,
  p.contents,
]);

export interface PlainChunksParameters {
  submissionIds: readonly string[];
}

export interface PlainChunksRow {
  submissionId: string;
  attachmentId: string;
  n: number;
}

/** Which chunks of these submissions' files are not yet sealed. */
export const plainChunks = many<PlainChunksParameters, PlainChunksRow>(
  'submission-key.sql',
  'plain_chunks',
  (p) => [p.submissionIds],
  ['submissionId', 'attachmentId', 'n'],
);

export interface SealChunkParameters {
  bytes: Uint8Array;
  attachmentId: string;
  n: number;
}

export const sealChunk = exec<SealChunkParameters>('submission-key.sql', 'seal_chunk', (p) => [
  p.bytes,
  p.attachmentId,
  p.n,
]);
