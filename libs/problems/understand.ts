import { HttpException } from '@nestjs/common';
import { codes, type ProblemCode } from './codes.js';
import { Problem } from './problem.js';

/** What Fastify, its plug-ins and Nest call an error, and the code we answer with. Their texts may quote the input: they are never passed on. */
const known: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_FILES_LIMIT: 'too-many-files',
  FST_PARTS_LIMIT: 'too-many-files',
  FST_FIELDS_LIMIT: 'too-many-fields',
  FST_ERR_NOT_FOUND: 'not-found',
};

const byStatus: Record<number, ProblemCode> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'unsupported-media-type',
  408: 'malformed',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'too-large',
  414: 'too-large',
  415: 'unsupported-media-type',
  422: 'malformed',
  428: 'precondition-required',
  429: 'too-many-requests',
  431: 'too-large',
  503: 'unavailable',
};

const sentences: Partial<Record<ProblemCode, string>> = {
  malformed: 'Die Anfrage konnte nicht gelesen werden.',
  'not-found': 'Unter dieser Adresse gibt es nichts.',
  'too-large': 'Die Anfrage überschreitet die erlaubte Größe.',
  'unsupported-media-type': 'Dieser Content-Type wird hier nicht angenommen.',
  internal: 'Die Anfrage konnte nicht bearbeitet werden. Der Fehler ist vermerkt; bitte später noch einmal versuchen.',
  unavailable: 'Der Dienst ist zurzeit nicht verfügbar; bitte später noch einmal versuchen.',
};

/** Turns whatever was thrown into a {@link Problem} with a fixed sentence. What is not known is `internal`. */
export function understand(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  return new Problem(
    code,
    sentences[code] ?? `${codes[code].title}.`,
    {},
    code === 'unavailable' ? { 'retry-after': '10' } : {},
  );
}

/** Only errors of the framework itself speak about this request; a status on any other error is some other system's. */
function codeOf(error: unknown): ProblemCode {
  if (error instanceof HttpException) return byStatus[error.getStatus()] ?? 'internal';
  if (!(error instanceof Error)) return 'internal';
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && known[code]) return known[code];
  const ofFramework = (typeof code === 'string' && code.startsWith('FST_')) || error instanceof SyntaxError;
  return (ofFramework && byStatus[Number(statusCode)]) || 'internal';
}

/** Name, code and stack frames of an error: what a log may hold. Messages may quote the input, so they are left out. */
export function traceOf(error: unknown): { error: string; errorCode?: string; frames?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code;
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    error: error.name,
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    frames: frames.slice(0, 8).map((line) => line.trim()),
  };
}
