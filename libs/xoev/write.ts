import type { Json } from '#submission/vocabulary.js';
import { isObject, type JsonObject } from './json.js';
import { texts } from './texts.js';

/** The message cannot be written in this format. The text is German and names no value. */
export class Unwritable extends Error {
  override name = 'Unwritable';
}

/**
 * Writes an object with one key, the root element, as XML 1.0 with declaration. Keys are elements, `@name` attributes,
 * `#text` the text beside attributes; a list repeats its element, null and an empty object are an empty element. Every
 * character that a parser would change (CR, and tab and LF) is a reference. The same message gives the same bytes.
 * @throws Unwritable
 */
export function writeXml(message: Json, { indent = true } = {}): string {
  const [root, ...more] = isObject(message) ? Object.entries(message) : [];
  if (!root || more.length > 0 || Array.isArray(root[1])) throw new Unwritable(texts.write.oneRoot);
  demandElement(root[0], root[1], root[0]);
  const lineEnd = indent ? '\n' : '';
  const declaration = `<?xml version="1.0" encoding="UTF-8"?>${lineEnd}`;
  return declaration + elementOf(root[0], root[1], indent ? 0 : undefined);
}

/** @param level how far the element is indented; undefined if nothing is to be indented */
function elementOf(name: string, value: Json, level: number | undefined): string {
  const { attributes, content } = isObject(value) ? partsOf(value, level) : { attributes: '', content: textOf(value) };
  const [indent, lineEnd] = level === undefined ? ['', ''] : ['  '.repeat(level), '\n'];
  const start = `${indent}<${name}${attributes}`;
  if (content === '') return `${start}/>${lineEnd}`;
  if (!content.includes('<')) return `${start}>${content}</${name}>${lineEnd}`;
  return `${start}>${lineEnd}${content}${indent}</${name}>${lineEnd}`;
}

function partsOf(value: JsonObject, level: number | undefined): { attributes: string; content: string } {
  const inner = level === undefined ? undefined : level + 1;
  let attributes = '';
  let content = '';
  for (const [key, item] of Object.entries(value)) {
    if (key === '#text') content += textOf(item);
    else if (key.startsWith('@')) attributes += attributeOf(key.slice(1), item);
    else for (const one of Array.isArray(item) ? item : [item]) content += elementOf(key, one, inner);
  }
  return { attributes, content };
}

const attributeOf = (name: string, value: Json): string =>
  value === null ? '' : ` ${name}="${textOf(value).replaceAll("'", '&apos;')}"`;

const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
};

const textOf = (value: Json): string =>
  value === null ? '' : String(value).replace(/[&<>"\r\n\t]/g, (character) => references[character]!);

/** A name with at most one prefix (Namespaces in XML 1.0, production 7), ASCII only: what every target reads. */
const name = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/;
/** The characters that production 2 of XML 1.0 leaves out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/u;

/** @param at the element that an error names */
function demandElement(key: string, value: Json, at: string): void {
  const isText = key === '#text' || key.startsWith('@');
  if (key !== '#text' && !name.test(key.replace(/^@/, ''))) throw new Unwritable(texts.write.noName(at));
  if (isText && value !== null && typeof value === 'object') throw new Unwritable(texts.write.noPlainValue(at, key));
  demandValue(value, key);
}

function demandValue(value: Json, at: string): void {
  if (typeof value === 'string' && forbidden.test(value)) throw new Unwritable(texts.write.forbiddenCharacter(at));
  if (Array.isArray(value))
    for (const item of value) {
      if (Array.isArray(item)) throw new Unwritable(texts.write.listInList(at));
      demandValue(item, at);
    }
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) demandElement(key, item, at);
}
