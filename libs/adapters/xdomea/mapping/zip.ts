import { createHash } from 'node:crypto';
import { type Zippable, zipSync } from 'fflate';
import type { Attachment } from '../../contract.js';
import type { Sealed } from './sealed.js';

/** A fixed moment, so that the same files make the same ZIP. ZIP knows local time only. */
const always = new Date(1980, 0, 1);

/**
 * Packs the message and every primary document that it names. Throws if an attachment has changed since the message was
 * sealed.
 */
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
