import type { NewAttachment } from '#submission/submission.js';
import type { Sql } from './database.js';
import type { AttachmentRow } from './rows.js';
import { attachmentBytes, attachmentChunk, attachmentChunkNumbers, filesOf } from './sql/attachment.js';

/** Bytes per row of an attachment. */
const chunkSize = 256 * 1024;

/** The row of a file, without what it belongs to. */
export function attachmentRow(file: NewAttachment): AttachmentRow {
  return {
    attachment_id: file.attachmentId,
    field: file.field ?? null,
    filename: file.filename,
    mimetype: file.mimetype,
    size: file.bytes.byteLength,
    sha256: file.sha256,
  };
}

/** The bytes of files as rows. An empty file has one empty chunk, which tells it from an erased one. */
export const chunksOf = (files: NewAttachment[]) =>
  files.flatMap(({ attachmentId, bytes }) => {
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = Math.max(1, Math.ceil(whole.length / chunkSize));
    return Array.from({ length: count }, (_, n) => ({
      attachmentId,
      n,
      bytes: whole.subarray(n * chunkSize, (n + 1) * chunkSize),
    }));
  });

/** The same, column by column. */
export function chunkColumns(files: NewAttachment[]) {
  const chunks = chunksOf(files);
  return {
    chunkIds: chunks.map(({ attachmentId }) => attachmentId),
    chunkNumbers: chunks.map(({ n }) => n),
    chunkBytes: chunks.map(({ bytes }) => bytes),
  };
}

export interface StoredAttachment {
  attachmentId: string;
  /** FIM path of the field it belongs to, if any. */
  field?: string;
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  /** Only of small files. */
  bytes?: Uint8Array;
}

/** Bytes up to which a file is read together with its name. Never more than a chunk. */
const small = 64 * 1024;

/** What was handed in with each of these submissions, in the order given; documents of replies are not among it. */
export async function readFiles(db: Sql, submissionIds: string[]): Promise<StoredAttachment[][]> {
  const rows = await filesOf(db, { submissionIds, small });
  return submissionIds.map((id) =>
    rows
      .filter(({ submissionId }) => submissionId === id)
      .map(({ submissionId, field, bytes, ...file }) => ({
        ...file,
        ...(field !== null && { field }),
        ...(bytes && { bytes }),
      })),
  );
}

/** An attachment's bytes; undefined once erased. */
export async function readAttachment(db: Sql, attachmentId: string): Promise<Uint8Array | undefined> {
  const chunks = await attachmentBytes(db, { attachmentId });
  return chunks.length ? Buffer.concat(chunks.map(({ bytes }) => bytes)) : undefined;
}

/** The same, a chunk at a time. @throws Error where it is erased, also midway */
export async function* attachmentChunks(db: Sql, attachmentId: string): AsyncGenerator<Uint8Array> {
  const numbers = await attachmentChunkNumbers(db, { attachmentId });
  if (numbers.length === 0) throw new Error('erased');
  for (const { n } of numbers) {
    const chunk = await attachmentChunk(db, { attachmentId, n });
    if (!chunk) throw new Error('erased');
    yield chunk.bytes;
  }
}

/** A file's bytes in the chunks in which they are stored; none once erased. */
export async function* readChunks(db: Sql, attachmentId: string): AsyncGenerator<Buffer> {
  for (let n = 0; ; n++) {
    const chunk = await attachmentChunk(db, { attachmentId, n });
    if (!chunk) return;
    yield chunk.bytes;
  }
}
