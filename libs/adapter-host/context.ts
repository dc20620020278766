import type { Socket } from 'node:net';
import type { AdapterContext } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { connect } from './connect.js';
import { openFolder } from './folder.js';
import { mayBePlain, NotSent, Refused, send } from './http.js';
import type { Redactor } from './redact.js';
import type { Surroundings } from './surroundings.js';

/** What the core gives for one call. */
export interface ContextOptions extends Surroundings {
  /** The task id. */
  idempotencyKey: string;
  /** From 1. */
  attempt: number;
  deadline: Date;
  /** Ends the call early, for instance when the worker drains. */
  signal?: AbortSignal;
  /** W3C `traceparent` of this call. */
  traceparent: string;
  now(): Date;
  /** `host[:port]` → full name of the parameter that names it. */
  allowedHosts: Map<string, string>;
  /** Durable when it resolves; returns what an earlier attempt stored under the same step, else `data`. */
  checkpoint(step: string, data: Json): Promise<Json>;
  /** Absent: nothing was kept. */
  kept?(step: string): Promise<Json | undefined>;
  /** Gets redacted text only. */
  log(message: string, fields: Record<string, string | number | boolean>): void;
  redact: Redactor;
}

/** A context that knows what went through it, and ends. */
export interface OpenContext extends AdapterContext {
  /** Whether anything that changes the target may have left: a request that changes it, or a checkpoint before a send of another kind. */
  traces(): { sent: boolean; checkpointed: boolean };
  /** Resolves, with why, when deadline or signal end the call. */
  ended: Promise<'deadline' | 'stopped'>;
  close(): void;
}

/** Builds what an adapter sees of the world during one call. Close it when the call is over. */
export function createContext(options: ContextOptions): OpenContext {
  const abort = new AbortController();
  const traces = { sent: false, checkpointed: false };
  const sockets: Socket[] = [];
  let running = 0;
  let over = false;
  const remaining = () => (over ? 0 : options.deadline.getTime() - options.now().getTime());
  const ended = new Promise<'deadline' | 'stopped'>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(abort.signal.reason.message), { once: true });
  });
  const end = (why: 'deadline' | 'stopped') => abort.abort(new Error(why));
  const stop = () => end('stopped');
  const timer = setTimeout(() => end('deadline'), Math.max(0, remaining()));
  if (options.signal?.aborted) stop();
  else options.signal?.addEventListener('abort', stop, { once: true });
  return {
    idempotencyKey: options.idempotencyKey,
    attempt: options.attempt,
    deadline: options.deadline,
    signal: abort.signal,
    traceparent: options.traceparent,
    now: options.now,
    http(url, request = {}) {
      running++;
      const answer = send(url, request, {
        hosts: options.allowedHosts,
        developmentHosts: options.developmentHosts,
        remaining,
        signal: abort.signal,
        traceparent: options.traceparent,
        onSent: () => {
          traces.sent = true;
        },
      });
      return answer.finally(() => running--);
    },
    async connect(host, port, { plain = false } = {}) {
      if (abort.signal.aborted || remaining() <= 0) throw new NotSent('the deadline has passed');
      if (plain && !mayBePlain(host, `${host}:${port}`, options.developmentHosts))
        throw new Refused(
          `plain to ${host} is not allowed`,
          options.allowedHosts.get(host) ?? options.allowedHosts.get(`${host}:${port}`),
        );
      const socket = await connect(host, port, options.allowedHosts, abort.signal, remaining());
      sockets.push(socket);
      return socket;
    },
    schemas: options.schemas,
    conceal: (secret) => options.redact.conceal(secret),
    folder: (path, use) => openFolder(options.dropFolder, path, use),
    log: (message, fields = {}) => {
      const safe = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? options.redact(value) : value,
      ]);
      options.log(options.redact(message), Object.fromEntries(safe));
    },
    async checkpoint(step, data) {
      if (abort.signal.aborted || remaining() <= 0) throw new NotSent('the deadline has passed');
      const stored = await options.checkpoint(step, data);
      traces.checkpointed = true;
      return stored;
    },
    kept: async (step) => options.kept?.(step),
    traces: () => ({ ...traces }),
    ended,
    close() {
      over = true;
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
      if (running > 0) abort.abort(new Error('the call is over'));
      for (const socket of sockets) socket.destroy();
    },
  };
}
