import type { ErrorDetail } from 'libxml2-wasm';
import { texts } from '../texts.js';

const { fault } = texts;

/** More faults than these are only counted. */
const most = 20;

/**
 * Words the faults of a message in German. libxml2 quotes what it found, so only the names of elements and attributes
 * and the kind of fault pass on.
 */
export function faultsOf(details: ErrorDetail[]): string[] {
  const reported = [...new Set(details.map(faultOf))];
  return reported.length > most ? [...reported.slice(0, most), fault.more(reported.length - most)] : reported;
}

function faultOf({ message, line }: ErrorDetail): string {
  const [, element, attribute] = /^Element '([^']*)'(?:, attribute '([^']*)')?/.exec(message) ?? [];
  const where = [element && fault.element(localName(element)), attribute && fault.attribute(localName(attribute))];
  const kind = kinds.find(({ pattern }) => pattern.test(message));
  const expected = kind?.namesExpected && /Expected is (?:one of )?\( (.*?) \)\.?\s*$/s.exec(message)?.[1];
  const names = expected ? ` (${expected.split(', ').slice(0, 5).map(localName).join(', ')})` : '';
  return fault.line(where.filter(Boolean).join(', ') || fault.message, line, kind?.text ?? fault.other, names);
}

/** What libxml2 says, and what we say. The first that fits counts. */
const kinds: { pattern: RegExp; text: string; namesExpected?: true }[] = [
  { pattern: /This element is not expected\. Expected is/, text: fault.misplaced, namesExpected: true },
  { pattern: /This element is not expected/, text: fault.unforeseen },
  { pattern: /Missing child element/, text: fault.missingChild, namesExpected: true },
  { pattern: /is required but missing/, text: fault.missingAttribute },
  { pattern: /The attribute '.*' is not allowed/s, text: fault.foreignAttribute },
  { pattern: /\[facet 'enumeration'\]/, text: fault.notListed },
  { pattern: /\[facet 'pattern'\]/, text: fault.wrongForm },
  { pattern: /\[facet '(min|max)?[Ll]ength'\]/, text: fault.wrongLength },
  { pattern: /\[facet '/, text: fault.outOfBounds },
  { pattern: /fixed value constraint/, text: fault.notFixed },
  { pattern: /is not a valid value/, text: fault.wrongType },
  { pattern: /Character content/, text: fault.foreignText },
  { pattern: /No matching global/, text: fault.noMessage },
];

/** `{urn:x}name` is `name`. A text that is no name is not passed on. */
const localName = (name: string) => /^(?:\{[^}]*\})?([\p{L}_][\p{L}\p{N}._-]{0,80})$/u.exec(name.trim())?.[1] ?? '…';
