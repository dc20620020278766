import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import type { Json } from '#submission/vocabulary.js';

/** A: names of natural persons; B: other names; C: texts; D and E: with Greek, and Cyrillic letters (DIN 91379). */
export type Datatype = 'A' | 'B' | 'C' | 'D' | 'E';
/** What becomes of a character that the datatype does not have. */
export type Policy = 'refuse' | 'transliterate';

const table = JSON.parse(readFileSync(join(root, 'schemas/xoev/characters.json'), 'utf8')) as {
  datatypes: Record<Datatype, string>;
  sequences: Record<string, string>;
  replacements: Record<string, string>;
};

/** A letter with its combining marks, where the standard has that sequence; else one character that it has; else any character, marks included. */
const units = Object.fromEntries(
  Object.entries(table.datatypes).map(([datatype, ranges]) => [datatype, unitsOf(ranges)]),
) as Record<Datatype, RegExp>;

/** The text with characters of the datatype only, in NFC. With `refuse`, or the code point of the first character that it does not have. */
export function fitText(
  text: string,
  policy: Policy,
  datatype: Datatype = 'C',
): { text: string; changed: number } | { refused: string } {
  let changed = 0;
  let refused: string | undefined;
  const fitted = text.normalize('NFC').replace(units[datatype], (unit, foreign?: string) => {
    if (foreign === undefined) return unit;
    refused ??= nameOf(foreign);
    changed++;
    return replacement(foreign, datatype);
  });
  return policy === 'refuse' && refused !== undefined ? { refused } : { text: fitted, changed };
}

/** Every text of a message; element and attribute names are not texts. `at`: the names on the way to the text. */
export function fitAll(
  message: Json,
  policy: Policy,
): { message: Json; changed: number } | { refused: { at: string; character: string } } {
  let changed = 0;
  let refused: { at: string; character: string } | undefined;
  const walk = (value: Json, at: string): Json => {
    if (typeof value === 'string') {
      const fitted = fitText(value, policy);
      if ('refused' in fitted) {
        refused ??= { at, character: fitted.refused };
        return value;
      }
      changed += fitted.changed;
      return fitted.text;
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, at));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, `${at}/${name}`)]));
  };
  const fitted = walk(message, '');
  return refused ? { refused } : { message: fitted, changed };
}

function unitsOf(ranges: string): RegExp {
  const single = ranges.replace(/[0-9A-F]{4,6}/g, (hex) => `\\u{${hex}}`).replaceAll(' ', '');
  const sequences = Object.entries(table.sequences).flatMap(([base, marks]) =>
    marks.split(' ').map((mark) => [base, ...mark.split('+')].map((hex) => `\\u{${hex}}`).join('')),
  );
  sequences.sort((a, b) => b.length - a.length);
  return new RegExp(`${sequences.join('|')}|[${single}]|(.)`, 'gsu');
}

/** Never nothing: what has no likeness shows its code point. */
function replacement(character: string, datatype: Datatype): string {
  const known = table.replacements[hexOf(character)];
  const likeness = known ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
  return likeness !== '' && likeness !== character && allowed(likeness, datatype) ? likeness : `[${nameOf(character)}]`;
}

function allowed(text: string, datatype: Datatype): boolean {
  return [...text.matchAll(units[datatype])].every(([, foreign]) => foreign === undefined);
}

const hexOf = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
const nameOf = (character: string) => `U+${hexOf(character)}`;
