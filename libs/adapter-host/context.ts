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
  /** What an earlier attempt stored under the step. Absent: nothing was kept under any. */
  kept?(step: string): Promise<Json | undefined>;
  /** Gets redacted text only. */
  log(message: string, fields: Fields): void;
  redact: Redactor;
}

/** A context that knows what went through it, and ends. */
export interface OpenContext extends AdapterContext {
  /**
   * Whether a request that changes the target may have left, whether there was a checkpoint before any other send, and
   * whether a connection could not be made or a request got no answer.
   */
  traces(): { sent: boolean; checkpointed: boolean; unanswered: boolean };
  /** Resolves when deadline or signal end the call, with the reason. */
  ended: Promise<'deadline' | 'stopped'>;
  close(): void;
}

/** Builds what an adapter sees of the world during one call. Whoever calls it closes it when the call is over. */
export function createContext(options: ContextOptions): OpenContext {
  const { allowedHosts, developmentHosts, traceparent, redact } = options;
  const traces = { sent: false, checkpointed: false, unanswered: false };
  const sockets: Socket[] = [];
  const lifetime = lifetimeOf(options);
  const { signal, remaining } = lifetime;
  const demandTime = () => {
    if (signal.aborted || remaining() <= 0) throw new NotSent('the deadline has passed');
  };
  const onSent = () => {
    traces.sent = true;
  };
  const onUnanswered = () => {
    traces.unanswered = true;
  };
  let running = 0;
  // no `this`: adapters may take methods out of their context
  return {
    idempotencyKey: options.idempotencyKey,
    attempt: options.attempt,
    deadline: options.deadline,
    signal,
    traceparent,
    now: options.now,
    http(url, request = {}) {
      running++;
      const limits = { hosts: allowedHosts, developmentHosts, remaining, signal, traceparent, onSent, onUnanswered };
      return send(url, request, limits).finally(() => running--);
    },
    async connect(host, port, { plain = false } = {}) {
      demandTime();
      const named = `${host}:${port}`;
      if (plain && !mayBePlain(host, named, developmentHosts))
        throw new Refused(`plain to ${host} is not allowed`, allowedHosts.get(host) ?? allowedHosts.get(named));
      const socket = await connect(host, port, allowedHosts, signal, remaining()).catch((error) => {
        if (!(error instanceof Refused)) onUnanswered();
        throw error;
      });
      sockets.push(socket);
      return socket;
    },
    schemas: options.schemas,
    conceal: (secret) => redact.conceal(secret),
    folder: (path, use) => openFolder(options.dropFolder, path, use),
    log: (message, fields = {}) => options.log(redact(message), redacted(fields, redact)),
    async checkpoint(step, data) {
      demandTime();
      const stored = await options.checkpoint(step, data);
      traces.checkpointed = true;
      return stored;
    },
    kept: async (step) => options.kept?.(step),
    traces: () => ({ ...traces }),
    ended: lifetime.ended,
    close() {
      lifetime.end(running > 0);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** How long a call lasts: until its deadline, until the worker stops, or until it is over. */
function lifetimeOf({ deadline, now, signal }: Pick<ContextOptions, 'deadline' | 'now' | 'signal'>) {
  const abort = new AbortController();
  let over = false;
  const remaining = () => (over ? 0 : deadline.getTime() - now().getTime());
  const ended = new Promise<'deadline' | 'stopped'>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(abort.signal.reason.message), { once: true });
  });
  const stop = () => abort.abort(new Error('stopped'));
  const timer = setTimeout(() => abort.abort(new Error('deadline')), Math.max(0, remaining()));
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return {
    signal: abort.signal,
    /** Milliseconds; none once the call is over. */
    remaining,
    ended,
    /** The call is over. `abandon`: it left requests behind, which are aborted. */
    end(abandon: boolean): void {
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      if (abandon) abort.abort(new Error('the call is over'));
    },
  };
}

type Fields = Record<string, string | number | boolean>;

const redacted = (fields: Fields, redact: Redactor): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );
