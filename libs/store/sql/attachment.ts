// Generated from attachment.sql and the migrated schema: change the statements, then npm run sql
import { many, one } from '../statement.js';

export interface AttachmentsOfParameters {
  submissionId: string;
}

export interface AttachmentsOfRow {
  attachmentId: string;
  field: string | null;
  filename: string;
  mimetype: string;
  size: number;
  sha256: string;
}

/** What was handed in; documents of replies are not among them. */
export const attachmentsOf = many<AttachmentsOfParameters, AttachmentsOfRow>(
  'attachment.sql',
  'attachments_of',
  (p) => [p.submissionId],
  ['attachmentId', 'field', 'filename', 'mimetype', 'size', 'sha256'],
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
