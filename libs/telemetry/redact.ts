import { types } from 'node:util';

const longestText = 200;
const mark = '…';

/**
 * Makes a text that a library wrote safe to log. Libraries quote their input, so this removes everything from the first
 * to the last quotation mark, mail addresses, numbers that could identify somebody, and all lines but the first.
 */
export function redact(text: string): string {
  const line = text.split('\n', 1)[0]!;
  return line
    .slice(0, 2_000)
    .replace(/["'`´«»‹›‚‘’„“”].*(["'`´«»‹›‚‘’„“”]|$)/, mark)
    .replace(/\S+@\S+/g, mark)
    .replace(/\d{6,}/g, mark)
    .slice(0, longestText);
}

/** Built-in errors whose message is the rejected value itself, with or without quotation marks. */
const talkative = new Set(['SyntaxError', 'RangeError', 'URIError', 'AggregateError', 'ZodError', 'ValidationError']);

/**
 * What a log may hold of an error: never `detail`, `where`, `query`, `input`, `cause` or other properties that carry
 * values.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!isError(error)) return { name: typeof error };
  const { name, message, stack } = error;
  const { code, constraint }: Error & { code?: unknown; constraint?: unknown } = error;
  const frames = stack
    ?.replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    name: word(name) ?? 'Error',
    code: word(code),
    constraint: word(constraint),
    message: talkative.has(name) ? undefined : redact(message),
    at: frames?.slice(0, 6).map((line) => line.trim().replace(/file:\/\/\S*?\/(dist|node_modules)\//g, '$1/')),
  };
}

/** Also true for errors of another realm (a VM context). */
export const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

const word = (value: unknown) => (typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : undefined);
