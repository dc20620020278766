import { createHash } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import type { Attachment, Delivery } from '../contract.js';

/** What is kept before sending: the body without the attachments' content, which the store keeps unchanged, and the hash of the whole body. */
export interface Sealed {
  [key: string]: Json;
  body: string;
  sha256: string;
}

interface Envelope {
  attachments: { filename: string; mimetype: string; size: number; sha256: string }[];
  [key: string]: unknown;
}

/** The bytes for a delivery, as `delivery.schema.json` describes them, and their seal. */
export async function seal(delivery: Delivery): Promise<{ bytes: Buffer; sealed: Sealed }> {
  const { submissionId, caseId, leistung, ars, receivedAt, schema, message, attachments } = delivery;
  const listed = attachments.map(({ filename, mimetype, size, sha256 }) => ({ filename, mimetype, size, sha256 }));
  const body = JSON.stringify({
    submissionId,
    caseId,
    leistung,
    ars,
    receivedAt,
    schema,
    message,
    attachments: listed,
  });
  const bytes = await fill(body, attachments);
  return { bytes, sealed: { body, sha256: hash(bytes) } };
}

/** The bytes that were sealed, again. Throws when an attachment is not what it was. */
export async function unseal({ body, sha256 }: Sealed, attachments: Attachment[]): Promise<Buffer> {
  const bytes = await fill(body, attachments);
  if (hash(bytes) !== sha256) throw new Error('the sealed bytes cannot be made again');
  return bytes;
}

async function fill(body: string, attachments: Attachment[]): Promise<Buffer> {
  if (attachments.length === 0) return Buffer.from(body);
  const envelope = JSON.parse(body) as Envelope;
  const filled = [];
  for (const [index, listed] of envelope.attachments.entries())
    filled.push({ ...listed, contentBase64: Buffer.from(await attachments[index]!.content()).toString('base64') });
  return Buffer.from(JSON.stringify({ ...envelope, attachments: filled }));
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
