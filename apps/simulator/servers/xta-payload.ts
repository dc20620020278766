import { readHead } from '#xoev/head.js';
import { all, at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import { texts } from '../texts.js';

/** What was sent: metadata, the container that describes message and attachments, and their bytes. */
export interface Payload {
  metadata: Element | undefined;
  container: Element | undefined;
  message: Buffer;
  attachments: Buffer[];
}

/** Tells what metadata and container say of the payload that is not so; undefined where all fits. */
export function contradictionIn({ metadata, container, message, attachments }: Payload): string | undefined {
  const described = [child(container, 'Message'), ...all(container, 'Attachment')];
  const lengths = [message, ...attachments].map(({ length }) => length);
  const sizes = described.map((one) => one?.attributes['size']);
  const whole = textAt(metadata, 'MsgSize');
  if (sizes.some((size, n) => size !== undefined && Number(size) !== lengths[n])) return texts.xta.otherSize;
  if (whole !== undefined && Number(whole) !== lengths.reduce((sum, one) => sum + one)) return texts.xta.otherSize;
  const root = rootOf(message);
  if (!root) return undefined;
  const head = readHead(root);
  const type = at(metadata, 'Qualifier/MessageType');
  const [author, reader] = ['Originators/Author', 'Destinations/Reader'].map((path) =>
    textAt(metadata, `${path}/Identifier`),
  );
  if (root.namespace && type?.attributes['payloadSchema'] !== root.namespace) return texts.xta.otherType;
  if (head?.code && textAt(type, 'code') !== head.code) return texts.xta.otherType;
  if (head?.author && head.author !== author) return texts.xta.otherParty;
  if (head?.reader && head.reader !== reader) return texts.xta.otherParty;
  // only a message of a standard must name its attachments
  return head && hasUnnamed(root, all(container, 'Attachment')) ? texts.xta.unnamed : undefined;
}

/** Whether the file name of an attachment stands nowhere in the message. */
function hasUnnamed(root: Element, attachments: Element[]): boolean {
  const named = new Set(textsOf(root));
  return attachments.some(({ attributes }) => !named.has(attributes['filename'] ?? ''));
}

const textsOf = ({ text, children }: Element): string[] => [text.trim(), ...children.flatMap(textsOf)];

/** Ids in a message; messages without a head have none. */
export interface Ids {
  uuid?: string | undefined;
  caseId?: string | undefined;
  submissionId?: string | undefined;
}

export function idsIn(message: Buffer): Ids {
  const root = rootOf(message);
  return {
    uuid: root && readHead(root)?.uuid,
    caseId: textAt(root, 'referenzAntragsservice/referenzAntragsservice'),
    submissionId: textAt(at(root, 'antragsteller')?.children[0], 'id'),
  };
}

function rootOf(message: Buffer): Element | undefined {
  try {
    return readXml(message);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
