import { type CodePoints, one, print, ranges, union } from '../patterns/code-points.js';

/**
 * DIN 91379 (String.Latin+ 1.2), data type C: what `text_latin` may hold. Letters with their combining marks are
 * sequences; a mark alone, or on a letter the norm does not pair it with, is refused. Texts are in NFC.
 */

/** The norm's letters and signs that are one code point. */
const single = ranges(
  '\t\n\r -~\u{A0}-\u{AC}\u{AE}-\u{17E}\u{187}\u{188}\u{18F}\u{197}\u{1A0}\u{1A1}\u{1AF}' +
    '\u{1B0}\u{1B7}\u{1CD}-\u{1DC}\u{1DE}\u{1DF}\u{1E2}-\u{1F0}\u{1F4}\u{1F5}\u{1F8}-\u{1FF}' +
    '\u{212}\u{213}\u{218}-\u{21B}\u{21E}\u{21F}\u{227}-\u{233}\u{259}\u{268}\u{292}\u{2B9}' +
    '\u{2BA}\u{2BE}\u{2BF}\u{2C8}\u{2CC}\u{1E02}\u{1E03}\u{1E06}\u{1E07}\u{1E0A}-\u{1E11}\u{1E17}' +
    '\u{1E1C}-\u{1E2B}\u{1E2F}-\u{1E37}\u{1E3A}\u{1E3B}\u{1E40}-\u{1E49}\u{1E52}-\u{1E5B}' +
    '\u{1E5E}-\u{1E63}\u{1E6A}-\u{1E6F}\u{1E80}-\u{1E87}\u{1E8C}-\u{1E97}\u{1E9E}\u{1EA0}-\u{1EF9}' +
    '\u{2019}\u{2021}\u{20AC}',
);

/** Letters, and the combining marks (in order) that make a sequence of the norm with them. */
const marked: [letters: string, marks: string][] = [
  ['CFGKMPSTZcfgkmpstz', '300'],
  ['Jj', '301'],
  ['DKLMNdklmn', '302'],
  ['CFHKNPSTZcfhknpstzÛûḲḳṢṣṬṭỤụ', '304'],
  ['CMNRZcmnrzÇç', '306'],
  ['KUku', '307'],
  ['CTZczẠạỌọỤụ', '308'],
  ['Aa', '30B'],
  ['J', '30C'],
  ['ēō', '30D'],
  ['Mm', '310'],
  ['CKPTckptČč', '315'],
  ['KTkt', '31B'],
  ['CPcpČč', '323'],
  ['LRlr', '325'],
  ['CHKLNchklnŽž', '326'],
  ['ZzŽž', '327'],
  ['HSs', '331'],
  ['Īīÿ', '301'],
  ['Cc', '328 306'],
  ['LRlr', '325 304'],
  ['Ss', '31B 304'],
];

const fromHex = (code: string) => String.fromCodePoint(Number.parseInt(code, 16));
const sequences = marked.map(
  ([letters, marks]) => `[${letters}]${marks.replace(/(\w+) ?/g, (_, code) => fromHex(code))}`,
);
/** The loop is unrolled, so that no engine calls itself once per character. */
const some = `${print(single)}*`;
const expression = new RegExp(`^${some}(?:(?:K\u035F[Hh]|k\u035Fh|${sequences.join('|')})${some})*$`, 'u');

/** Expects NFC. */
export const isLatin = (text: string): boolean => expression.test(text);

/** Every code point that may occur in such a text. */
export const latinPoints: CodePoints = union(
  single,
  ...marked.flatMap(([, marks]) => marks.split(' ').map((code) => one(fromHex(code)))),
  one('\u035F'),
);

/** The same as the source of an expression, for JSON Schema; Python, Java and Go read it alike. */
export const latinSource = expression.source;

/** The characters of XML 1.0 §2.2. Every text is held to them, because every form may have to travel as XML. */
export const xmlTextPoints: CodePoints = [
  [0x9, 0xa],
  [0xd, 0xd],
  [0x20, 0xd7ff],
  [0xe000, 0xfffd],
  [0x10000, 0x10ffff],
];
/** The same as the source of an expression, for JSON Schema. */
export const xmlTextSource = `^${print(xmlTextPoints)}*$`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

export const isXmlText = (text: string): boolean => !forbidden.test(text) && text.isWellFormed();
