import { randomFillSync } from 'node:crypto';

/** W3C Trace Context level 2 (https://www.w3.org/TR/trace-context-2/), header `traceparent`. */
export interface Trace {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits: the span that sent the header. */
  spanId: string;
  sampled: boolean;
  /** The trace id's last 7 bytes are random (level 2, §2.3.5.2). */
  random: boolean;
}

const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const sampled = 1;
const random = 2;

/**
 * `undefined` for a header that is missing, doubled or invalid: the receiver then starts a new trace (§3.2.2.3, §4.3).
 */
export function parseTraceparent(header: string | string[] | undefined): Trace | undefined {
  const [, version, traceId, spanId, flags, more] = (typeof header === 'string' && header.match(format)) || [];
  if (!version || !traceId || !spanId || !flags) return undefined;
  if (version === 'ff' || (version === '00' && more) || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const bits = Number.parseInt(flags, 16);
  return { traceId, spanId, sampled: (bits & sampled) > 0, random: (bits & random) > 0 };
}

/** A `traceparent` of a trace that starts here. */
export function newTrace(): string {
  return write({ traceId: hex(16), spanId: hex(8), sampled: true, random: true });
}

/** A `traceparent` for the next span of the same trace; of a new trace if there is none that could be continued. */
export function childSpan(traceparent: string | string[] | undefined): string {
  const parent = parseTraceparent(traceparent);
  return parent ? write({ ...parent, spanId: hex(8) }) : newTrace();
}

function write({ traceId, spanId, ...flags }: Trace): string {
  const bits = (flags.sampled ? sampled : 0) | (flags.random ? random : 0);
  return `00-${traceId}-${spanId}-0${bits}`;
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/**
 * Random, but not all zeros, which would be invalid. Taken from a pool, because a system call per span would cost too
 * much.
 */
function hex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /^0+$/.test(text) ? hex(bytes) : text;
}
