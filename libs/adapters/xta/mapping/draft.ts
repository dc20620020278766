import { type Composed, compose } from '#xoev/compose.js';
import { uuidOf } from '#xoev/uuid.js';
import type { Attachment, Delivery } from '../../contract.js';
import type { XtaParameters } from '../parameters.js';

/** A message that has no MessageID yet. */
export interface Draft {
  composed: Composed;
  uuid: string;
  at: Date;
  attachments: Attachment[];
}

const product = { name: 'Stellwerk', maker: 'Stellwerk', version: '0.1' };

/**
 * Makes the message. Its UUID comes from key and attempt: what is sent again is the sealed message, and a replay makes
 * a new one.
 * @throws Unwritable
 */
export function draft(
  delivery: Delivery,
  given: XtaParameters,
  { key, attempt, now }: { key: string; attempt: number; now: Date },
): Draft {
  const uuid = uuidOf(`${key}:${attempt}`);
  const { author, authorName, reader, readerName, characters } = given;
  const head = {
    uuid,
    at: now,
    author: { authority: author, name: authorName },
    reader: { authority: reader, name: readerName },
  };
  const composed = compose(delivery.message, { head, product, day: now, characters });
  return { composed, uuid, at: now, attachments: delivery.attachments };
}

/** Bytes that message and attachments have together. */
export const sizeOf = ({ composed, attachments }: Draft): number =>
  attachments.reduce((sum, { size }) => sum + size, composed.xml.length);
