import { at, child, type Element, textAt } from '#xoev/read.js';

/**
 * What a message refers to, in the order of weight: messages (MessageID or UUID); where it names none, cases.
 */
export interface References {
  messages: string[];
  cases: string[];
}

/** Characters that an id has at most: what is longer is none. */
const longest = 300;

/**
 * What a message refers to, by its metadata and its body. What is sent back (`rueckweisungDaten`) is one message, never
 * a case.
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

/** Whether a message that refers to these concerns ours. The strongest kind of reference alone decides. */
export function concerns(references: References, ours: References): boolean {
  const [named, known] =
    references.messages.length > 0 ? [references.messages, ours.messages] : [references.cases, ours.cases];
  const wanted = new Set(known.map((id) => id.toLowerCase()));
  return named.some((id) => wanted.has(id.toLowerCase()));
}
