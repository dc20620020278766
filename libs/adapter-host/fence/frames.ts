/*
 * How parent and child write messages to each other: JSON, with bytes and times beside it, because what the child says
 * is hostile until checked. JSON cannot hold cycles, shared parts or sparse arrays, so its size bounds the work.
 *
 * A frame: length of all that follows, length of the JSON (both UInt32LE), the JSON, the bytes.
 */

/** The key of what JSON has no word for. No text that Stellwerk keeps holds it (`storable.ts`). */
const tag = '\0';

/** Bytes that a frame may have. */
export const largestFrame = 96 * 1024 * 1024;
/** Characters from which a text crosses as bytes: escaping it takes longer than anything else. */
const longText = 16 * 1024;
/** Bytes of a piece of an attachment, a body or a connection. */
const piece = 256 * 1024;

/** @throws TypeError for what cannot cross */
export function encode(message: unknown): Buffer {
  const parts: Uint8Array[] = [];
  let size = 0;
  const text = JSON.stringify(message, function (this: Record<string, unknown>, key: string, written: unknown) {
    const value = this[key]; // as it was before its toJSON
    if (value instanceof Date) return { [tag]: 'date', at: Number.isNaN(value.getTime()) ? '' : value.toISOString() };
    const isLong = typeof value === 'string' && value.length > longText && value.isWellFormed();
    if (!isLong && !(value instanceof Uint8Array)) return written;
    const bytes = isLong ? Buffer.from(value as string) : (value as Uint8Array);
    parts.push(bytes);
    size += bytes.length;
    return { [tag]: isLong ? 'text' : 'bytes', from: size - bytes.length, length: bytes.length };
  });
  const json = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(4 + json.length + size, 0);
  head.writeUInt32LE(json.length, 4);
  return Buffer.concat([head, json, ...parts]);
}

/** Puts frames together again, in whatever pieces they come. */
export class Frames {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = 4;

  /** @throws Error where it is no frame, or too large */
  push(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return [];
    let rest = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    const messages: unknown[] = [];
    for (this.#wanted = 4; rest.length >= 4; rest = rest.subarray(this.#wanted), this.#wanted = 4) {
      const length = rest.readUInt32LE(0);
      if (length < 4 || length > largestFrame) throw new Error('a frame that is too large');
      this.#wanted = 4 + length;
      if (rest.length < this.#wanted) break;
      messages.push(decode(rest.subarray(4, this.#wanted)));
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return messages;
  }
}

function decode(frame: Buffer): unknown {
  const end = 4 + frame.readUInt32LE(0);
  if (end > frame.length) throw new Error('no frame');
  const text = frame.toString('utf8', 4, end);
  if (!text.includes('"\\u0000":')) return JSON.parse(text);
  let left = frame.length - end;
  return JSON.parse(text, (_, value: Tagged) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, tag)) return value;
    if (value[tag] === 'date') return new Date(String(value.at));
    const from = end + Number(value.from);
    const bytes = frame.subarray(from, from + Number(value.length));
    left -= bytes.length; // each byte of the frame counts once
    if (left < 0) throw new Error('no frame');
    return value[tag] === 'text' ? bytes.toString() : bytes;
  });
}

type Tagged = { [tag]?: string; at?: string; from?: number; length?: number } | null;

/** The bytes in pieces that cross one by one. */
export async function* inPieces(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let from = 0; from < chunk.length; from += piece) yield chunk.subarray(from, from + piece);
}
