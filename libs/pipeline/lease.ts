import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '#store/database.js';
import type { ClaimedTask, Worker } from './worker.js';

/** Milliseconds: between two tries, and before the lease's end at which it is too late for another. */
const pause = 250;
const margin = 1000;
/** How often the store is asked to take what it refuses, although it is there. */
const refusals = 5;

/** The store is there and does not take this. */
export class Unrecordable extends Error {
  override name = 'Unrecordable';
}

/**
 * Tries `work` again while the lease lasts: the store may be away for a moment, and a result is worth trying for. After
 * that the sweeper looks.
 * @throws Unrecordable after five refusals, else what the last try threw
 */
export async function untilLeaseEnds<T>({ db, log }: Worker, task: ClaimedTask, work: () => Promise<T>): Promise<T> {
  for (let refused = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) && ++refused === refusals) throw new Unrecordable('refused', { cause: error });
      if (db.now().getTime() + margin > task.leaseUntil.getTime()) throw error;
      log('recording failed, trying again', { taskId: task.taskId, submissionId: task.submissionId, error });
      await sleep(pause);
    }
  }
}
