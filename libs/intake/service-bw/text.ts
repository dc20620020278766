import { Problem } from '#problems/problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function malformed(detail: string): Problem {
  return new Problem('malformed', detail);
}

/** Strict UTF-8 without NUL; a leading byte order mark is dropped. Throws `malformed`. */
export function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('Der Text ist kein gültiges UTF-8.');
  }
  return demandStorable(text);
}

/** Line ends as XML 1.0 §2.11 wants them: `\n`. On bytes, where it costs nothing. */
export function normalizeLineEnds(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0d)) return bytes;
  const target = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0x0a && bytes[at - 1] === 0x0d) continue;
    target[length++] = byte === 0x0d ? 0x0a : byte;
  }
  return target.subarray(0, length);
}

/** Refuses what neither PostgreSQL nor XML can hold: NUL and halves of surrogate pairs. Throws `malformed`. */
export function demandStorable(text: string): string {
  if (text.includes('\0')) throw malformed('Der Text enthält das Zeichen NUL.');
  if (!text.isWellFormed()) throw malformed('Der Text enthält ein halbes Zeichen (ein einzelnes Surrogat).');
  return text;
}

const dangerous = new Set(['__proto__', 'constructor', 'prototype']);

/** Longest name of a field, group or metadata entry, in characters. */
const longestName = 400;

export function demandName(name: string): string {
  if (dangerous.has(name)) throw malformed('Die Namen „__proto__“, „constructor“ und „prototype“ sind nicht erlaubt.');
  if (name.length > longestName) throw malformed(`Ein Feldname ist länger als ${longestName} Zeichen.`);
  return name;
}
