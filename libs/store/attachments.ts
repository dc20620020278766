import type { NewAttachment } from '#submission/submission.js';
import { chunkName, type SubmissionKey } from './codec.js';
import { keyOf } from './contents.js';
import type { Database, Sql } from './database.js';
import type { Pieces } from './pieces.js';
import type { AttachmentRow } from './rows.js';
import { attachmentChunk, attachmentChunkNumbers, attachmentsOf } from './sql/attachment.js';

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

/** A file, and the key of the submission that it belongs to. */
export interface FileUnderKey {
  file: NewAttachment;
  key: SubmissionKey;
}

/**
 * The bytes of files as rows, sealed one by one as they are asked for. An empty file has one empty chunk, which tells
 * it from an erased one.
 */
export function* chunksOf(files: FileUnderKey[]): Generator<{ attachmentId: string; n: number; bytes: Buffer }> {
  for (const { file, key } of files) {
    const { attachmentId, bytes } = file;
    const count = Math.max(1, Math.ceil(bytes.byteLength / chunkSize));
    for (let n = 0; n < count; n++) {
      const chunk = bytes.subarray(n * chunkSize, (n + 1) * chunkSize);
      yield { attachmentId, n, bytes: key.sealBytes({ kind: 'chunk', name: chunkName(attachmentId, n) }, chunk) };
    }
  }
}

/** The same, column by column, their bytes among the pieces. */
export function chunkColumns(files: FileUnderKey[], pieces: Pieces) {
  const chunks = Array.from(chunksOf(files), ({ bytes, ...chunk }) => ({ ...chunk, ...pieces.add(bytes) }));
  return {
    chunkIds: chunks.map(({ attachmentId }) => attachmentId),
    chunkNumbers: chunks.map(({ n }) => n),
    chunkFrom: chunks.map(({ since }) => since),
    chunkSizes: chunks.map(({ size }) => size),
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
}

/** What was handed in; documents of replies are not among them. */
export async function readAttachments(db: Sql, submissionId: string): Promise<StoredAttachment[]> {
  const rows = await attachmentsOf(db, { submissionId });
  return rows.map(({ field, ...file }) => ({ ...file, ...(field !== null && { field }) }));
}

/** A stored file, and the submission under whose key it is. */
export interface FileOf {
  submissionId: string;
  attachmentId: string;
}

/** An attachment's bytes; undefined once erased. @throws ContentUnreadable */
export async function readAttachment(db: Database, file: FileOf): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(db, file)) chunks.push(chunk);
  return chunks.length ? Buffer.concat(chunks) : undefined;
}

/** The same, a chunk at a time. @throws Error where it is erased, also midway */
export async function* attachmentChunks(db: Database, file: FileOf): AsyncGenerator<Uint8Array> {
  const { attachmentId } = file;
  const numbers = await attachmentChunkNumbers(db, { attachmentId });
  if (numbers.length === 0) throw new Error('erased');
  const key = await keyOf(db, file.submissionId);
  for (const { n } of numbers) {
    const bytes = await readChunk(db, key, attachmentId, n);
    if (!bytes) throw new Error('erased');
    yield bytes;
  }
}

/** A file's bytes in the chunks in which they are stored; none once erased. @throws ContentUnreadable */
export async function* readChunks(db: Database, { submissionId, attachmentId }: FileOf): AsyncGenerator<Buffer> {
  const key = await keyOf(db, submissionId);
  for (let n = 0; ; n++) {
    const bytes = await readChunk(db, key, attachmentId, n);
    if (!bytes) return;
    yield bytes;
  }
}

async function readChunk(db: Sql, key: SubmissionKey, attachmentId: string, n: number): Promise<Buffer | undefined> {
  const chunk = await attachmentChunk(db, { attachmentId, n });
  return chunk && key.open({ kind: 'chunk', name: chunkName(attachmentId, n) }, chunk.bytes);
}
