import { Problem } from '#problems/problem.js';
import { texts } from '../texts.js';

export interface MediaType {
  /** Lower case, without parameters: `application/json`. */
  name: string;
  /** Parameter names in lower case. */
  parameters: Record<string, string>;
}

const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gy;

/** Reads RFC 9110 §8.3.1, and also `form-data; name="…"`. `undefined` for anything else. */
export function readMediaType(header: string | undefined): MediaType | undefined {
  const name = /^\s*([\w!#$%&'*+.^`|~/-]{1,100})\s*(?=;|$)/.exec(header ?? '');
  if (!header || !name || header.length > 2000) return undefined;
  const parameters: Record<string, string> = Object.create(null);
  parameter.lastIndex = name[0].length;
  for (let match = parameter.exec(header); match; match = parameter.exec(header)) {
    parameters[match[1]!.toLowerCase()] ??= match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!;
  }
  return { name: name[1]!.toLowerCase(), parameters };
}

const formats: Record<string, 'json' | 'xml'> = {
  'application/json': 'json',
  'application/xml': 'xml',
  'text/xml': 'xml',
};

/**
 * The media type of a hand-over that `parse` reads. Call this before the body is read. Throws `unsupported-media-type`.
 */
export function demandMediaType(header: string | undefined): MediaType {
  const type = readMediaType(header);
  if (!type) throw unsupported(texts.media.missing);
  if (type.name !== 'multipart/form-data') formatOf(type);
  return type;
}

/** Throws `unsupported-media-type` for any other media type. */
export function formatOf(type: MediaType): 'json' | 'xml' {
  const format = formats[type.name];
  if (!format) throw unsupported(texts.media.accepted);
  const charset = type.parameters['charset'];
  if (charset && !/^utf-?8$/i.test(charset)) throw unsupported(texts.media.onlyUtf8);
  return format;
}

/** Throws `unsupported-media-type` for a compressed body: bodies are read as they come. */
export function refuseEncoded(headers: { 'content-encoding'?: string | undefined }): void {
  if (headers['content-encoding'] !== undefined) throw unsupported(texts.media.encoded);
}

export function unsupported(detail: string): Problem {
  return new Problem(
    'unsupported-media-type',
    detail,
    {},
    { accept: 'application/json, application/xml, multipart/form-data' },
  );
}
