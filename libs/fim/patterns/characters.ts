/** The character escapes of XML Schema as ECMAScript source that may stand inside `[…]`. */

/** Where an XML name may begin (XML 1.0 §2.3, NameStartChar). */
const nameStart =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}' +
  '\\u{10000}-\\u{EFFFF}';
const nameChar = `${nameStart}.0-9\\-\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;

/** By the letter after the backslash; `\w` is everything but punctuation, separators and others. */
export const escapes = new Map([
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
  ['s', ' \\t\\n\\r'],
  ['S', '\\u{0}-\\u{8}\\u{B}\\u{C}\\u{E}-\\u{1F}\\u{21}-\\u{10FFFF}'],
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', '\\p{L}\\p{M}\\p{N}\\p{S}'],
  ['W', '\\p{P}\\p{Z}\\p{C}'],
  ['i', nameStart],
  ['c', nameChar],
]);

/** Letters after a backslash that stand for many characters, so that no range can begin or end with them. */
export const standsForMany = (letter: string | undefined) => letter !== undefined && /[sSiIcCdDwWpP]/.test(letter);

/** General categories (`Lu`, `Nd` …), which ECMAScript writes alike. */
export const isCategory = (name: string) => /^[LMNPZSC][a-z]?$/.test(name);

/** Unicode blocks of `\p{Is…}`; ECMAScript has none. */
export const blocks = new Map([
  ['IsBasicLatin', '\\u{0}-\\u{7F}'],
  ['IsLatin-1Supplement', '\\u{80}-\\u{FF}'],
  ['IsLatinExtended-A', '\\u{100}-\\u{17F}'],
  ['IsLatinExtended-B', '\\u{180}-\\u{24F}'],
  ['IsLatinExtendedAdditional', '\\u{1E00}-\\u{1EFF}'],
  ['IsGreek', '\\u{370}-\\u{3FF}'],
  ['IsCyrillic', '\\u{400}-\\u{4FF}'],
]);

/** A character that means itself, outside of `[…]`. */
export const literal = (char: string) => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

/** A character that means itself, inside of `[…]`. */
export const literalInSet = (char: string) => (/[\\^[\]-]/.test(char) ? `\\${char}` : char);
