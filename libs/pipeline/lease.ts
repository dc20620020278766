import type { ClaimedTask } from '#store/tasks.js';
import type { Worker } from './worker.js';

/** The store may be away for a moment: the result is worth trying for until the lease ends. After that the sweeper looks. */
export async function untilLeaseEnds<T>(
  { db, log }: Worker,
  task: ClaimedTask,
  work: () => Promise<T>,
): Promise<T | false> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (db.now().getTime() + 1000 > task.leaseUntil.getTime()) throw error;
      log('recording failed, trying again', { taskId: task.taskId, submissionId: task.submissionId, error });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
