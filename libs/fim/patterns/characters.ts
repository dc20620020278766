import { type CodePoints, complement, pointsOf, union } from './code-points.js';

/** The character escapes of XML Schema (XSD 1.0, appendix F), and where authors mean more by them. */

/** Where an XML name may begin (XML 1.0 §2.3, NameStartChar). */
const nameStart =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}' +
  '\\u{10000}-\\u{EFFFF}';
const nameChar = `${nameStart}.0-9\\-\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;

/** Each set as an ECMAScript class, by the lower-case letter after the backslash; the capital is every other one. */
const classes = new Map([
  ['s', '[ \\t\\n\\r]'],
  // In XSD any script's digits; what authors mean and registers take is these ten.
  ['d', '[0-9]'],
  ['w', '[\\p{L}\\p{M}\\p{N}\\p{S}]'],
  ['i', `[${nameStart}]`],
  ['c', `[${nameChar}]`],
]);

/** `\w` where it means letters, digits and the underscore, as in other dialects. */
const otherWord: CodePoints = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];

/**
 * The set of an escape like `\d`; `undefined` where the letter is none. `\w` and `\W` have two meanings, and take what
 * either of them takes.
 */
export function escapeSet(letter: string): CodePoints | undefined {
  const written = classes.get(letter.toLowerCase());
  if (written === undefined) return undefined;
  const points = pointsOf(written);
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
  /^[LMNPZSC][a-z]?$/.test(name) ? pointsOf(`[\\p{${name}}]`) : undefined;

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
