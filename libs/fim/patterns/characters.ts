import { type CodePoints, category, complement, ranges, union } from './code-points.js';

/** The character escapes of XML Schema (XSD 1.0, appendix F), and where authors mean more by them. */

/** Where an XML name may begin (XML 1.0 §2.3, NameStartChar). */
// biome-ignore format: a table
const nameStart: CodePoints = union(ranges(':A-Z_a-z'), [
  [0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x2ff], [0x370, 0x37d], [0x37f, 0x1fff], [0x200c, 0x200d], [0x2070, 0x218f],
  [0x2c00, 0x2fef], [0x3001, 0xd7ff], [0xf900, 0xfdcf], [0xfdf0, 0xfffd], [0x10000, 0xeffff],
]);
const nameChar = union(ranges('-.0-9'), nameStart, [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
]);

/** Each set by the lower-case letter after the backslash; the capital is every other one. */
const sets = new Map<string, () => CodePoints>([
  ['s', () => ranges(' \t\n\r')],
  // In XSD any script's digits; what authors mean and registers take is these ten.
  ['d', () => ranges('0-9')],
  ['w', () => category('\\p{L}\\p{M}\\p{N}\\p{S}')],
  ['i', () => nameStart],
  ['c', () => nameChar],
]);

/** `\w` where it means letters, digits and the underscore, as in other dialects. */
const otherWord = ranges('A-Za-z0-9_');

/**
 * The set of an escape like `\d`; `undefined` where the letter is none. `\w` and `\W` have two meanings, and take what
 * either of them takes.
 */
export function escapeSet(letter: string): CodePoints | undefined {
  const points = sets.get(letter.toLowerCase())?.();
  if (points === undefined) return undefined;
  if (letter === 'w') return union(points, otherWord);
  if (letter === 'W') return union(complement(points), complement(otherWord));
  return letter === letter.toLowerCase() ? points : complement(points);
}

/** Escapes of single characters. */
export const escapedChars = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** A general category (`Lu`, `Nd` …), which ECMAScript writes alike. */
export const categorySet = (name: string): CodePoints | undefined =>
  /^[LMNPZSC][a-z]?$/.test(name) ? category(`\\p{${name}}`) : undefined;

/** Unicode blocks of `\p{Is…}`; ECMAScript has none. */
export const blocks = new Map<string, CodePoints>([
  ['IsBasicLatin', [[0, 0x7f]]],
  ['IsLatin-1Supplement', [[0x80, 0xff]]],
  ['IsLatinExtended-A', [[0x100, 0x17f]]],
  ['IsLatinExtended-B', [[0x180, 0x24f]]],
  ['IsLatinExtendedAdditional', [[0x1e00, 0x1eff]]],
  ['IsGreek', [[0x370, 0x3ff]]],
  ['IsCyrillic', [[0x400, 0x4ff]]],
]);
