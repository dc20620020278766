import { stringify } from 'csv-stringify/sync';
import type { Json } from '#submission/vocabulary.js';
import { Unwritable, writeXml } from '#xoev/write.js';
import type { Format } from '../contract.js';

export { Unwritable };

/** A message as bytes, UTF-8, and how a file of them is called. */
export interface Encoded {
  bytes: Buffer;
  mimetype: string;
  extension: Format;
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
      return written(writeXml(message), 'application/xml', format);
    case 'csv':
      return written(csv(message, options.delimiter ?? ';'), 'text/csv; charset=utf-8', format);
  }
}

const written = (text: string, mimetype: string, extension: Format): Encoded => ({
  bytes: Buffer.from(text),
  mimetype,
  extension,
});

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
