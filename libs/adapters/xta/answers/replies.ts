import { codeOf, readHead } from '#xoev/head.js';
import { all, child, type Element, textAt } from '#xoev/read.js';
import type { Reply } from '../../contract.js';
import { texts } from '../texts.js';
import type { References } from './references.js';

/** A message of the box, opened and read. */
export interface IncomingMessage {
  /** The XTA MessageID. */
  id: string;
  references: References;
  message: Element;
  attachments: Reply['documents'];
  /** Of message and attachments. */
  bytes: number;
  /** When it entered the box; used if the message itself has no time. */
  deliveredAt?: string | undefined;
}

/** What a message type means for the applicant. Codes of XBau-Kernmodul 1.3.0. */
const meanings: Record<string, { status: Reply['status']; title: string }> = {
  '1100': { status: 'zurueckgewiesen', title: texts.reply['1100'] },
  '1120': { status: 'inBearbeitung', title: texts.reply['1120'] },
  '1121': { status: 'inBearbeitung', title: texts.reply['1121'] },
  '1140': { status: 'rueckfrage', title: texts.reply['1140'] },
  '1141': { status: 'inBearbeitung', title: texts.reply['1141'] },
  '1142': { status: 'rueckfrage', title: texts.reply['1142'] },
  '1160': { status: 'inBearbeitung', title: texts.reply['1160'] },
  '1180': { status: 'inBearbeitung', title: texts.reply['1180'] },
  '1203': { status: 'rueckfrage', title: texts.reply['1203'] },
  '1205': { status: 'bescheid', title: texts.reply['1205'] },
};
const duplicate = { status: 'inBearbeitung', title: texts.reply.duplicate } as const;
const other = { status: 'inBearbeitung', title: texts.reply.other } as const;

/** Characters that a reply's text may have. */
const longestText = 20_000;

/**
 * Makes a reply of a message from the authority; the same message gives the same reply. If nothing says when it was
 * written, it gets the time of the message that it answers (`answered`, ISO 8601).
 */
export function replyOf({ id, message, attachments, deliveredAt }: IncomingMessage, answered?: string): Reply {
  const { status, title } = isDuplicate(message) ? duplicate : (meanings[codeOf(message.name) ?? ''] ?? other);
  const number = textAt(message, 'bezug/vorgang');
  const lines = [
    title,
    ...(number ? [texts.reply.fileReference(number)] : []),
    ...decisionIn(message),
    ...returnReasons(message).map(({ code, text }) => [code, text].filter(Boolean).join(': ')),
    ...paragraphs(message),
  ];
  return {
    id,
    status,
    text: lines.join('\n').slice(0, longestText),
    at: timeOf(readHead(message)?.at, deliveredAt, answered),
    documents: attachments,
  };
}

/** Returns the reply that ends the case: a decision, else the latest one that sends the message back. */
export function endOf(replies: Reply[]): Reply | undefined {
  const latest = replies.toSorted((one, other) => other.at.localeCompare(one.at));
  return (
    latest.find(({ status }) => status === 'bescheid') ?? latest.find(({ status }) => status === 'zurueckgewiesen')
  );
}

/** Explains why a message was sent back, in our own words: the authority's words may name a person. */
export function reasonsFor(message: Element): { public: string; detail: string }[] {
  const reasons = returnReasons(message).map(({ code }) => ({
    public: `${code}: ${reasonTexts.get(code) ?? texts.returned}`,
    detail: code,
  }));
  return reasons.length > 0 ? reasons : [{ public: texts.returned, detail: 'no reason' }];
}

const reasonTexts = new Map<string, string>(Object.entries(texts.returnReason));

/** The reasons of a message that was sent back, in the authority's words. */
const returnReasons = (message: Element) =>
  all(child(message, 'rueckweisungDaten'), 'rueckweisungsgrund').map((reason) => ({
    code: /^[\w.-]{1,12}$/.exec(textAt(reason, 'grund/code') ?? '')?.[0] ?? '?',
    text: textAt(reason, 'fehlertext'),
  }));

/** Tells whether it was sent back only because it came twice. The authority then works on the first one. */
function isDuplicate(message: Element): boolean {
  const reasons = returnReasons(message);
  return reasons.length > 0 && reasons.every(({ code }) => code === 'S100');
}

function decisionIn(message: Element): string[] {
  const granted = textAt(message, 'bescheid/tenor/istGenehmigung');
  if (!granted) return [];
  return [granted === 'true' || granted === '1' ? texts.reply.granted : texts.reply.refused];
}

/** The paragraphs that people are to read, in their order. */
function paragraphs(element: Element): string[] {
  if (element.name === 'textabsatz') return element.text.trim() ? [element.text.trim()] : [];
  return element.children.flatMap(paragraphs);
}

/** Returns the first candidate that is a time, as ISO 8601, UTC. */
function timeOf(...candidates: (string | undefined)[]): string {
  const time = candidates.map((text) => Date.parse(text ?? '')).find((value) => !Number.isNaN(value));
  return new Date(time ?? 0).toISOString();
}
