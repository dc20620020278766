import { Problem } from '#problems/problem.js';
import { texts } from '../texts.js';
import type { Limits } from './form.js';
import { type MediaType, readMediaType, unsupported } from './media.js';
import { decode, malformed } from './text.js';

/** A part of `multipart/form-data`. `bytes` is a view of the body, not a copy. */
export interface Part {
  name: string;
  filename?: string;
  type?: MediaType;
  bytes: Buffer;
}

/** Most bytes of a part's header block. */
const longestHeader = 4096;

/**
 * Splits a complete body (RFC 7578, RFC 2046 §5.1.1).
 * @throws Problem `malformed` for a cut body, a part without a name or an unknown encoding; `too-many-files`;
 * `unsupported-media-type` without a valid boundary
 */
export function splitForm(body: Buffer, type: MediaType, limits: Limits): Part[] {
  const boundary = type.parameters['boundary'];
  if (!boundary || !/^[\w'()+,./:=? -]{1,70}(?<! )$/.test(boundary)) throw unsupported(texts.multipart.noBoundary);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  let at = afterDelimiter(
    body,
    startsWith(body, delimiter.subarray(2)) ? delimiter.length - 2 : next(body, delimiter, 0) + delimiter.length,
  );
  while (at !== undefined) {
    if (parts.length > limits.files) throw new Problem('too-many-files', texts.files.tooMany(limits.files));
    const headersEnd = body.subarray(at, at + longestHeader).indexOf('\r\n\r\n');
    if (headersEnd === -1) throw malformed(texts.multipart.headersUnreadable);
    const start = at + headersEnd + 4;
    const end = next(body, delimiter, start - 2);
    parts.push({
      ...readHeaders(decode(body.subarray(at, at + headersEnd))),
      bytes: body.subarray(start, Math.max(start, end)),
    });
    at = afterDelimiter(body, end + delimiter.length);
  }
  return parts;
}

function startsWith(body: Buffer, bytes: Buffer): boolean {
  return body.subarray(0, bytes.length).equals(bytes);
}

function next(body: Buffer, delimiter: Buffer, from: number): number {
  const found = body.indexOf(delimiter, from);
  if (found === -1) throw malformed(texts.multipart.cutOrOtherBoundary);
  return found;
}

/** The offset of the next part's headers; `undefined` after the closing delimiter. */
function afterDelimiter(body: Buffer, at: number): number | undefined {
  if (body[at] === 0x2d && body[at + 1] === 0x2d) return undefined;
  while (body[at] === 0x20 || body[at] === 0x09) at++;
  if (body[at] !== 0x0d || body[at + 1] !== 0x0a) throw malformed(texts.multipart.cut);
  return at + 2;
}

function readHeaders(block: string): Omit<Part, 'bytes'> {
  const headers = new Map(
    block.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!['7bit', '8bit', 'binary'].includes(encoding)) throw malformed(texts.multipart.transferEncoding);
  const disposition = readMediaType(headers.get('content-disposition'));
  const name = disposition?.parameters['name'];
  if (disposition?.name !== 'form-data' || name === undefined) throw malformed(texts.multipart.noName);
  const filename = filenameOf(disposition.parameters);
  const type = readMediaType(headers.get('content-type'));
  return { name, ...(filename !== undefined && { filename }), ...(type && { type }) };
}

/** `filename*` (RFC 5987) or `filename`, in which browsers write `"` as `%22`. */
function filenameOf(parameters: Record<string, string>): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/i.exec(parameters['filename*'] ?? '')?.[1];
  if (extended === undefined)
    return parameters['filename']?.replace(/%(22|0D|0A)/gi, (code) => decodeURIComponent(code));
  try {
    return decodeURIComponent(extended);
  } catch {
    throw malformed(texts.multipart.filenameUnreadable);
  }
}
