import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { describeError, redact } from './redact.js';

/** A message is a constant; what varies is a field (see `fields` below). */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  fatal(message: string, fields?: Record<string, unknown>): void;
  /** A log that adds these fields to every line. */
  with(fields: Record<string, unknown>): Log;
}

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const word = /^[\w.:/+-]{1,100}$/;
const region = /^\d{2,12}$/;

/**
 * Everything that a log line may hold besides its message (P3). A field that is not listed is dropped; a value that
 * does not match is replaced by `…`. `number`: finite numbers only. `text`: written by us or a library, and redacted.
 */
const fields: Record<string, RegExp | 'number' | 'text' | 'error' | 'frames'> = {
  traceId: /^[0-9a-f]{32}$/,
  spanId: /^[0-9a-f]{16}$/,
  submissionId: uuid,
  caseId: uuid,
  taskId: uuid,
  jobId: uuid,
  messageId: uuid,
  leistung: /^\d{14}$/,
  ars: region,
  region,
  adapter: word,
  lane: word,
  step: word,
  call: word,
  queue: word,
  code: word,
  refusal: word,
  peer: /^[\da-f.:]{2,45}$/i,
  errorCode: word,
  outcome: word,
  state: word,
  client: word,
  role: word,
  stage: word,
  parameter: word,
  setting: word,
  version: word,
  signal: word,
  context: word,
  worker: word,
  method: /^[A-Z]{3,10}$/,
  route: /^[\w/:.{}*-]{1,200}$/,
  address: /^[a-z]+:\/\/[\w.:[\]-]+\/?$/,
  attempt: 'number',
  count: 'number',
  durationMs: 'number',
  status: 'number',
  port: 'number',
  size: 'number',
  detail: 'text',
  reason: 'text',
  error: 'error',
  frames: 'frames',
};

/** Writes JSON lines to stdout, each with time, level, app and message. */
export function openLog(
  app: string,
  level: Level = 'info',
  stream: DestinationStream = destination({ dest: 1, sync: false }),
): Log {
  return wrap(
    pino(
      {
        level,
        base: { app },
        messageKey: 'message',
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      stream,
    ),
  );
}

function wrap(logger: Logger): Log {
  const at = (level: Exclude<Level, 'silent'>) => (message: string, given?: Record<string, unknown>) => {
    if (logger.isLevelEnabled(level)) logger[level](allowed(given), redact(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    with: (given) => wrap(logger.child(allowed(given))),
  };
}

function allowed(given: Record<string, unknown> = {}): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (Object.hasOwn(fields, name) && value !== undefined && value !== null) kept[name] = clean(fields[name]!, value);
  }
  return kept;
}

function clean(rule: (typeof fields)[string], value: unknown): unknown {
  if (rule === 'error') return typeof value === 'string' ? { name: clean(word, value) } : describeError(value);
  if (rule === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : '…';
  if (rule === 'text') return typeof value === 'string' ? redact(value) : '…';
  if (rule === 'frames')
    return Array.isArray(value) ? value.filter((line) => /^at [^"']{1,300}$/.test(line)).slice(0, 8) : '…';
  return typeof value === 'string' && rule.test(value) ? value : '…';
}
