import { stringify } from 'csv-stringify/sync';
import { XMLBuilder } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';
import type { Format } from './contract.js';

/** A message as bytes, UTF-8, and how a file of them is called. */
export interface Encoded {
  bytes: Buffer;
  mimetype: string;
  extension: Format;
}

/** The message cannot be written in this format. Names no value. */
export class Unwritable extends Error {
  override name = 'Unwritable';
}

/**
 * Writes a message; the same message gives the same bytes.
 * - `json`: as it is.
 * - `xml`: an object with one key, the root element. Keys are elements, `@name` attributes, `#text` the text beside attributes; a list repeats its element.
 *   XML 1.0 with declaration; every character that a parser would change (CR, and tab and LF in attributes) is a reference.
 * - `csv`: a list of objects, a row each; the first row's keys are the columns. RFC 4180, but with semicolons, decimal commas and a byte order mark: a German Excel,
 *   and what imports its files, reads commas as decimals and a file without the mark as Windows-1252. A text that a spreadsheet would compute gets an apostrophe in front.
 * @throws Unwritable
 */
export function encode(message: Json, format: Format, options: { delimiter?: string } = {}): Encoded {
  switch (format) {
    case 'json':
      return written(JSON.stringify(message), 'application/json', format);
    case 'xml':
      return written(xml(message), 'application/xml', format);
    case 'csv':
      return written(csv(message, options.delimiter ?? ';'), 'text/csv; charset=utf-8', format);
  }
}

const written = (text: string, mimetype: string, extension: Format): Encoded => ({
  bytes: Buffer.from(text),
  mimetype,
  extension,
});

const references = Object.entries({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
}).map(([character, val]) => ({ regex: new RegExp(character, 'g'), val }));

const builder = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  format: true,
  entities: references,
} as ConstructorParameters<typeof XMLBuilder>[0]);

function xml(message: Json): string {
  const [root, ...more] = isObject(message) ? Object.entries(message) : [];
  if (!root || more.length > 0 || Array.isArray(root[1]))
    throw new Unwritable('Eine XML-Nachricht hat genau ein Wurzelelement.');
  demandXml(message, root[0]);
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, ...(message as object) });
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

function csv(message: Json, delimiter: string): string {
  if (!Array.isArray(message) || message.length === 0 || !message.every(isObject))
    throw new Unwritable('Eine CSV-Nachricht ist eine Liste von Zeilen, mindestens einer.');
  const rows = message as Record<string, Json>[];
  const columns = Object.keys(rows[0]!);
  for (const row of rows) {
    const nested = columns.find((column) => typeof row[column] === 'object' && row[column] !== null);
    if (nested !== undefined) throw new Unwritable(`Die Spalte ${nested} nimmt nur einfache Werte auf.`);
    if (Object.keys(row).some((column) => !columns.includes(column)))
      throw new Unwritable('Alle Zeilen einer CSV-Nachricht haben dieselben Spalten.');
  }
  return stringify(rows, {
    ...{ bom: true, header: true, columns, delimiter, record_delimiter: '\r\n' },
    cast: { string: harmless, number: (value) => String(value).replace('.', ','), boolean: String },
  });
}

/** `=`, `@` and, unless it is a number or a telephone number, `+` and `-` begin a formula in spreadsheets. */
const harmless = (text: string) =>
  /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d\s()/.,-]*$/.test(text)) ? `'${text}` : text;

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
