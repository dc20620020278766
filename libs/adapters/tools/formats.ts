import { stringify } from 'csv-stringify/sync';
import type { Json } from '#submission/vocabulary.js';
import { Unwritable, writeXml } from '#xoev/write.js';
import type { Format } from '../contract.js';
import { texts } from './texts.js';

export { Unwritable };

/** A message as bytes (UTF-8), with its media type and the extension of a file that holds it. */
export interface Encoded {
  bytes: Buffer;
  mimetype: string;
  extension: Format;
}

/**
 * Writes a message. The same message gives the same bytes.
 * - `json`: as it is.
 * - `xml`: an object with one key, the root element. Keys are elements, `@name` attributes, `#text` the text beside
 *   attributes; a list repeats its element. XML 1.0 with declaration; every character that a parser would change (CR,
 *   and tab and LF in attributes) becomes a reference.
 * - `csv`: a list of objects, one row each; the first row's keys are the columns. RFC 4180, but with semicolons,
 *   decimal commas and a byte order mark: a German Excel, and what imports its files, reads commas as decimal points
 *   and a file without the mark as Windows-1252. A text that a spreadsheet would compute gets an apostrophe in front.
 * @param options.delimiter between the columns of a CSV; a semicolon where none is given
 * @throws Unwritable when the message does not fit the format
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
  const [first] = isTable(message) ? message : [];
  if (!isTable(message) || !first) throw new Unwritable(texts.csv.noRows);
  const columns = Object.keys(first);
  for (const row of message) {
    const nested = columns.find((column) => typeof row[column] === 'object' && row[column] !== null);
    if (nested !== undefined) throw new Unwritable(texts.csv.nested(nested));
    if (Object.keys(row).some((column) => !columns.includes(column))) throw new Unwritable(texts.csv.otherColumns);
  }
  return stringify(message, {
    bom: true,
    header: true,
    columns,
    delimiter,
    record_delimiter: '\r\n',
    cast: { string: harmless, number: (value) => String(value).replace('.', ','), boolean: String },
  });
}

/**
 * In spreadsheets `=` and `@` begin a formula, and so do `+` and `-`, unless a number or telephone number follows. They
 * look past blanks and characters that nobody sees, and take full-width signs (`＝`) for the plain ones, as NFKC does.
 */
function harmless(text: string): string {
  const begins = text.normalize('NFKC').replace(/^[\s\p{C}]+/u, '');
  const computed = /^[=@]/.test(begins) || (/^[+\u2212-]/.test(begins) && !/^[+\u2212-][\d\s()/.,-]*$/.test(begins));
  return computed || /^[\t\r]/.test(text) ? `'${text}` : text;
}

const isTable = (value: Json): value is Record<string, Json>[] => Array.isArray(value) && value.every(isObject);

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
