import { randomUUID } from 'node:crypto';
import { texts } from '../texts.js';
import { malformed } from './text.js';

/** Bytes of base64 from which a file is decoded where it lies, instead of becoming a text first. */
const largeFrom = 64 * 1024;

/** Bytes decoded in one go; whole groups of four. */
const block = 64 * 1024;

/** A JSON body without its large files. */
export interface Slim {
  /** The JSON, in which a name that nobody can guess stands for each large file. */
  rest: Buffer;
  /** By that name. */
  files: Map<string, Buffer>;
}

const quote = 0x22;
const backslash = 0x5c;
const slash = 0x2f;
/** What stands before a file's text, up to this many bytes. */
const nameOfFile = /"(?:fileAsBase64|pdfApplicantFormBase64)"\s*:\s*$/;
const longestName = 100;

/**
 * Takes the large files out of a JSON body: as texts they would cost several times their size. They are decoded where
 * they lie, so `body` is used up. What has other escapes than `\/` stays a text. The grammar is left to `JSON.parse`.
 * @throws Problem `malformed` for what is no base64
 */
export function takeOutLargeFiles(body: Buffer): Slim {
  const files = new Map<string, Buffer>();
  const rest: Buffer[] = [];
  let kept = 0;
  for (let open = body.indexOf(quote); open !== -1; ) {
    const end = endOfText(body, open);
    if (end === -1) break;
    const isLarge = end - open > largeFrom;
    const file = isLarge && nameOfFile.test(body.toString('latin1', Math.max(0, open - longestName), open));
    const length = file ? decodeInPlace(body, open + 1, end) : undefined;
    if (length !== undefined) {
      const name = randomUUID();
      files.set(name, body.subarray(open + 1, open + 1 + length));
      rest.push(body.subarray(kept, open + 1), Buffer.from(name));
      kept = end;
    }
    open = body.indexOf(quote, end + 1);
  }
  if (files.size === 0) return { rest: body, files };
  return { rest: Buffer.concat([...rest, body.subarray(kept)]), files };
}

/**
 * Where the text that begins at `open` ends; -1 where it does not. A text of escapes is walked: to search for each
 * quote would cost ten times as much.
 */
function endOfText(body: Buffer, open: number): number {
  const end = body.indexOf(quote, open + 1);
  if (end === -1 || body[end - 1] !== backslash) return end;
  for (let at = open + 1; at < body.length; at += body[at] === backslash ? 2 : 1) if (body[at] === quote) return at;
  return -1;
}

/**
 * Strict base64 (RFC 4648 §4, §5), in which `/` may be written `\/`. What is decoded is shorter than what was read, so
 * it never overwrites what is still to be read. Returns its length; `undefined`, and nothing is changed, where the text
 * has other escapes.
 */
function decodeInPlace(body: Buffer, start: number, end: number): number | undefined {
  const written = body.subarray(start, end);
  for (let at = written.indexOf(backslash); at !== -1; at = written.indexOf(backslash, at + 2))
    if (written[at + 1] !== slash) return undefined;
  let to = start;
  let carried = '';
  for (let from = start; from < end; from += block) {
    const isLast = from + block >= end;
    const read = body.toString('latin1', from, Math.min(end, from + block)).replaceAll('\\', '');
    const text = carried + read;
    const whole = isLast ? text.length : text.length - (text.length % 4);
    carried = text.slice(whole);
    to += decodeGroups(body, to, text.slice(0, whole), isLast);
  }
  return to - start;
}

/** Node's decoder skips characters that it does not know, so the length is compared. */
function decodeGroups(body: Buffer, to: number, text: string, isLast: boolean): number {
  const padding = !isLast ? 0 : text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const expected = (text.length / 4) * 3 - padding;
  if (body.write(text, to, 'base64') !== expected || text.length % 4 !== 0) throw malformed(texts.files.noBase64);
  return expected;
}
