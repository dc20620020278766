import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import type { CodeList } from './code.js';

/** DVDV prefix → what kind of authority it names; the list that they are from. */
export const { prefixes, list: prefixList } = JSON.parse(
  readFileSync(join(root, 'schemas/xoev/praefixe.json'), 'utf8'),
) as { prefixes: Readonly<Record<string, string>>; list: CodeList };

/** An authority in the DVDV. */
export interface Authority {
  /** `psw`, `ag`, `MELDID`, `töj`: not always three small letters. */
  prefix: string;
  /** Letters and digits, mostly an AGS or twelve digits. */
  key: string;
}

/** `psw:11007007` as its parts; undefined where the prefix is none of the DVDV's, or the key is none. */
export function parseAuthority(text: string): Authority | undefined {
  const [, prefix, key] = /^(\p{L}{2,10}):([A-Za-z0-9_-]{1,40})$/u.exec(text.normalize('NFC')) ?? [];
  return prefix && key && Object.hasOwn(prefixes, prefix) ? { prefix, key } : undefined;
}
