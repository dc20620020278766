import { createHash } from 'node:crypto';
import { type Zippable, zipSync } from 'fflate';
import type { Json } from '#submission/vocabulary.js';
import type { Attachment } from '../contract.js';
import type { Message } from './message.js';
import type { XdomeaParameters } from './parameters.js';

/** What is kept before anything is written: all but the attachments' bytes, which the store keeps unchanged. */
export interface Sealed {
  [key: string]: Json;
  /** The ProzessID. */
  process: string;
  /** Of the ZIP, without extension. */
  name: string;
  xml: string;
  /** Base64. */
  pdf: { name: string; bytes: string };
  data: { name: string; bytes: string };
  attachments: { name: string; sha256: string }[];
  /** The parameters that the message says or depends on, as one text. */
  address: string;
  /** What people should know of it; `` where there is nothing. */
  note: string;
}

/** Whether a kept message still says what the region wants. */
export const addressing = (given: XdomeaParameters): string => {
  const { sender, senderAuthority, recipient, recipientAuthority, system, filePlan, reference, container } = given;
  const said = [sender, senderAuthority, recipient, recipientAuthority, system, filePlan, reference, container];
  return JSON.stringify([...said, given.returns !== undefined, given.validation]);
};

export function seal(
  { process, name, xml, pdf, data, attachments }: Message,
  files: Attachment[],
  given: XdomeaParameters,
  note = '',
): Sealed {
  const kept = (file: typeof pdf) => ({ name: file.name, bytes: file.bytes.toString('base64') });
  return {
    ...{ process, name, xml, note, address: addressing(given) },
    pdf: kept(pdf),
    data: kept(data),
    attachments: attachments.map((file, n) => ({ name: file.name, sha256: files[n]!.sha256 })),
  };
}

/** A fixed moment, so that the same files make the same ZIP. Local time, as ZIP has no other. */
const always = new Date(1980, 0, 1);

/** The ZIP: the message, named like it, and every primary document that it names. Throws when an attachment is not what it was. */
export async function pack(sealed: Sealed, attachments: Attachment[]): Promise<{ name: string; bytes: Uint8Array }> {
  const files: Zippable = { [`${sealed.name}.xml`]: Buffer.from(sealed.xml) };
  for (const { name, bytes } of [sealed.pdf, sealed.data]) files[name] = Buffer.from(bytes, 'base64');
  for (const [n, { name, sha256 }] of sealed.attachments.entries()) {
    const bytes = await attachments[n]?.content();
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error('the sealed files cannot be made again');
    files[name] = [bytes, { level: 0 }]; // mostly packed already
  }
  return { name: `${sealed.name}.zip`, bytes: zipSync(files, { level: 1, mtime: always }) };
}
