import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import type { HttpAnswer, HttpRequest, TlsOptions } from '#adapters/contract.js';

/** Nothing left this machine: trying again cannot double anything. */
export class NotSent extends Error {
  override name = 'NotSent';
}

/** Refused before sending because of a setting: `parameter` is the full name of the parameter that named the host, if one did. */
export class Refused extends NotSent {
  override name = 'Refused';
  constructor(
    message: string,
    readonly parameter?: string,
  ) {
    super(message);
  }
}

export interface HttpLimits {
  /** `host[:port]` → full name of the parameter that names it. No other host is reached. */
  hosts: Map<string, string>;
  /** Host names besides loopback that may be spoken to without TLS. */
  developmentHosts: string[];
  /** Milliseconds left until the deadline. */
  remaining(): number;
  signal: AbortSignal;
  traceparent: string;
  /** Called when the first byte of a request that changes the target may have left. */
  onSent(): void;
}

/** Bytes an answer may have where nothing is said, and at most. */
export const answerLimit = 10 * 1024 * 1024;
const answerMost = 64 * 1024 * 1024;

const agents = new Map<string, Agent>();
const mostAgents = 100;

/** One agent, and so one set of connections, for each set of certificates. */
function agentFor({ ca, certificate: cert, key }: TlsOptions = {}): Agent {
  const name = createHash('sha256')
    .update(JSON.stringify([ca, cert, key]))
    .digest('base64');
  const known = agents.get(name);
  if (known) return known;
  const agent = new Agent({
    allowH2: false,
    connect: {
      timeout: 10_000,
      ...(ca && { ca: [...rootCertificates, ca] }),
      ...(cert && { cert }),
      ...(key && { key }),
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
  });
  agents.set(name, agent);
  const [oldest] = agents;
  if (agents.size > mostAgents && oldest) {
    agents.delete(oldest[0]);
    void oldest[1].close();
  }
  return agent;
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND']);

/** One request within the limits, its answer read whole. Redirects are not followed. Throws {@link NotSent} while nothing can have left. */
export async function send(url: string, request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const target = permitted(url, limits);
  const remaining = Math.min(limits.remaining(), request.timeout ?? Number.POSITIVE_INFINITY);
  if (limits.signal.aborted || remaining <= 0) throw new NotSent('the deadline has passed');
  const method = (request.method ?? 'GET').toUpperCase();
  const options: Dispatcher.DispatchOptions = {
    origin: target.origin,
    path: target.pathname + target.search,
    method: method as Dispatcher.HttpMethod,
    headers: { ...request.headers, traceparent: limits.traceparent },
    body:
      typeof request.body === 'function'
        ? Readable.from(request.body(), { objectMode: false })
        : (request.body ?? null),
  };
  const onSent = (request.changes ?? !reading.has(method)) ? limits.onSent : () => {};
  return new Promise((resolve, reject) => {
    const largest = Math.min(request.largest ?? answerLimit, answerMost);
    const exchange = new Exchange(onSent, largest, resolve, reject);
    const stop = () => exchange.stop(new Error('stopped at the deadline'));
    const timer = setTimeout(() => exchange.stop(new Error(`no answer within ${remaining} ms`)), remaining);
    limits.signal.addEventListener('abort', stop, { once: true });
    exchange.onSettled = () => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', stop);
    };
    try {
      agentFor(request.tls).dispatch(options, exchange);
    } catch (error) {
      exchange.onResponseError(null, error as Error);
    }
  });
}

/** Throws {@link Refused}. */
export function permitted(url: string, limits: Pick<HttpLimits, 'hosts' | 'developmentHosts'>): URL {
  const target = URL.parse(url);
  if (!target) throw new Refused('the address is not a URL');
  const parameter = limits.hosts.get(target.host);
  if (parameter === undefined) throw new Refused(`no parameter names the host ${target.host}`);
  if (target.username || target.password) throw new Refused('credentials do not belong in an address', parameter);
  const secure = target.protocol === 'https:';
  const plain = target.protocol === 'http:' && mayBePlain(target.hostname, target.host, limits.developmentHosts);
  if (!secure && !plain)
    throw new Refused(`${target.protocol.slice(0, -1)} to ${target.host} is not allowed, only https`, parameter);
  return target;
}

/** Loopback and hosts named for development; `host` is `hostname[:port]`. */
export function mayBePlain(hostname: string, host: string, developmentHosts: string[]): boolean {
  const loopback =
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return loopback || developmentHosts.includes(hostname) || developmentHosts.includes(host);
}

/** One request and its answer, as undici tells them. */
class Exchange implements Dispatcher.DispatchHandler {
  onSettled = () => {};
  #controller?: Dispatcher.DispatchController;
  #settled = false;
  #sent = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    readonly onSent: () => void,
    readonly largest: number,
    readonly resolve: (answer: HttpAnswer) => void,
    readonly reject: (error: Error) => void,
  ) {}

  /** undici calls this with an open connection, right before it writes. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      controller.abort(new Error('stopped'));
      return;
    }
    this.#controller = controller;
    this.#sent = true;
    this.onSent();
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
    this.#settle(() =>
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
    this.#settle(() =>
      this.reject(
        this.#sent ? error : new NotSent(error.message || (error as { code?: string }).code, { cause: error }),
      ),
    );
    this.#controller?.abort(error);
  }

  #settle(how: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.onSettled();
    how();
  }
}

/** Without the snippet of the text that a SyntaxError quotes: it may be personal. */
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
}
