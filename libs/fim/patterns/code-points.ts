/**
 * A set of Unicode code points as ranges, both ends included: in order, with gaps between them, without surrogates.
 * Printed, it is a character class that ECMAScript (flag `u`), Python, Java and Go (RE2) read alike: no `\p{…}`, no
 * `\u{…}`, no look-ahead, only literal characters, `\xHH` for the invisible ones and escaped punctuation.
 */
export type CodePoints = readonly Range[];
export type Range = readonly [from: number, to: number];

const last = 0x10ffff;
const surrogates: CodePoints = [[0xd800, 0xdfff]];

export function union(...sets: CodePoints[]): CodePoints {
  const merged: [number, number][] = [];
  for (const [from, to] of sets.flat().sort(([a], [b]) => a - b)) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1] + 1) previous[1] = Math.max(previous[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Every other code point. */
export const complement = (set: CodePoints): CodePoints => gapsOf(union(set, surrogates));

export const without = (set: CodePoints, less: CodePoints): CodePoints => complement(union(complement(set), less));

function gapsOf(set: CodePoints): CodePoints {
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= last) gaps.push([next, last]);
  return gaps;
}

export function has(set: CodePoints, code: number): boolean {
  let [low, high] = [0, set.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = set[middle]!;
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}

export const one = (char: string): CodePoints => [[char.codePointAt(0)!, char.codePointAt(0)!]];

/** The code points of characters and ranges, written as in a class: `a-z_`. A hyphen itself stands first. */
export function ranges(written: string): CodePoints {
  const codes = Array.from(written, (char) => char.codePointAt(0)!);
  const hyphen = 0x2d;
  const found: Range[] = [];
  for (let i = 0; i < codes.length; i++) {
    const isRange = codes[i + 1] === hyphen && codes[i + 2] !== undefined;
    found.push([codes[i]!, codes[isRange ? i + 2 : i]!]);
    if (isRange) i += 2;
  }
  return union(found);
}

const categories = new Map<string, CodePoints>();

/** The code points of Unicode properties, as ECMAScript writes them: `\p{L}\p{M}`. The first call looks at all. */
export function category(properties: string): CodePoints {
  const known = categories.get(properties);
  if (known !== undefined) return known;
  const runs = everyCharacter().matchAll(new RegExp(`[${properties}]+`, 'gu'));
  const set = union([...runs].flatMap(({ 0: run }) => rangesOf(run)));
  categories.set(properties, set);
  return set;
}

let every: string | undefined;

/** All scalar values in order. A run of them may go on behind the gap that the surrogates leave. */
function everyCharacter(): string {
  if (every !== undefined) return every;
  const chunk = 0x4000;
  every = '';
  for (let from = 0; from <= last; from += chunk) {
    const codes = Array.from({ length: chunk }, (_, i) => from + i);
    every += String.fromCodePoint(...codes.filter((code) => code < 0xd800 || code > 0xdfff));
  }
  return every;
}

function rangesOf(run: string): Range[] {
  const from = run.codePointAt(0)!;
  const to = run.codePointAt(run.length - (run.codePointAt(run.length - 2)! > 0xffff ? 2 : 1))!;
  const [gap] = surrogates;
  return from < gap![0] && to > gap![1]
    ? [
        [from, gap![0] - 1],
        [gap![1] + 1, to],
      ]
    : [[from, to]];
}

/** Source of an expression that matches one code point of the set. */
export function print(set: CodePoints): string {
  const [first] = set;
  if (first !== undefined && set.length === 1 && first[0] === first[1]) return printChar(first[0], outside);
  const gaps = complement(set);
  const [members, others] = [printRanges(set), printRanges(gaps)];
  const isShorter = others !== '' && others.length < members.length;
  return members === '' || isShorter ? `[^${others}]` : `[${members}]`;
}

/** Characters with a meaning of their own, outside and inside of `[…]`. */
const outside = /[\\^$.*+?()[\]{}|]/;
const inside = /[\\^[\]-]/;
const invisible: CodePoints = [
  [0, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
];
const named = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const printRanges = (set: CodePoints): string =>
  set
    .map(([from, to]) => {
      const [low, high] = [printChar(from, inside), printChar(to, inside)];
      if (from === to) return low;
      return to === from + 1 ? low + high : `${low}-${high}`;
    })
    .join('');

function printChar(code: number, special: RegExp): string {
  const char = String.fromCodePoint(code);
  if (has(invisible, code)) return named.get(char) ?? `\\x${code.toString(16).padStart(2, '0')}`;
  return special.test(char) ? `\\${char}` : char;
}
