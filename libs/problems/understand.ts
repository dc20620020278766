import { HttpException } from '@nestjs/common';
import { codes, type ProblemCode } from './codes.js';
import { Problem } from './problem.js';
import { texts } from './texts.js';

/** Error codes of Fastify and its plug-ins, and the problem that answers them. */
const byFrameworkCode: Record<string, ProblemCode> = {
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
  408: 'too-slow',
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

/**
 * Turns anything that was thrown into a {@link Problem} with a fixed sentence: messages of the framework may quote the
 * input. An unknown error becomes `internal`.
 */
export function understand(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  return new Problem(
    code,
    texts.byCode[code] ?? `${codes[code].title}.`,
    {},
    code === 'unavailable' ? { 'retry-after': '10' } : {},
  );
}

/** Only the framework's own errors describe this request; a status on any other error comes from another system. */
function codeOf(error: unknown): ProblemCode {
  if (error instanceof HttpException) return byStatus[error.getStatus()] ?? 'internal';
  if (!(error instanceof Error)) return 'internal';
  const { code, statusCode }: Error & { code?: unknown; statusCode?: unknown } = error;
  if (typeof code === 'string' && byFrameworkCode[code]) return byFrameworkCode[code];
  const ofFramework = (typeof code === 'string' && code.startsWith('FST_')) || error instanceof SyntaxError;
  return (ofFramework && byStatus[Number(statusCode)]) || 'internal';
}

/**
 * What a log may hold of an error: name, code and stack frames. The message is left out because it may quote the input.
 */
export function traceOf(error: unknown): { error: string; errorCode?: string; frames?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code }: Error & { code?: unknown } = error;
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    error: error.name,
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    frames: frames.slice(0, 8).map((line) => line.trim()),
  };
}
