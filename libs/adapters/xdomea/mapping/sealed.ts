import type { Attachment } from '../../contract.js';
import type { XdomeaParameters } from '../parameters.js';
import type { Message, Primary } from './message.js';

/** What is kept before anything is written: all but the attachments' bytes, which the store keeps unchanged. */
export type Sealed = {
  /** The ProzessID. */
  process: string;
  /** Of the ZIP, without extension. */
  name: string;
  xml: string;
  /** Bytes in base64. */
  pdf: { name: string; bytes: string };
  data: { name: string; bytes: string };
  attachments: { name: string; sha256: string }[];
  /** See {@link addressing}. */
  address: string;
  /** What people should know of the message; `` where there is nothing. */
  note: string;
};

/**
 * The parameters that the message says or depends on, as one text. Where it differs from that of a kept message, the
 * region has corrected something, and the kept message must not go out again.
 */
export function addressing(given: XdomeaParameters): string {
  const { sender, senderAuthority, recipient, recipientAuthority, system, filePlan, reference, container } = given;
  const written = [sender, senderAuthority, recipient, recipientAuthority, system, filePlan, reference, container];
  return JSON.stringify([...written, given.returns !== undefined, given.validation]);
}

export function seal(message: Message, files: Attachment[], given: XdomeaParameters, note = ''): Sealed {
  const { process, name, xml, pdf, data, attachments } = message;
  return {
    process,
    name,
    xml,
    pdf: inBase64(pdf),
    data: inBase64(data),
    attachments: attachments.map((file, n) => ({ name: file.name, sha256: files[n]!.sha256 })),
    address: addressing(given),
    note,
  };
}

const inBase64 = ({ name, bytes }: Primary & { bytes: Buffer }) => ({ name, bytes: bytes.toString('base64') });
