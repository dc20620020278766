import { at, child, type Element, textAt } from '#xoev/read.js';

/**
 * What a message refers to: messages (MessageID or UUID); if it names none, cases (ids).
 */
export interface References {
  messages: string[];
  cases: string[];
}

/** Characters of an id; a longer text is no id. */
const longest = 300;

/**
 * Finds what a message refers to, in its metadata and its body. A message that sends something back
 * (`rueckweisungDaten`) refers to one message, never to a case.
 */
export function referencesOf(message: Element, metadata: References): References {
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

/** Tells whether a message with these references concerns ours. Only the strongest kind of reference counts. */
export function concerns(references: References, ours: References): boolean {
  const [named, known] =
    references.messages.length > 0 ? [references.messages, ours.messages] : [references.cases, ours.cases];
  const wanted = new Set(known.map((id) => id.toLowerCase()));
  return named.some((id) => wanted.has(id.toLowerCase()));
}
