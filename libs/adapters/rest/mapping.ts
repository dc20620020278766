import { createHash } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import type { Attachment, Delivery } from '../contract.js';
import { encode } from '../tools/formats.js';
import { multipart } from './client/multipart.js';
import type { RestParameters } from './parameters.js';

/**
 * How the body becomes bytes. Kept with the body, so that an attempt after a change of parameters makes the same bytes.
 */
type Form = { [key: string]: Json; type: string } & (
  | { attachments: 'inline' | 'refuse' }
  | { attachments: 'multipart'; messagePart: string; filePart: string; boundary: string }
);

/**
 * What is kept before sending: the body without the attachments' content, which the store keeps unchanged, and the hash
 * of the whole message.
 */
export interface Sealed {
  [key: string]: Json;
  body: string;
  sha256: string;
  form: Form;
}

/** The body of the request, and its media type. */
export interface Message {
  bytes: Buffer;
  type: string;
}

interface Envelope {
  attachments: { filename: string; mimetype: string; size: number; sha256: string }[];
  [key: string]: unknown;
}

/**
 * Makes the message for a delivery, and what is kept of it. The same delivery and key make the same bytes.
 * @throws Unwritable when the message does not fit its format
 */
export async function seal(
  delivery: Delivery,
  given: RestParameters,
  key: string,
): Promise<{ message: Message; sealed: Sealed }> {
  const { body, mimetype } = given.envelope === 'none' ? bare(delivery) : enveloped(delivery);
  const form = formOf(given, given.contentType ?? mimetype, key);
  const message = await fill(body, form, delivery.attachments);
  return { message, sealed: { body, sha256: hash(message.bytes), form } };
}

/** Makes the message anew from what was kept. Throws when an attachment has changed. */
export async function unseal({ body, sha256, form }: Sealed, attachments: Attachment[]): Promise<Message> {
  const message = await fill(body, form ?? formOfVersion1, attachments);
  if (hash(message.bytes) !== sha256) throw new Error('the sealed bytes cannot be made again');
  return message;
}

/** Version 1.0.0 kept no form, because it knew only this one. */
const formOfVersion1: Form = { type: 'application/json', attachments: 'inline' };

/** The message in Stellwerk's envelope, which `delivery.schema.json` describes. */
function enveloped(delivery: Delivery) {
  const { submissionId, caseId, leistung, ars, receivedAt, schema, message, lookups } = delivery;
  const attachments = delivery.attachments.map(({ filename, mimetype, size, sha256 }) => ({
    filename,
    mimetype,
    size,
    sha256,
  }));
  const body = JSON.stringify({
    submissionId,
    caseId,
    leistung,
    ars,
    receivedAt,
    schema,
    message,
    ...(lookups.length > 0 && { lookups }),
    attachments,
  });
  return { body, mimetype: 'application/json' };
}

function bare({ message, format }: Delivery) {
  const { bytes, mimetype } = encode(message, format);
  return { body: bytes.toString(), mimetype };
}

function formOf({ attachments, envelope, messagePart, filePart }: RestParameters, type: string, key: string): Form {
  const chosen = attachments ?? (envelope === 'none' ? 'refuse' : 'inline');
  if (chosen !== 'multipart') return { type, attachments: chosen };
  return { type, attachments: chosen, messagePart, filePart, boundary: `stellwerk-${key}` };
}

async function fill(body: string, form: Form, attachments: Attachment[]): Promise<Message> {
  const { type } = form;
  if (form.attachments === 'multipart') return multipart({ body, ...form }, attachments);
  if (form.attachments === 'refuse' || attachments.length === 0) return { bytes: Buffer.from(body), type };
  const envelope = JSON.parse(body) as Envelope;
  const filled = [];
  for (const [index, listed] of envelope.attachments.entries())
    filled.push({ ...listed, contentBase64: Buffer.from(await attachments[index]!.content()).toString('base64') });
  return { bytes: Buffer.from(JSON.stringify({ ...envelope, attachments: filled })), type };
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
