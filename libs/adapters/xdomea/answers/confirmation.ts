import { all, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { Reason } from '../../contract.js';
import { texts } from '../texts.js';

/** Bytes that a confirmation may have; the limit applies to the packed and to the unpacked file. */
export const largest = 1024 * 1024;
/** The message of xdomea 3.0 with which a DMS confirms. */
export const confirmationKind = 'FVDaten.ImportBestaetigen.0630';

/** What the DMS says of a filing. */
export type Confirmation =
  /** `id`: what the DMS calls it. */
  | { kind: 'done'; id?: string }
  /** `unclear`: something failed on the way, or in part; what was filed may be there. */
  | { kind: 'refused' | 'unclear'; reasons: Reason[] };

/**
 * Reads the confirmation of a process.
 * @throws Unreadable where it is none, or is about another process
 */
export function readConfirmation(xml: Uint8Array, process: string): Confirmation {
  const message = readXml(xml, { size: largest });
  const about = textAt(message, 'Kopf/ProzessID')?.toLowerCase();
  if (
    message.name !== confirmationKind ||
    !message.namespace.startsWith('urn:xoev-de:xdomea:schema:') ||
    about !== process.toLowerCase()
  )
    throw new Unreadable('another message');
  return confirmationOf(message);
}

/** Already processed: on the way to the DMS and, from 500 on, back. */
const processed = ['0000009', '0000509'];
const done = ['0000000', ...processed];
/** One of the two systems was away, the connection broke, the transmission failed, or the error is unknown. */
const unclear = ['0000001', '0000002', '0000015', '0000499', '0000501', '0000502', '0000513', '0000999'];
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * A filing is done if every feedback of the message and of its objects says so and no object failed. It is refused if a
 * feedback says more than that something failed on the way, and nothing has been filed. Otherwise it is unclear.
 */
function confirmationOf(message: Element): Confirmation {
  const verdict = child(message, 'ErfolgOderMisserfolg');
  const objects = all(verdict, 'Rueckgabeparameter');
  const feedback = [verdict, ...objects].flatMap((one) => all(one, 'Rueckmeldung')).flatMap(({ children }) => children);
  const codes = feedback.map((one) => textAt(one, 'code') ?? '');
  const results = objects.map((one) => textAt(one, 'Erfolgreich') ?? '');
  const hasFailed = results.some((result) => result === 'false' || result === '0');
  if (feedback.length === 0 && !hasFailed) throw new Unreadable('no feedback');
  const failures = codes.filter((code) => !done.includes(code));
  // an object failed, and no feedback says why
  if (hasFailed && failures.length === 0) failures.push('');
  if (failures.length === 0) {
    const id = objects.map((one) => textAt(one, 'IDSGO') ?? '').find((text) => uuid.test(text));
    return { kind: 'done', ...(id && { id }) };
  }
  const reasons = [...new Set(failures)].slice(0, 10).map(reasonOf);
  const isThere =
    results.some((result) => result === 'true' || result === '1') || codes.some((code) => processed.includes(code));
  if (!isThere && failures.some((code) => !unclear.includes(code))) return { kind: 'refused', reasons };
  return { kind: 'unclear', reasons: [...reasons, { public: texts.unclear }] };
}

const feedbackTexts = new Map<string, string>(Object.entries(texts.feedback));

function reasonOf(code: string): Reason {
  const known = /^\d{7}$/.test(code) ? ` ${code}` : '';
  return { public: `${feedbackTexts.get(code) ?? texts.otherFeedback}.`, detail: `${confirmationKind}${known}` };
}
