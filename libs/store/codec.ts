import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Json } from '#submission/vocabulary.js';
import { decrypt, encrypt, keyObjectOf } from './gcm.js';
import { texts } from './texts.js';

/*
 * How content is stored: forms, metadata, register answers, what was sent, replies (`payload`), and the chunks of files
 * (`attachment_chunk`). Each submission has a key of its own, which stands in `submission_key`, wrapped by a key of the
 * operator: without that row nobody reads any of it. No statement looks inside.
 *
 * Content, in bytes: format (1), nonce (12), tag (16), ciphertext; AES-256-GCM (NIST SP 800-38D) under the submission's
 * key. A wrapped key: format (1), id of the operator's key (4), nonce (12), tag (16), ciphertext (32), as secret
 * parameters have it.
 */

/** Of `payload`, and `chunk` of `attachment_chunk`. */
export type ContentKind = 'data' | 'metadata' | 'register' | 'sent' | 'reply' | 'chunk';

/** Where content stands beside its submission. What was moved to another place does not open there. */
export interface Place {
  kind: ContentKind;
  /** `payload.name`; of a chunk {@link chunkName}. */
  name: string;
}

/** A key of the operator; `id`: four bytes, hex. */
interface MasterKey {
  id: string;
  bytes: Uint8Array;
}

/** The operator's keys. The first (`current`) wraps, all of them unwrap. */
export interface MasterKeys {
  readonly current: MasterKey;
  readonly all: readonly MasterKey[];
}

/**
 * `erased`: the submission has no key any more. `master-key`: its key is under one that the operator has not given.
 * `changed`: the bytes, their place or the key are other ones. `format`: a version that this Stellwerk does not know.
 */
export type WhyUnreadable = 'erased' | 'master-key' | 'changed' | 'format';

/** Stored content that cannot be read. The message is a sentence for people, and holds nothing of the content. */
export class ContentUnreadable extends Error {
  override name = 'ContentUnreadable';
  constructor(readonly why: WhyUnreadable) {
    super(texts.unreadable[why]);
  }
}

/** What `open` answers; undefined where content cannot be read, for whatever reason. */
export function unlessUnreadable<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof ContentUnreadable) return undefined;
    throw error;
  }
}

/** The first byte of content. `plain`: of before, until `migrate` has sealed it; nobody else reads it. */
export const formats = { plain: 0, sealed: 1, deflated: 2 } as const;
const wrappedFormat = 2;
export const wrappedSize = 65;

/** Bytes of a text from which it is deflated, and up to which: what takes longer would hold up everything else. */
const deflatedFrom = 256;
const deflatedTo = 1024 * 1024;
/** Measured for a form of 3.6 KB: 23 µs and a quarter of its bytes. Level 6 takes twice as long for 7 % less. */
const deflating = { level: 1, windowBits: 12, memLevel: 5, chunkSize: 2048 };

/** What a chunk of a file is bound to. */
export const chunkName = (attachmentId: string, n: number): string => `${attachmentId}:${n}`;

/** The key of one submission. Its bytes are shown to nobody, also not to a log. */
export class SubmissionKey {
  readonly #bytes: Buffer;
  readonly #key: KeyObject;

  private constructor(
    readonly submissionId: string,
    bytes: Buffer,
  ) {
    this.#bytes = bytes;
    this.#key = createSecretKey(bytes);
  }

  static create(submissionId: string): SubmissionKey {
    return new SubmissionKey(submissionId, randomBytes(32));
  }

  /** @param wrapped null where there is none any more  @throws ContentUnreadable */
  static unwrap(keys: MasterKeys, submissionId: string, wrapped: Buffer | null | undefined): SubmissionKey {
    if (!wrapped) throw new ContentUnreadable('erased');
    const id = wrappedUnder(wrapped);
    const master = keys.all.find((key) => key.id === id);
    if (!master) throw new ContentUnreadable(id === undefined ? 'format' : 'master-key');
    const bytes = decrypted(keyObjectOf(master), wrapping(submissionId), wrapped.subarray(5));
    return new SubmissionKey(submissionId, bytes);
  }

  /**
   * For hashes of content (HKDF-Expand, RFC 5869 §2.3, of a key that is random already, §3.3; base64url): gone with the
   * key, and then nobody finds out by trying what was in it. Who is shown it can open those hashes, but nothing that is
   * stored.
   */
  get salt(): string {
    return createHmac('sha256', this.#key).update('stellwerk evidence salt\x01').digest().toString('base64url', 0, 16);
  }

  /** Under the operator's current key. */
  wrap({ current }: MasterKeys): Buffer {
    const begin = Buffer.concat([Buffer.of(wrappedFormat), Buffer.from(current.id, 'hex')]);
    return encrypt(keyObjectOf(current), wrapping(this.submissionId), begin, this.#bytes);
  }

  /** Text, smaller where that pays. */
  sealText(place: Place, text: string): Buffer {
    const bytes = Buffer.from(text, 'utf8');
    const isDeflated = bytes.length >= deflatedFrom && bytes.length <= deflatedTo;
    const small = isDeflated ? deflateRawSync(bytes, deflating) : bytes;
    return small.length < bytes.length
      ? this.#seal(formats.deflated, place, small)
      : this.#seal(formats.sealed, place, bytes);
  }

  sealJson(place: Place, value: Json): Buffer {
    return this.sealText(place, JSON.stringify(value));
  }

  /** Bytes as they are: files are compressed already, or large. */
  sealBytes(place: Place, bytes: Uint8Array): Buffer {
    return this.#seal(formats.sealed, place, bytes);
  }

  /** @throws ContentUnreadable */
  open(place: Place, sealed: Buffer): Buffer {
    const format = sealed[0];
    if (format !== formats.sealed && format !== formats.deflated) throw new ContentUnreadable('format');
    const bytes = decrypted(this.#key, this.#bound(format, place), sealed.subarray(1));
    return format === formats.deflated
      ? inflateRawSync(bytes, { maxOutputLength: deflatedTo, chunkSize: 4096 })
      : bytes;
  }

  /** @throws ContentUnreadable */
  openText(place: Place, sealed: Buffer): string {
    return this.open(place, sealed).toString('utf8');
  }

  /** @throws ContentUnreadable */
  openJson(place: Place, sealed: Buffer): Json {
    return JSON.parse(this.openText(place, sealed));
  }

  #seal(format: number, place: Place, bytes: Uint8Array): Buffer {
    return encrypt(this.#key, this.#bound(format, place), Buffer.of(format), bytes);
  }

  #bound(format: number, { kind, name }: Place): Buffer {
    return Buffer.from(`${format} ${this.submissionId} ${kind} ${name}`, 'utf8');
  }
}

/** The id of the operator's key that a key is wrapped under; undefined where it does not say. */
function wrappedUnder(wrapped: Buffer): string | undefined {
  return wrapped[0] === wrappedFormat && wrapped.length === wrappedSize ? wrapped.toString('hex', 1, 5) : undefined;
}

const wrapping = (submissionId: string) => Buffer.from(`submission ${submissionId}`, 'utf8');

/** @throws ContentUnreadable */
function decrypted(key: KeyObject, bound: Buffer, body: Buffer): Buffer {
  const bytes = decrypt(key, bound, body);
  if (!bytes) throw new ContentUnreadable('changed');
  return bytes;
}
