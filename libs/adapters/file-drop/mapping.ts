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
  const { bytes, extension } = encode(message, format);
  return {
    name: `${key}.${extension}`,
    body: bytes.toString(),
    attachments: attachments.map(({ filename, sha256 }, n) => ({
      name: `${key}_${n + 1}${/\.[A-Za-z0-9]{1,5}$/.exec(filename)?.[0].toLowerCase() ?? ''}`,
      sha256,
    })),
  };
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
