import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import { readData } from './data.js';
import { isObject } from './json.js';

/** A: names of natural persons; B: other names; C: texts; D and E: with Greek, and Cyrillic letters (DIN 91379). */
const datatypes = ['A', 'B', 'C', 'D', 'E'] as const;
export type Datatype = (typeof datatypes)[number];
/** What becomes of a character that the datatype does not have. */
export type Policy = 'refuse' | 'transliterate';

/** Code points are four to six hexadecimal digits, in capitals. */
const table = readData(
  'characters.json',
  z.object({
    /** Datatype → code points and ranges of them (`0041-005A`), separated by blanks. */
    datatypes: z.record(z.enum(datatypes), z.string()),
    /** Base letter → the marks that may follow it, alone or several (`0328+0306`), separated by blanks. */
    sequences: z.record(z.string(), z.string()),
    /** Code point → what is written instead. */
    replacements: z.record(z.string(), z.string()),
  }),
);

/**
 * Matches a letter with its combining marks, where the standard has that sequence; else one character that the standard
 * has; else any character, combining marks included, as group 1.
 */
const units = new Map(datatypes.map((datatype) => [datatype, unitsOf(table.datatypes[datatype])]));

/**
 * Returns the text in NFC, with characters of the datatype only, and how many were replaced. With `refuse`, returns the
 * code point of the first character that the datatype does not have, if there is one.
 */
export function fitText(
  text: string,
  policy: Policy,
  datatype: Datatype = 'C',
): { text: string; changed: number } | { refused: string } {
  let changed = 0;
  let refused: string | undefined;
  const fitted = text.normalize('NFC').replace(units.get(datatype)!, (unit: string, foreign?: string) => {
    if (foreign === undefined) return unit;
    refused ??= nameOf(foreign);
    changed++;
    return replacement(foreign, datatype);
  });
  return policy === 'refuse' && refused !== undefined ? { refused } : { text: fitted, changed };
}

/** Fits every text of a message; element and attribute names are not texts. `at`: the names on the way to the text. */
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
    if (!isObject(value)) return value;
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

/** Never empty: a character that has no likeness becomes its code point in brackets. */
function replacement(character: string, datatype: Datatype): string {
  const known = table.replacements[hexOf(character)];
  const likeness = known ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
  return likeness !== '' && likeness !== character && allowed(likeness, datatype) ? likeness : `[${nameOf(character)}]`;
}

function allowed(text: string, datatype: Datatype): boolean {
  return [...text.matchAll(units.get(datatype)!)].every(([, foreign]) => foreign === undefined);
}

const hexOf = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
const nameOf = (character: string) => `U+${hexOf(character)}`;
