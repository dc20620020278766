import { texts } from '../texts/findings.js';
import { Unreadable } from '../unreadable.js';
import { isXmlText } from '../values/latin.js';

/** The entities that XML knows without a DTD (XML 1.0 §4.6). */
const entities = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Resolves references to characters and entities, and line ends.
 * @throws Unreadable
 */
export function decodeText(text: string): string {
  if (!text.includes('&')) return normaliseLineEnds(text);
  const decoded = text.replace(/&(?:#x([0-9a-f]{1,6});|#(\d{1,7});|(\w+);)?/gi, (all, hex, decimal, name) => {
    if (all === '&') throw new Unreadable('xml', texts.xml.bareAmpersand);
    if (name !== undefined) return entities.get(name) ?? refuseEntity(name);
    return character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
  return normaliseLineEnds(decoded);
}

function character(code: number): string {
  const char = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
  return isXmlText(char) ? char : refuseCharacter();
}

/** XML 1.0 §2.2: which characters a document may hold. */
export function refuseCharacter(): never {
  throw new Unreadable('xml', texts.xml.forbiddenCharacter);
}

function refuseEntity(name: string): never {
  throw new Unreadable('xml', texts.xml.unknownEntity(name.slice(0, 20)));
}

/** XML 1.0 §2.11; escaped carriage returns too, which a form cannot hold. */
export const normaliseLineEnds = (text: string) => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
