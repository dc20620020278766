import { createHash } from 'node:crypto';
import { newId } from './id.js';
import type { NewAttachment } from './submission.js';
import type { ReplyStatus } from './vocabulary.js';

/** A reply of a Fachverfahren, checked. */
export interface NewReply {
  /** The target's own id. A second message with the same id is the same reply. */
  externalId: string;
  status: ReplyStatus;
  /** Personal. */
  text?: string;
  at: Date;
  documents: NewAttachment[];
}

/** The result of storing a reply. `gone`: the attempt no longer holds its task. */
export type ReplyReceipt =
  | { kind: 'stored'; replyId: string }
  | { kind: 'known'; replyId: string }
  /** Same id, other content. */
  | { kind: 'mismatch' }
  | { kind: 'gone' };

/** A document as it is stored: without a path in its name; an invalid media type becomes `application/octet-stream`. */
export function documentOf(given: { filename: string; mimetype: string; bytes: Uint8Array }): NewAttachment {
  const name = given.filename
    .normalize('NFC')
    .replace(/\p{Cc}/gu, '')
    .replace(/^.*[\\/]/u, '')
    .slice(0, 200)
    .toWellFormed(); // last, because a cut may part a pair
  return {
    attachmentId: newId(),
    filename: name || 'dokument',
    mimetype: /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(given.mimetype) ? given.mimetype : 'application/octet-stream',
    bytes: given.bytes,
    sha256: createHash('sha256').update(given.bytes).digest('hex'),
  };
}

/** SHA-256, hex. Distinguishes a repeated reply from another one under the same id. */
export function digestOf({ status, text, at, documents }: NewReply): string {
  const listed = documents.map(({ filename, mimetype, sha256 }) => [filename, mimetype, sha256]);
  return createHash('sha256')
    .update(JSON.stringify([status, text ?? null, at.toISOString(), listed]))
    .digest('hex');
}
