import { codeOf, readHead } from '#xoev/head.js';
import { all, at, child, type Element, textAt } from '#xoev/read.js';
import type { Reply } from '../contract.js';

/** A message of the box, read. */
export interface Incoming {
  /** The XTA MessageID. */
  id: string;
  about: About;
  message: Element;
  attachments: Reply['documents'];
  /** Of message and attachments. */
  bytes: number;
  /** When it entered the box, where the message itself does not say. */
  deliveredAt?: string | undefined;
}

/** What a message is about, in the order of weight: messages (MessageID or UUID); where none is named, cases. */
export interface About {
  messages: string[];
  cases: string[];
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
const twice = { status: 'inBearbeitung', title: 'Die Behörde hat die Nachricht doppelt bekommen.' } as const;
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

/** A message of the authority as a reply; the same message gives the same reply. Where nothing says when it was written, it has the time of what it answers. */
export function replyOf({ id, message, attachments, deliveredAt }: Incoming, answered?: string): Reply {
  const head = readHead(message);
  const { status, title } = cameTwice(message) ? twice : (meanings[codeOf(message.name) ?? ''] ?? other);
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
    id,
    status,
    text: texts.join('\n').slice(0, 20_000),
    at: timeOf(head?.at, deliveredAt, answered),
    documents: attachments,
  };
}

/** The reply that ends the case: a decision; else the last that says that the message was sent back. */
export function endOf(replies: Reply[]): Reply | undefined {
  const latest = replies.toSorted((one, other) => other.at.localeCompare(one.at));
  return (
    latest.find(({ status }) => status === 'bescheid') ?? latest.find(({ status }) => status === 'zurueckgewiesen')
  );
}

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

/** Sent back as a double only: what came first is being worked on. */
function cameTwice(message: Element): boolean {
  const told = returnedFor(message);
  return told.length > 0 && told.every(({ code }) => code === 'S100');
}

/** Characters that an id has at most: what is longer is none. */
const longest = 300;

/** What a message is about, by its metadata and its body. What is sent back is one message, never a case. */
export function aboutOf(message: Element, metadata: About): About {
  if (metadata.messages.length > 0) return metadata;
  const bezug = child(message, 'bezug');
  const messages = [
    textAt(bezug, 'bezugNachricht/nachrichtenUUID'),
    textAt(at(message, 'rueckweisungDaten/idNachricht'), 'nachrichtenUUID'),
  ];
  const isReturned = child(message, 'rueckweisungDaten') !== undefined;
  const cases = isReturned ? [] : [...metadata.cases, textAt(bezug, 'referenz')];
  const ids = (values: (string | undefined)[]) =>
    values.flatMap((value) => (value && value.length <= longest ? value : []));
  return { messages: ids(messages), cases: ids(cases) };
}

/** The strongest reference alone decides. */
export function concerns(about: About, ours: About): boolean {
  const [named, known] = about.messages.length > 0 ? [about.messages, ours.messages] : [about.cases, ours.cases];
  const wanted = new Set(known.map((id) => id.toLowerCase()));
  return named.some((id) => wanted.has(id.toLowerCase()));
}

/** What people are to read, in its order. */
function paragraphs(element: Element): string[] {
  if (element.name === 'textabsatz') return element.text.trim() ? [element.text.trim()] : [];
  return element.children.flatMap(paragraphs);
}

/** The first of these that is a time, as ISO 8601, UTC. */
function timeOf(...said: (string | undefined)[]): string {
  const time = said.map((text) => Date.parse(text ?? '')).find((value) => !Number.isNaN(value));
  return new Date(time ?? 0).toISOString();
}
