import { createHash } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import type { Artifact, Attachment, Delivery } from '../contract.js';
import { encode } from '../tools/formats.js';

/**
 * What is kept before anything is written: the whole message, and of the attachments what identifies them, because the
 * store keeps them unchanged.
 */
export interface Sealed {
  [key: string]: Json;
  name: string;
  body: string;
  attachments: { name: string; sha256: string }[];
}

/**
 * Makes the files of a delivery, named by the key. No file has a name that a person chose, because names stand in
 * addresses and in other people's logs.
 * @throws Unwritable when the message does not fit its format
 */
export function seal(key: string, { message, format, attachments }: Delivery): Sealed {
  const named = attachments.map(({ attachmentId, filename, sha256 }, n) => ({
    attachmentId,
    filename,
    sha256,
    name: `${key}_${n + 1}${/\.[A-Za-z0-9]{1,5}$/.exec(filename)?.[0].toLowerCase() ?? ''}`,
  }));
  const { bytes, extension } = encode(withNames(message, named), format);
  return {
    name: `${key}.${extension}`,
    body: bytes.toString(),
    attachments: named.map(({ name, sha256 }) => ({ name, sha256 })),
  };
}

/** An attachment, and the name of its file. */
interface Named {
  attachmentId: string;
  filename: string;
  name: string;
}

/**
 * The message, in which an attachment is called as its file is: a program that takes both finds the one by the other. A
 * text that is exactly an attachment's file name stands for it; of several with the same name, the first text for the
 * first one, and so on.
 */
function withNames(message: Json, attachments: Named[]): Json {
  const left = [...attachments];
  const nameOf = (filename: string): string => {
    const next = left.findIndex((one) => one.filename === filename);
    const found = next < 0 ? attachments.findLast((one) => one.filename === filename) : left.splice(next, 1)[0];
    return found?.name ?? filename;
  };
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return nameOf(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(walk);
    const own = attachments.find(({ attachmentId }) => attachmentId === value['attachmentId']);
    if (own && value['filename'] === own.filename) return { ...value, filename: own.name };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return walk(message);
}

/**
 * The files that were kept, in the order in which they appear, the message last. Throws when an attachment has changed.
 */
export async function* files(
  sealed: Sealed,
  attachments: Attachment[],
): AsyncGenerator<Pick<Artifact, 'name' | 'bytes'>> {
  for (const { name, sha256 } of sealed.attachments) {
    const bytes = await attachments.find((attachment) => attachment.sha256 === sha256)?.content();
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error('the sealed files cannot be made again');
    yield { name, bytes };
  }
  yield { name: sealed.name, bytes: Buffer.from(sealed.body) };
}
