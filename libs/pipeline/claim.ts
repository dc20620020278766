import { deadlineOf } from '#adapter-host/call.js';
import { versionsOf } from '#adapter-host/load.js';
import { type ClaimedTask, claimTasks } from '#store/tasks.js';
import { grouped } from './grouped.js';
import type { Worker } from './worker.js';

/** One conditional update takes the task, its number becomes the fence. Undefined: somebody else has it, or there is nothing to do. */
export function claimer({
  db,
  adapters,
  settings,
  name,
}: Worker): (taskId: string) => Promise<ClaimedTask | undefined> {
  const leases = Object.fromEntries(
    [...adapters].map(([id, adapter]) => {
      const deadlines = versionsOf(adapter).map((version) => deadlineOf(version, settings.ADAPTER_DEADLINE));
      return [id, Math.max(...deadlines) + settings.LEASE_GRACE];
    }),
  );
  return grouped(async (taskIds: string[]) => {
    const unique = [...new Set(taskIds)];
    const claimed = await claimTasks(db, unique, db.now(), { ...leases, '*': 60_000 }, name);
    const mine = new Map(claimed.map((task) => [task.taskId, task]));
    return taskIds.map((taskId) => {
      const task = mine.get(taskId);
      mine.delete(taskId); // a doubled ticket in the same group gets nothing
      return task;
    });
  });
}
