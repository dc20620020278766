import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#store/database.js';
import { beat, endWorker } from '#store/sql/worker.js';

/*
 * Every worker tells the store that it lives. Another worker takes over the tasks of one that has been silent for
 * longer than `silence`, without waiting for their leases.
 *
 * A worker that is frozen, or cut off from the store, looks dead while a request of its is on the way. So it fences
 * itself: once its last confirmed beat is older than `silence`, it starts no send, and a call that `find` can ask about
 * is aborted, as a killed worker's would be. From then on nothing can arrive at the target that was not already on the
 * way, and after the adapter's `findableWithin` its `find` is conclusive. A call that nobody can ask about goes on
 * until its deadline, and its task keeps its lease.
 */

/** Milliseconds without a confirmed beat after which a worker holds nothing any more. */
export const silence = 3_000;
/** Milliseconds that others wait beyond `silence`, since no two clocks agree. */
export const margin = 500;
/** Milliseconds between two beats. */
const pause = 500;

/** Whether this worker still holds what it has claimed. */
export interface Pulse {
  /** Whether a send may start: asked right before it leaves, because a frozen process wakes up anywhere. */
  holds(): boolean;
  /** Aborted when it holds no more. After the next confirmed beat there is a new one. */
  lost(): AbortSignal;
  /** Milliseconds without a gap for which the store has confirmed this worker's beats, up to now. */
  steady(): number;
}

/**
 * Beats until it is closed. Resolves after the first beat that the store has confirmed. `db` is a connection of the
 * pulse's own, so that no other statement holds it up, and is closed with it.
 */
export async function startPulse(
  db: Database,
  worker: string,
  log: (message: string, fields: Record<string, unknown>) => void,
): Promise<Pulse & { close(): Promise<void> }> {
  const stop = new AbortController();
  let fence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let confirmed = Number.NEGATIVE_INFINITY;
  let since = 0;
  const holds = () => performance.now() - confirmed < silence;

  async function once(): Promise<void> {
    const from = performance.now();
    await beat(db, { worker, now: db.now() });
    if (!holds()) since = from;
    confirmed = from;
    if (fence.signal.aborted) fence = new AbortController();
    clearTimeout(timer);
    timer = setTimeout(lose, from + silence - performance.now()).unref();
  }

  function lose(): void {
    log('the store has confirmed no sign of life of this worker: its calls end', { worker, silence });
    fence.abort(new Error('the worker has lost its pulse'));
  }

  async function keepBeating(): Promise<void> {
    while (!stop.signal.aborted) {
      await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) await once().catch((error) => log('beat failed', { error }));
    }
  }

  await once();
  const beating = keepBeating();
  return {
    holds,
    lost: () => fence.signal,
    steady: () => (holds() ? performance.now() - since : 0),
    async close() {
      stop.abort();
      await beating;
      clearTimeout(timer);
      await endWorker(db, { worker }).catch((error) => log('beat failed', { error }));
      await db.close();
    },
  };
}
