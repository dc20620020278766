// Generated from attachment.sql and the migrated schema: change the statements, then npm run sql
import { many, one } from '../statement.js';

export interface FilesOfParameters {
  small: number;
  submissionIds: readonly string[];
}

export interface FilesOfRow {
  submissionId: string;
  attachmentId: string;
  field: string | null;
  filename: string;
  mimetype: string;
  size: number;
  sha256: string;
  /** Where it has at most @small bytes; null: it is larger, or erased. */
  bytes: Uint8Array | null;
}

/** What was handed in with these submissions, in order; documents of replies are not among it. */
export const filesOf = many<FilesOfParameters, FilesOfRow>(
  'attachment.sql',
  'files_of',
  (p) => [p.small, p.submissionIds],
  ['submissionId', 'attachmentId', 'field', 'filename', 'mimetype', 'size', 'sha256', 'bytes'],
);

export interface AttachmentChunkNumbersParameters {
  attachmentId: string;
}

export interface AttachmentChunkNumbersRow {
  n: number;
}

export const attachmentChunkNumbers = many<AttachmentChunkNumbersParameters, AttachmentChunkNumbersRow>(
  'attachment.sql',
  'attachment_chunk_numbers',
  (p) => [p.attachmentId],
  ['n'],
);

export interface AttachmentChunkParameters {
  attachmentId: string;
  n: number;
}

export interface AttachmentChunkRow {
  bytes: Buffer;
}

export const attachmentChunk = one<AttachmentChunkParameters, AttachmentChunkRow>(
  'attachment.sql',
  'attachment_chunk',
  (p) => [p.attachmentId, p.n],
  ['bytes'],
);

export interface AttachmentBytesParameters {
  attachmentId: string;
}

export interface AttachmentBytesRow {
  bytes: Buffer;
}

export const attachmentBytes = many<AttachmentBytesParameters, AttachmentBytesRow>(
  'attachment.sql',
  'attachment_bytes',
  (p) => [p.attachmentId],
  ['bytes'],
);
