import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HttpAnswer, HttpRequest } from '#adapters/contract.js';
import { agentFor } from './agents.js';
import { type Egress, NetworkRefused } from './egress.js';

/** Nothing has left this machine, so trying again cannot double anything. */
export class NotSent extends Error {
  override name = 'NotSent';
}

/** Refused before anything was sent, because of a setting. */
export class Refused extends NotSent {
  override name = 'Refused';
  constructor(
    message: string,
    /** The full name of the parameter that names the host, if one does. */
    readonly parameter?: string,
    /** What was asked for: a connection without TLS, or one into a network that is not allowed. */
    readonly why: 'plain' | 'network' = 'plain',
  ) {
    super(message);
  }
}

export interface HttpLimits {
  /** `host[:port]` → full name of the parameter that names it. No other host is reached. */
  hosts: Map<string, string>;
  /** Host names besides loopback that may be spoken to without TLS. */
  developmentHosts: string[];
  /** Which addresses may be connected to. */
  egress: Egress;
  /** Milliseconds left until the deadline. */
  remaining(): number;
  signal: AbortSignal;
  traceparent: string;
  /** Called right before a request that changes the target leaves; it does not where this throws. */
  leave?: (() => void) | undefined;
  /** Called when the first byte of a request that changes the target may have left. */
  onSent(): void;
  /** Called when a request ended without the beginning of an answer. */
  onUnanswered(): void;
}

/**
 * 5xx that say that nothing was done (RFC 9110 §15.6.2, §15.6.4, §15.6.6; RFC 4918 §11.5; RFC 5842 §7.2; RFC 6585 §6).
 */
const nothingDone = new Set([501, 503, 505, 507, 508, 511]);

/**
 * Whether the target may have committed although it answers so: any other 5xx may be the word of a proxy that has lost
 * the answer. One that nobody knows counts as 500 (RFC 9110 §15).
 */
export const leavesDoubt = (status: number) => status >= 500 && !nothingDone.has(status);

/** What to say of an error: undici and `node:net` leave the message of some empty. */
export const reasonOf = (error: Error & { code?: string }) => error.message || error.code;

/** Bytes that an answer may have where the request sets no limit. */
export const answerLimit = 10 * 1024 * 1024;
/** Bytes that an answer may have at most, whatever the request says. */
const answerMost = 64 * 1024 * 1024;

const reading = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND']);

/**
 * Makes one request within the limits and reads its whole answer. Follows no redirect.
 * @throws NotSent while nothing can have left
 */
export async function send(url: string, request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const target = permitted(url, limits);
  const remaining = Math.min(limits.remaining(), request.timeout ?? Number.POSITIVE_INFINITY);
  if (limits.signal.aborted || remaining <= 0) throw new NotSent('the deadline has passed');
  const method = (request.method ?? 'GET').toUpperCase();
  const demandTime = () => {
    if (limits.signal.aborted || limits.remaining() <= 0) throw new NotSent('the deadline has passed');
  };
  const { body, length } = inPieces(request.body);
  const options: Dispatcher.DispatchOptions = {
    origin: target.origin,
    path: target.pathname + target.search,
    method: method as Dispatcher.HttpMethod,
    headers: { ...length, ...request.headers, traceparent: limits.traceparent },
    body: typeof body === 'function' ? Readable.from(timely(body(), demandTime), { objectMode: false }) : body,
  };
  const changes = request.changes ?? !reading.has(method);
  const leave = () => {
    if (changes) limits.leave?.();
    demandTime();
    if (changes) limits.onSent();
  };
  return new Promise<HttpAnswer>((resolve, reject) => {
    const largest = Math.min(request.largest ?? answerLimit, answerMost);
    const exchange = new Exchange(leave, limits.onUnanswered, largest, resolve, reject);
    const stop = () => exchange.stop(new Error('stopped at the deadline'));
    const timer = setTimeout(() => exchange.stop(new Error(`no answer within ${remaining} ms`)), remaining);
    limits.signal.addEventListener('abort', stop, { once: true });
    exchange.onFinished = () => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', stop);
    };
    try {
      agentFor(limits.egress, request.tls).dispatch(options, exchange);
    } catch (error) {
      exchange.stop(error instanceof Error ? error : new Error(String(error)));
    }
  }).catch((error) => rethrow(error, limits.hosts.get(target.host)));
}

/** Bytes that are handed to a connection at once, and beyond which a body is cut into such pieces. */
const piece = 64 * 1024;
const largeBody = 256 * 1024;

/** A large body is sent in pieces, so that one which is no longer to be sent does not end by itself. */
function inPieces(body: HttpRequest['body'] = undefined) {
  const bytes = typeof body === 'function' || !body || body.length < largeBody ? undefined : Buffer.from(body);
  if (!bytes) return { body: body ?? null, length: {} };
  const pieces = async function* () {
    for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
  };
  return { body: pieces, length: { 'content-length': String(bytes.length) } };
}

/** The same pieces; `demand` is asked before each, and before the end. */
async function* timely(pieces: AsyncIterable<Uint8Array>, demand: () => void) {
  for await (const one of pieces) {
    demand();
    yield one;
  }
  demand();
}

/** A name whose addresses are not allowed is the fault of the parameter that names it. */
export function rethrow(error: Error, parameter: string | undefined): never {
  throw error.cause instanceof NetworkRefused ? new Refused(error.message, parameter, 'network') : error;
}

/**
 * The parsed address, if it may be requested. Where its host is a name, {@link Egress.lookup} judges its addresses.
 * @throws Refused
 */
export function permitted(url: string, limits: Pick<HttpLimits, 'hosts' | 'developmentHosts' | 'egress'>): URL {
  const target = URL.parse(url);
  if (!target) throw new Refused('the address is not a URL');
  const parameter = limits.hosts.get(target.host);
  if (parameter === undefined) throw new Refused(`no parameter names the host ${target.host}`);
  if (target.username || target.password) throw new Refused('credentials do not belong in an address', parameter);
  const secure = target.protocol === 'https:';
  const plain = target.protocol === 'http:' && mayBePlain(target.hostname, target.host, limits.developmentHosts);
  if (!secure && !plain)
    throw new Refused(`${target.protocol.slice(0, -1)} to ${target.host} is not allowed, only https`, parameter);
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !limits.egress.permits(literal))
    throw new Refused(`${literal} is in no allowed network`, parameter, 'network');
  return target;
}

/**
 * Whether a host may be spoken to without TLS: loopback, and hosts named for development. `host`: `hostname[:port]`.
 */
export function mayBePlain(hostname: string, host: string, developmentHosts: string[]): boolean {
  const loopback =
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return loopback || developmentHosts.includes(hostname) || developmentHosts.includes(host);
}

/** Collects the answer to one request from undici's callbacks. */
class Exchange implements Dispatcher.DispatchHandler {
  onFinished = () => {};
  #controller?: Dispatcher.DispatchController;
  #finished = false;
  #sent = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    readonly leave: () => void,
    readonly onUnanswered: () => void,
    readonly largest: number,
    readonly resolve: (answer: HttpAnswer) => void,
    readonly reject: (error: Error) => void,
  ) {}

  /** undici calls this with an open connection, right before it writes. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#finished) {
      controller.abort(new Error('stopped'));
      return;
    }
    this.#controller = controller;
    try {
      this.leave();
      this.#sent = true;
    } catch (error) {
      this.#finish(() => this.reject(error as Error));
      controller.abort(new Error('stopped'));
    }
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.largest) this.stop(new Error(`the answer exceeds ${this.largest} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks);
    const text = () => body.toString('utf8');
    this.#finish(() =>
      this.resolve({
        status: this.#status,
        headers: this.#headers,
        bytes: () => body,
        text,
        json: () => parsed(text()),
      }),
    );
  }

  onResponseError(_: unknown, error: Error): void {
    this.stop(error);
  }

  stop(error: Error): void {
    if (!this.#finished && this.#status === 0) this.onUnanswered();
    this.#finish(() => this.reject(this.#sent ? error : new NotSent(reasonOf(error), { cause: error })));
    this.#controller?.abort(error);
  }

  /** Resolves or rejects, once. */
  #finish(how: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    this.onFinished();
    how();
  }
}

/** A SyntaxError quotes a piece of the text, which may be personal, so another error is thrown. */
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
}
