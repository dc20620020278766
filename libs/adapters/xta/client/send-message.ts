import type { Attachment } from '../../contract.js';
import { contentIds } from '../mapping/container.js';
import type { Sealed } from '../mapping/sealed.js';
import { operations } from './envelope.js';
import { type Part, writeRelated } from './multipart.js';

/**
 * Makes the request of sendMessage: MTOM (SOAP MTOM 1.0) with a part for the message and one for each attachment.
 * Attachments go from the store to the wire piece by piece. Throws if they are not those of the sealed message.
 */
export function sendMessageRequest(
  sealed: Sealed,
  attachments: Attachment[],
  key: string,
): { headers: Record<'content-type' | 'content-length', string>; body: () => AsyncIterable<Uint8Array> } {
  if (attachments.some(({ sha256 }, index) => sha256 !== sealed.sha256[index]))
    throw new Error('the sealed message cannot be made again');
  const boundary = `stellwerk-${key}`;
  const { length, chunks } = writeRelated(boundary, [
    textPart(contentIds.envelope, 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', sealed.envelope),
    textPart(contentIds.message, 'application/octet-stream', sealed.message),
    ...attachments.map((file, index) => ({
      id: contentIds.attachment(index),
      type: 'application/octet-stream',
      size: file.size,
      chunks: () => file.chunks(),
    })),
  ]);
  const [, action] = operations.sendMessage;
  const type = [
    `multipart/related; boundary="${boundary}"; type="application/xop+xml"; start="<${contentIds.envelope}>"`,
    `start-info="application/soap+xml"; action="${action}"`,
  ].join('; ');
  return { headers: { 'content-type': type, 'content-length': String(length) }, body: chunks };
}

function textPart(id: string, type: string, content: string): Part {
  const bytes = Buffer.from(content);
  return {
    id,
    type,
    size: bytes.length,
    async *chunks() {
      yield bytes;
    },
  };
}
