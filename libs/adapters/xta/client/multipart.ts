import { Unreadable } from '#xoev/read.js';

/** The parts of a message other than its root, by Content-ID. */
export type Parts = Map<string, Buffer>;

/** A part to be sent. */
export interface Part {
  /** Content-ID without brackets. */
  id: string;
  type: string;
  size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** How many parts an answer may have. */
const most = 200;

const closing = (boundary: string) => Buffer.from(`\r\n--${boundary}--\r\n`);

function opening(boundary: string, { id, type }: Part, first: boolean): Buffer {
  const lead = first ? '' : '\r\n';
  return Buffer.from(
    `${lead}--${boundary}\r\n` +
      `Content-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`,
  );
}

/**
 * Writes multipart/related (RFC 2387), one chunk at a time. The first part is the root.
 * @returns `length`: how many bytes that will be
 */
export function writeRelated(boundary: string, parts: Part[]): { length: number; chunks(): AsyncIterable<Uint8Array> } {
  const heads = parts.map((part, index) => opening(boundary, part, index === 0));
  const tail = closing(boundary);
  return {
    length: parts.reduce((sum, { size }, index) => sum + heads[index]!.length + size, tail.length),
    async *chunks() {
      for (const [index, part] of parts.entries()) {
        yield heads[index]!;
        yield* part.chunks();
      }
      yield tail;
    },
  };
}

/**
 * Takes a multipart/related message apart, without copying.
 * @throws Unreadable
 */
export function readRelated(bytes: Buffer, type: string): { root: Buffer; parts: Parts } {
  const boundary = parameter(type, 'boundary');
  if (!boundary || boundary.length > 70) throw new Unreadable('no boundary');
  const start = parameter(type, 'start')?.replace(/^<|>$/g, '');
  const parts: Parts = new Map();
  let root: Buffer | undefined;
  for (const { id, content } of split(bytes, boundary)) {
    if (!root && (start === undefined || id === start)) root = content;
    else if (parts.has(id)) throw new Unreadable('two parts have one name');
    else parts.set(id, content);
    if (parts.size > most) throw new Unreadable('too many parts');
  }
  if (!root) throw new Unreadable('no root part');
  return { root, parts };
}

function* split(bytes: Buffer, boundary: string): Generator<{ id: string; content: Buffer }> {
  const mark = Buffer.from(`--${boundary}`);
  let from = bytes.indexOf(mark);
  while (from >= 0) {
    const begin = from + mark.length;
    if (bytes.toString('latin1', begin, begin + 2) === '--') return;
    const head = bytes.indexOf('\r\n\r\n', begin);
    const next = bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), Math.max(head, begin));
    if (head < 0 || next < 0 || head - begin > 4_096) throw new Unreadable('a part is cut off');
    const lines = bytes.toString('latin1', begin, head);
    const [, encoding = 'binary'] = /^content-transfer-encoding:[ \t]*([\w-]+)/im.exec(lines) ?? [];
    if (!/^(binary|8bit|7bit)$/i.test(encoding)) throw new Unreadable('a part is encoded');
    const id = /^content-id:[ \t]*<?([^<>\s]*)/im.exec(lines)?.[1] ?? '';
    yield { id, content: bytes.subarray(head + 4, Math.max(next, head + 4)) };
    from = next + 2;
  }
  throw new Unreadable('the end is missing');
}

const parameter = (type: string, name: string): string | undefined => {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(type) ?? [];
  return quoted ?? plain;
};
