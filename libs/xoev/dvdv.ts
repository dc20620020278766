import { z } from 'zod';
import { readData } from './data.js';

const data = readData(
  'praefixe.json',
  z.object({ list: z.object({ uri: z.string(), version: z.string() }), prefixes: z.record(z.string(), z.string()) }),
);

/** DVDV prefix → what kind of authority it names (German). */
export const prefixes: Readonly<Record<string, string>> = data.prefixes;

/** The code list of the prefixes. */
export const prefixList = data.list;

/** An authority in the DVDV. */
export interface Authority {
  /** `psw`, `ag`, `MELDID`, `töj`: not always three small letters. */
  prefix: string;
  /** Letters and digits, mostly an AGS or twelve digits. */
  key: string;
}

/**
 * Takes `psw:11007007` apart. Undefined where the DVDV does not know the prefix, or the key has not the form of one.
 */
export function parseAuthority(text: string): Authority | undefined {
  const [, prefix, key] = /^(\p{L}{2,10}):([A-Za-z0-9_-]{1,40})$/u.exec(text.normalize('NFC')) ?? [];
  return prefix && key && Object.hasOwn(prefixes, prefix) ? { prefix, key } : undefined;
}
