import type { Database } from '#store/database.js';
import { beat, endWorker } from '#store/sql/worker.js';
import { WakeLoop } from './wake-loop.js';

/*
 * Every worker tells the store that it lives. Others take over the tasks of one that has been silent for longer than
 * `silence` (`gone.ts`), without waiting for their leases.
 *
 * A worker that is frozen, or cut off from the store, looks dead and is not. So it counts by itself: once its last
 * confirmed beat is older than `silence`, it holds nothing any more of what it has claimed, and never again. Whatever
 * others may then take over asks this right before it sends (`fence` of `libs/adapter-host/context.ts`).
 */

/** Milliseconds without a confirmed beat after which a worker holds nothing any more. */
export const silence = 3_000;
/** Milliseconds between two beats. */
const pause = 500;

/** What was claimed while a worker's beats had no gap. */
export interface Hold {
  /** Whether it is still held: asked right before something leaves, because a frozen process wakes up anywhere. */
  holds(): boolean;
  /** Aborted when it is held no more. */
  lost: AbortSignal;
}

export interface Pulse {
  /** To be had before the claim: what is claimed under it is lost with it. Undefined: nothing can be held now. */
  hold(): Hold | undefined;
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
  let current: { hold: Hold; abort: AbortController } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let confirmed = moment();
  const fresh = () => since(confirmed) < silence;

  /** A beat counts from before it was sent, so that whoever sees it knows less of this worker's time than itself. */
  async function once(): Promise<void> {
    const from = moment();
    await beat(db, { worker, now: db.now() });
    if (!fresh()) lose();
    confirmed = from;
    current ??= begin();
    clearTimeout(timer);
    timer = setTimeout(lose, silence - since(from)).unref();
  }

  function begin(): { hold: Hold; abort: AbortController } {
    const abort = new AbortController();
    const hold: Hold = { holds: () => current?.hold === hold && fresh(), lost: abort.signal };
    return { hold, abort };
  }

  function lose(): void {
    if (!current) return;
    log('the store has confirmed no sign of life of this worker: it holds nothing any more', { worker, silence });
    const { abort } = current;
    current = undefined;
    abort.abort(new Error('the worker has lost its pulse'));
  }

  await once();
  const beating = new WakeLoop(
    () => once().then(() => pause),
    (error) => {
      log('beat failed', { error });
      return pause;
    },
  );
  return {
    hold: () => (current?.hold.holds() ? current.hold : undefined),
    async close() {
      await beating.close();
      clearTimeout(timer);
      await endWorker(db, { worker }).catch((error) => log('beat failed', { error }));
      await db.close();
    },
  };
}

/**
 * Now, by two clocks: the monotonic one goes on while the process is stopped, but not while its machine is suspended;
 * the other then jumps.
 */
function moment() {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** Milliseconds since then, by the clock that says more. */
const since = (then: ReturnType<typeof moment>) => Math.max(performance.now() - then.monotonic, Date.now() - then.wall);
