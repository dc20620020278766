import type { Socket } from 'node:net';
import type { AdapterContext, HttpAnswer } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { connect, guarded, namedBy } from './connect.js';
import { canonical } from './egress.js';
import { openFolder } from './folder.js';
import { leavesDoubt, mayBePlain, NotSent, Refused, send } from './http.js';
import type { Redactor } from './redact.js';
import { storable } from './storable.js';
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
  /**
   * Whether this call still counts, asked right before anything leaves; `lost` ends the call. Others take over a call
   * that does not count: one that has kept nothing yet, or (`ends: false`) any. Absent: it counts until its deadline.
   */
  fence?: { holds(): boolean; lost: AbortSignal; ends: boolean };
  /** Called before the first byte of what may change the target leaves; where it throws, nothing does. */
  depart?(): void;
  /** W3C `traceparent` of this call. */
  traceparent: string;
  now(): Date;
  /** `host[:port]` → full name of the parameter that names it. */
  allowedHosts: Map<string, string>;
  /** Durable when it resolves; returns what an earlier attempt stored under the same step, else `data`. */
  checkpoint(step: string, data: Json): Promise<Json>;
  /** What an earlier attempt stored under the step. Absent: nothing was kept under any. */
  kept?(step: string): Promise<Json | undefined>;
  /** Called after each answer to an HTTP request, with the milliseconds from the request to the answer's end. */
  onAnswer?(milliseconds: number): void;
  /** Gets redacted text only. */
  log(message: string, fields: Fields): void;
  redact: Redactor;
}

/** The status of an answer that {@link leavesDoubt}, or none. */
export type Unclear = number | 'no answer';

/** A context that knows what went through it, and ends. */
export interface OpenContext extends AdapterContext {
  /**
   * Whether a request that changes the target may have left, whether there was a checkpoint before any other send, and
   * whether a connection could not be made or a request got no answer. `unclear`: how such requests ended after which
   * nobody knows whether the target has done its work.
   */
  traces(): Traces;
  /** What was reached, for whoever explains a failure. */
  reach(): Reach;
  /** Resolves when deadline or signal end the call, with the reason. */
  ended: Promise<'deadline' | 'stopped'>;
  close(): void;
}

interface Traces {
  sent: boolean;
  checkpointed: boolean;
  /** Whether there was a connection of the adapter's own, on which nobody sees what leaves. */
  connected: boolean;
  unanswered: boolean;
  unclear: Unclear[];
}

export interface Reach {
  /** The parameter that names the host which was asked last, or the first that may be asked. */
  asked?: string | undefined;
  /** Whether anything has answered, or taken a connection. */
  reached: boolean;
  /** The first refusal, whatever the adapter made of it. */
  refused?: Refused;
}

/** Builds what an adapter sees of the world during one call. Whoever calls it closes it when the call is over. */
export function createContext(options: ContextOptions): OpenContext {
  const { allowedHosts, developmentHosts, egress, traceparent, redact } = options;
  const traces: Traces = { sent: false, checkpointed: false, connected: false, unanswered: false, unclear: [] };
  const reach: Reach = { reached: false, asked: [...allowedHosts.values()][0] };
  const sockets: Socket[] = [];
  const lifetime = lifetimeOf(options, traces);
  const { signal, remaining, demandTime, leave } = lifetime;
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
      const limits = { hosts: allowedHosts, developmentHosts, egress, remaining, leave, signal, traceparent };
      const asked = allowedHosts.get(URL.parse(url)?.host ?? '');
      const exchange = (onSent: () => void) =>
        noted(reach, asked, send(url, request, { ...limits, onUnanswered, onSent }));
      return traced(traces, exchange, options.onAnswer).finally(() => running--);
    },
    async connect(host, port, { plain = false } = {}) {
      leave();
      const named = `${host}:${port}`;
      const parameter = namedBy(host, port, allowedHosts);
      const socket = await noted(
        reach,
        parameter,
        plain && !mayBePlain(canonical(host), named, developmentHosts)
          ? Promise.reject(new Refused(`plain to ${host} is not allowed`, parameter))
          : connect(host, port, allowedHosts, egress, signal, remaining()),
      ).catch((error) => {
        if (!(error instanceof Refused)) onUnanswered();
        throw error;
      });
      sockets.push(socket);
      traces.connected = true;
      return guarded(socket, demandTime);
    },
    schemas: options.schemas,
    conceal: (secret) => redact.conceal(secret),
    folder: (path, use) => openFolder(options.dropFolder, path, leave, use),
    log: (message, fields = {}) => options.log(redact(message), redacted(fields, redact)),
    async checkpoint(step, data) {
      demandTime();
      const stored = await options.checkpoint(step, storable(data));
      traces.checkpointed = true;
      return stored;
    },
    kept: async (step) => options.kept?.(step),
    traces: () => ({ ...traces, unclear: [...traces.unclear] }),
    reach: () => reach,
    ended: lifetime.ended,
    close() {
      lifetime.end(running > 0);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Notes that a request left, whether its end tells what the target has done, and how long its answer took. */
async function traced(
  traces: Traces,
  send: (onSent: () => void) => Promise<HttpAnswer>,
  onAnswer: ContextOptions['onAnswer'],
): Promise<HttpAnswer> {
  const began = performance.now();
  let left = false;
  try {
    const answer = await send(() => {
      left = true;
      traces.sent = true;
    });
    onAnswer?.(performance.now() - began);
    if (left && leavesDoubt(answer.status)) traces.unclear.push(answer.status);
    return answer;
  } catch (error) {
    if (left) traces.unclear.push('no answer');
    throw error;
  }
}

/** Notes how it goes with the host that is named by `parameter`. */
async function noted<T>(reach: Reach, parameter: string | undefined, work: Promise<T>): Promise<T> {
  reach.asked = parameter;
  try {
    const result = await work;
    reach.reached = true;
    return result;
  } catch (error) {
    if (error instanceof Refused) reach.refused ??= error;
    throw error;
  }
}

/** How long a call lasts: until its deadline, until the worker stops, or until it is over. */
function lifetimeOf({ deadline, now, signal, fence, depart }: ContextOptions, traces: Traces) {
  const abort = new AbortController();
  let over = false;
  const isFenced = () => fence !== undefined && !(fence.ends && traces.checkpointed);
  const span = deadline.getTime() - now().getTime();
  const began = Date.now(); // by a clock that goes on while the machine is suspended
  const left = () => Math.min(deadline.getTime() - now().getTime(), began + span - Date.now());
  const remaining = () => (over || (isFenced() && !fence!.holds()) ? 0 : left());
  const demandTime = () => {
    if (abort.signal.aborted || remaining() <= 0) throw new NotSent('the deadline has passed');
  };
  const ended = new Promise<'deadline' | 'stopped'>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(abort.signal.reason.message), { once: true });
  });
  const stop = () => abort.abort(new Error('stopped'));
  const lose = () => isFenced() && stop();
  const timer = setTimeout(() => abort.abort(new Error('deadline')), Math.max(0, remaining()));
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  if (fence?.lost.aborted) lose();
  else fence?.lost.addEventListener('abort', lose, { once: true });
  return {
    signal: abort.signal,
    /** Milliseconds; none once the call is over, or does not count any more. */
    remaining,
    /** @throws NotSent where there is none */
    demandTime,
    /** To be called right before what may change the target leaves; throws likewise. */
    leave(): void {
      demandTime();
      depart?.();
      demandTime();
    },
    ended,
    /** The call is over. `abandon`: it left requests behind, which are aborted. */
    end(abandon: boolean): void {
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      fence?.lost.removeEventListener('abort', lose);
      if (abandon) abort.abort(new Error('the call is over'));
    },
  };
}

type Fields = Record<string, string | number | boolean>;

const redacted = (fields: Fields, redact: Redactor): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );
