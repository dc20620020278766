import { hkdfSync } from 'node:crypto';
import { ff1 } from './ff1.js';

/**
 * A submission's number, as people say it: `SW-7K4M-93XT`. Without I, L, O, S and U, which look like 1, 1, 0, 5 and V;
 * 31 signs, a prime, so that one check digit is enough.
 */
const signs = '0123456789ABCDEFGHJKMNPQRTVWXYZ';
const meant: Record<string, string> = { I: '1', L: '1', O: '0', S: '5', U: 'V' };
const digits = 7;

/**
 * As in the pure systems of ISO/IEC 7064: the sum of all digits, each times a power of the radix, leaves 1. Modulo a
 * prime every wrong digit shows, and since the first eight powers of 23 differ, every swap of two.
 */
const radix = 23;

/** Numbers are as many as this; the sequence ends there. */
export const mostNumbers = signs.length ** digits;

export interface Numbers {
  /** `n`: the submission's place in the sequence, from 1. */
  write(n: number): string;
  /** Null: it has none, since an older version accepted it beside this one. */
  write(n: number | null): string | null;
  /** The place in the sequence, however the number is written; undefined where it is mistyped. */
  read(text: string): number | undefined;
}

/**
 * A keyed permutation of the sequence (FF1, NIST SP 800-38G), so that a number is unique without an index, and tells
 * neither how many there are nor what the next one is. `key`: any bytes, the same for ever.
 */
export function openNumbers(key: Uint8Array): Numbers {
  const { size, apply, undo } = ff1(
    Buffer.from(hkdfSync('sha256', key, '', 'stellwerk submission number', 32)),
    signs.length,
    digits,
  );
  function write(n: number): string;
  function write(n: number | null): string | null;
  function write(n: number | null): string | null {
    if (n === null) return null;
    if (!(n >= 0 && n < size)) throw new RangeError('no such number');
    return shown(digitsOf(apply(n)));
  }
  return {
    write,
    read(text) {
      const read = digitsIn(text);
      return read && undo(read.slice(0, digits).reduce((sum, digit) => sum * signs.length + digit, 0));
    },
  };
}

/** The number as it is shown, however a person wrote it; undefined where a sign is wrong, missing or swapped. */
export function readNumber(text: string): string | undefined {
  const read = digitsIn(text);
  return read && shown(read.slice(0, digits));
}

/** Lower case, look-alikes and other separators are taken; the prefix may be missing. */
function digitsIn(text: string): number[] | undefined {
  if (text.length > 40) return undefined;
  const bare = text.replace(/[\s\p{Pd}._/]/gu, '');
  const read = [...bare.toUpperCase().replace(/^[S5]W(?=.{8}$)/, '')].map((sign) => signs.indexOf(meant[sign] ?? sign));
  return read.length === digits + 1 && !read.includes(-1) && leaves(read) === 1 ? read : undefined;
}

const leaves = (read: number[]) => read.reduce((sum, digit) => (sum * radix + digit) % signs.length, 0);

/** Most significant first. */
function digitsOf(n: number): number[] {
  return Array.from({ length: digits }, (_, i) => Math.floor(n / signs.length ** (digits - 1 - i)) % signs.length);
}

function shown(first: number[]): string {
  const check = (((1 - leaves([...first, 0])) % signs.length) + signs.length) % signs.length;
  const text = [...first, check].map((digit) => signs[digit]).join('');
  return `SW-${text.slice(0, 4)}-${text.slice(4)}`;
}
