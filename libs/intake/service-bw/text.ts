import { Problem } from '#problems/problem.js';
import { texts } from '../texts.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function malformed(detail: string): Problem {
  return new Problem('malformed', detail);
}

/** Strict UTF-8; a leading byte order mark is dropped. Throws `malformed`, also for NUL. */
export function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed(texts.body.noUtf8);
  }
  return demandStorable(text);
}

/** Turns line ends into `\n` (XML 1.0 §2.11). Works on bytes, where it is cheap. */
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

/** Refuses what neither PostgreSQL nor XML can hold: NUL and lone surrogates. Throws `malformed`. */
export function demandStorable(text: string): string {
  if (text.includes('\0')) throw malformed(texts.body.nul);
  if (!text.isWellFormed()) throw malformed(texts.body.loneSurrogate);
  return text;
}

const dangerous = new Set(['__proto__', 'constructor', 'prototype']);

/** Longest name of a field, group or metadata entry, in characters. */
const longestName = 400;

/** Throws `malformed` for a name that is too long or that would reach into a JavaScript prototype. */
export function demandName(name: string): string {
  if (dangerous.has(name)) throw malformed(texts.form.forbiddenName);
  if (name.length > longestName) throw malformed(texts.form.longName(longestName));
  return name;
}
