import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedTask, Worker } from './worker.js';

/** Milliseconds: between two tries, and before the lease's end at which it is too late for another. */
const pause = 250;
const margin = 1000;

/**
 * Tries `work` again while the lease lasts: the store may be away for a moment, and a result is worth trying for. After
 * that the sweeper looks.
 * @throws what the last try threw
 */
export async function untilLeaseEnds<T>({ db, log }: Worker, task: ClaimedTask, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (db.now().getTime() + margin > task.leaseUntil.getTime()) throw error;
      log('recording failed, trying again', { taskId: task.taskId, submissionId: task.submissionId, error });
      await sleep(pause);
    }
  }
}
