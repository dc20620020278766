import type { NewAttachment } from '#submission/submission.js';
import { chunkName, SubmissionKey, unlessUnreadable } from './codec.js';
import { keyOf, keysOf } from './contents.js';
import type { Database, Sql } from './database.js';
import type { Pieces } from './pieces.js';
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
  /** Only of small files. */
  bytes?: Uint8Array;
}

/** Bytes up to which a file is read together with its name. Never more than a chunk. */
const small = 64 * 1024;

/** What was handed in with each of these submissions, in the order given; documents of replies are not among it. */
export async function readFiles(db: Database, submissionIds: string[]): Promise<StoredAttachment[][]> {
  const rows = await filesOf(db, { submissionIds, small });
  return submissionIds.map((id) =>
    rows
      .filter(({ submissionId }) => submissionId === id)
      .map(({ submissionId, wrapped, field, bytes: sealed, ...file }) => {
        const { attachmentId } = file;
        const bytes = sealed && openedOf(db, { submissionId, attachmentId }, wrapped, sealed);
        return { ...file, ...(field !== null && { field }), ...(bytes && { bytes }) };
      }),
  );
}

/** The one chunk of a small file. What cannot be read is left out: who asks for its bytes then learns why. */
const openedOf = (db: Database, { submissionId, attachmentId }: FileOf, wrapped: Buffer | null, sealed: Buffer) =>
  unlessUnreadable(() => openedChunk(SubmissionKey.unwrap(keysOf(db), submissionId, wrapped), attachmentId, 0, sealed));

const openedChunk = (key: SubmissionKey, attachmentId: string, n: number, sealed: Buffer) =>
  key.open({ kind: 'chunk', name: chunkName(attachmentId, n) }, sealed);

/** A stored file, and the submission under whose key it is. */
export interface FileOf {
  submissionId: string;
  attachmentId: string;
}

/** An attachment's bytes; undefined once erased. @throws ContentUnreadable */
export async function readAttachment(db: Database, file: FileOf): Promise<Uint8Array | undefined> {
  const { submissionId, attachmentId } = file;
  const key = await keyOf(db, submissionId);
  const chunks = await attachmentBytes(db, { attachmentId });
  return chunks.length
    ? Buffer.concat(chunks.map(({ bytes }, n) => openedChunk(key, attachmentId, n, bytes)))
    : undefined;
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
  return chunk && openedChunk(key, attachmentId, n, chunk.bytes);
}
