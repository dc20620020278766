import { codeOf, readHead } from '#xoev/head.js';
import { all, at, child, type Element, textAt } from '#xoev/read.js';
import type { Reply } from '../contract.js';

/** A message of the box, read. */
export interface Incoming {
  /** The XTA MessageID. */
  id: string;
  message: Element;
  attachments: Reply['documents'];
  /** When it entered the box, where the message itself does not say. */
  deliveredAt?: string | undefined;
}

/** What a message type means for the applicant. Codes of XBau-Kernmodul 1.3.0. */
const meanings: Record<string, { status: Reply['status']; title: string }> = {
  '1100': { status: 'zurueckgewiesen', title: 'Die Behörde kann die Nachricht nicht verarbeiten.' },
  '1120': { status: 'inBearbeitung', title: 'Die Behörde bestätigt den Eingang.' },
  '1121': { status: 'inBearbeitung', title: 'Die Behörde teilt das Aktenzeichen mit.' },
  '1140': { status: 'rueckfrage', title: 'Die Behörde hat die Unterlagen geprüft.' },
  '1141': { status: 'inBearbeitung', title: 'Die Behörde hat ein Schreiben zugestellt.' },
  '1142': { status: 'rueckfrage', title: 'Die Behörde hat eine Nachricht geschickt.' },
  '1160': { status: 'inBearbeitung', title: 'Die Behörde hat einen Gebührenbescheid geschickt.' },
  '1180': { status: 'inBearbeitung', title: 'Die Behörde bestätigt den Eingang.' },
  '1203': { status: 'rueckfrage', title: 'Die Behörde bittet um Stellungnahme.' },
  '1205': { status: 'bescheid', title: 'Die Behörde hat entschieden.' },
};
const other = { status: 'inBearbeitung', title: 'Die Behörde hat eine Nachricht geschickt.' } as const;

/** Reasons for sending a message back, as the code lists of XInneres (`fehlercodes`) and XGewerbeordnung (`rueckweisungsgruende`) number them. */
const reasons: Record<string, string> = {
  X000: 'Die Nachricht ist kein wohlgeformtes XML.',
  X001: 'Die Nachricht entspricht nicht dem Schema.',
  X002: 'Die Nachricht verletzt eine Regel des Standards.',
  S001: 'Die Nachricht ist nicht in UTF-8.',
  S010: 'Eine Codeliste ist unbekannt.',
  S011: 'Ein Code ist unbekannt.',
  S030: 'Eine verlangte Angabe fehlt.',
  S100: 'Die Nachricht kam doppelt.',
  S999: 'Die Nachricht entspricht nicht der Spezifikation.',
  T070: 'Der Absender darf diesen Dienst nicht nutzen.',
  T080: 'Die Nachricht kam zum falschen Empfänger.',
  V000: 'Die Version des Standards wird nicht angenommen.',
};

/** A message of the authority as a reply; the same message gives the same reply. */
export function replyOf({ id, message, attachments, deliveredAt }: Incoming): Reply {
  const head = readHead(message);
  const { status, title } = meanings[codeOf(message.name) ?? ''] ?? other;
  const number = textAt(message, 'bezug/vorgang');
  const decision = textAt(message, 'bescheid/tenor/istGenehmigung');
  const texts = [
    title,
    ...(number ? [`Aktenzeichen: ${number}`] : []),
    ...(decision
      ? [decision === 'true' || decision === '1' ? 'Dem Antrag wird stattgegeben.' : 'Der Antrag wird abgelehnt.']
      : []),
    ...returnedFor(message).map(({ code, text }) => [code, text].filter(Boolean).join(': ')),
    ...paragraphs(message),
  ];
  return {
    id: id.slice(0, 200),
    status,
    text: texts.join('\n').slice(0, 20_000),
    at: timeOf(head?.at ?? deliveredAt),
    documents: attachments,
  };
}

/** Whether it ends the case: a decision, or the message was sent back. */
export const ends = ({ status }: Reply) => status === 'bescheid' || status === 'zurueckgewiesen';

/** Why a message was sent back, in words of ours: theirs may name a person. */
export function reasonsFor(message: Element): { public: string; detail: string }[] {
  const told = returnedFor(message).map(({ code }) => ({
    public: `${code}: ${reasons[code] ?? 'Die Behörde hat die Nachricht zurückgewiesen.'}`,
    detail: code,
  }));
  return told.length > 0 ? told : [{ public: 'Die Behörde hat die Nachricht zurückgewiesen.', detail: 'no reason' }];
}

const returnedFor = (message: Element) =>
  all(child(message, 'rueckweisungDaten'), 'rueckweisungsgrund').map((reason) => ({
    code: /^[\w.-]{1,12}$/.exec(textAt(reason, 'grund/code') ?? '')?.[0] ?? '?',
    text: textAt(reason, 'fehlertext'),
  }));

/** The message that it is about: UUID of ours, or the case's id in it. */
export function references(message: Element): string[] {
  const bezug = child(message, 'bezug');
  const named = [
    textAt(bezug, 'referenz'),
    textAt(bezug, 'bezugNachricht/nachrichtenUUID'),
    textAt(at(message, 'rueckweisungDaten/idNachricht'), 'nachrichtenUUID'),
  ];
  return named.flatMap((value) => value?.toLowerCase() ?? []);
}

/** What people are to read, in its order. */
function paragraphs(element: Element): string[] {
  if (element.name === 'textabsatz') return element.text.trim() ? [element.text.trim()] : [];
  return element.children.flatMap(paragraphs);
}

/** ISO 8601, UTC; a message that does not say when has the same time each time. */
function timeOf(said: string | undefined): string {
  const time = Date.parse(said ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
