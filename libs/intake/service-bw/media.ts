import { Problem } from '#problems/problem.js';

export interface MediaType {
  /** Lower case, without parameters: `application/json`. */
  name: string;
  /** Parameter names in lower case. */
  parameters: Record<string, string>;
}

const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gy;

/** RFC 9110 §8.3.1; also reads `form-data; name="…"`. `undefined` when it is none. */
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

/** The media type of a hand-over, if it is one that {@link parse} reads. Throws `unsupported-media-type`: to be asked before the body is read. */
export function demandMediaType(header: string | undefined): MediaType {
  const type = readMediaType(header);
  if (!type) throw unsupported('Die Angabe „Content-Type“ fehlt oder ist nicht lesbar.');
  if (type.name !== 'multipart/form-data') formatOf(type);
  return type;
}

/** Which of the two formats a media type announces. Throws `unsupported-media-type`. */
export function formatOf(type: MediaType): 'json' | 'xml' {
  const format = formats[type.name];
  if (!format) throw unsupported('Angenommen werden application/json, application/xml und multipart/form-data.');
  const charset = type.parameters['charset'];
  if (charset && !/^utf-?8$/i.test(charset)) throw unsupported('Texte werden nur in UTF-8 angenommen.');
  return format;
}

/** Throws {@link Problem} `unsupported-media-type`: bodies are read as they come. */
export function refuseEncoded(headers: { 'content-encoding'?: string | undefined }): void {
  if (headers['content-encoding'] !== undefined)
    throw unsupported('Komprimierte Anfragen (Content-Encoding) werden nicht angenommen.');
}

export function unsupported(detail: string): Problem {
  return new Problem(
    'unsupported-media-type',
    detail,
    {},
    { accept: 'application/json, application/xml, multipart/form-data' },
  );
}
