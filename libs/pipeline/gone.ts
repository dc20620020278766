import { workers } from '#store/sql/worker.js';
import { departuresFolder, leftBehind } from './departures.js';
import { type Hold, silence } from './pulse.js';
import type { Worker } from './worker.js';

/** Milliseconds that others wait beyond `silence`, since no two clocks run alike. */
const margin = 500;

/** Workers that are gone. */
export interface Gone {
  workers: string[];
  /** How many signs of life each of them had given. */
  beats: number[];
  /** Those of them of which it is known what has left. */
  dead: string[];
  /** What has left there, as `task:attempt`. */
  departed: string[];
}

/**
 * Makes a watch over the other workers. A worker is gone where its process on this machine has ended; or where no sign
 * of life has come for as long as it may be silent, by the clock of this process alone, since it saw the last one: the
 * other has counted at least as long. Who was silent itself begins to watch anew, so that an outage of the store is
 * not mistaken for the death of all others.
 */
export function watchWorkers(worker: Worker): () => Promise<Gone> {
  const seen = new Map<string, { beats: number; at: number }>();
  let own: Hold | undefined;
  return async () => {
    const gone: Gone = { workers: [], beats: [], dead: [], departed: [] };
    const hold = worker.pulse?.hold();
    if (hold !== own) seen.clear();
    own = hold;
    if (!hold) return gone;
    const running = await workers(worker.db);
    const now = performance.now();
    for (const { worker: name, beats } of running) {
      const known = seen.get(name);
      if (known?.beats !== beats) seen.set(name, { beats, at: now });
      if (known && known.beats !== beats) continue;
      const left = await leftBehind(departuresFolder(worker.settings), name);
      if (!left && (!known || now - known.at < silence + margin)) continue;
      gone.workers.push(name);
      gone.beats.push(beats);
      if (left) gone.dead.push(name);
      gone.departed.push(...(left ?? []));
    }
    for (const name of seen.keys()) if (!running.some((one) => one.worker === name)) seen.delete(name);
    return gone;
  };
}
