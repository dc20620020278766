import { XMLBuilder } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';

/** The message cannot be written in this format. Names no value. */
export class Unwritable extends Error {
  override name = 'Unwritable';
}

const references = Object.entries({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
}).map(([character, val]) => ({ regex: new RegExp(character, 'g'), val }));

const options = {
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  entities: references,
} as ConstructorParameters<typeof XMLBuilder>[0];
const indenting = new XMLBuilder({ ...options, format: true });
const plain = new XMLBuilder(options);

/**
 * An object with one key, the root element, as XML 1.0 with declaration. Keys are elements, `@name` attributes, `#text` the text beside attributes; a list repeats its
 * element. Every character that a parser would change (CR, and tab and LF) is a reference.
 * @throws Unwritable
 */
export function writeXml(message: Json, { indent = true } = {}): string {
  const [root, ...more] = isObject(message) ? Object.entries(message) : [];
  if (!root || more.length > 0 || Array.isArray(root[1]))
    throw new Unwritable('Eine XML-Nachricht hat genau ein Wurzelelement.');
  demandXml(message, root[0]);
  return (indent ? indenting : plain).build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    ...(message as object),
  });
}

/** A name with at most one prefix (Namespaces in XML 1.0, production 7), ASCII only: what every target reads. */
const name = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/;
/** What production 2 of XML 1.0 leaves out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/u;

function demandXml(value: Json, at: string): void {
  if (typeof value === 'string' && forbidden.test(value))
    throw new Unwritable(`${at}: Der Text enthält ein Zeichen, das XML 1.0 nicht erlaubt.`);
  if (Array.isArray(value))
    for (const item of value) {
      if (Array.isArray(item)) throw new Unwritable(`${at}: Eine Liste in einer Liste gibt es in XML nicht.`);
      demandXml(item, at);
    }
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) demandMember(key, item, at);
}

function demandMember(key: string, item: Json, at: string): void {
  const isText = key === '#text' || key.startsWith('@');
  if (key !== '#text' && !name.test(key.replace(/^@/, ''))) throw new Unwritable(`${at}: Ein Name ist kein XML-Name.`);
  if (isText && item !== null && typeof item === 'object')
    throw new Unwritable(`${at}: ${key} nimmt nur einen einfachen Wert auf.`);
  demandXml(item, key);
}

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
