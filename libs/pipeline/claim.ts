import { deadlineOf } from '#adapter-host/call.js';
import { versionsOf } from '#adapter-host/load.js';
import { claimTasks } from '#store/sql/claim.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/** Milliseconds of a lease for an adapter that this worker does not run. */
const otherLease = 60_000;

/** Takes the task for a new attempt. Undefined: somebody else has it, or there is nothing to do. */
export function claim({ writes }: WorkerOnTheWay, taskId: string): Promise<ClaimedTask | undefined> {
  return writes.claim(taskId);
}

/**
 * Claims a group; one answer for each id, in the order asked. Of a doubled ticket in the group only the first gets the
 * task.
 */
export async function claimGroup(worker: Worker, taskIds: string[]): Promise<(ClaimedTask | undefined)[]> {
  const { db, name, settings } = worker;
  const unique = [...new Set(taskIds)];
  const claimed = await claimTasks(db, {
    taskIds: unique,
    now: db.now(),
    slots: settings.LANE_SLOTS,
    leases: leasesOf(worker),
    worker: name,
  });
  const mine = new Map(claimed.map((task) => [task.taskId, task]));
  return taskIds.map((taskId) => {
    const task = mine.get(taskId);
    mine.delete(taskId);
    return task;
  });
}

/**
 * How long an attempt may hold its task, in milliseconds by adapter: the longest deadline of its versions and a grace.
 */
function leasesOf({ adapters, settings }: Worker): Record<string, number> {
  const leases = [...adapters].map(([id, adapter]) => {
    const deadlines = versionsOf(adapter).map((version) => deadlineOf(version, settings.ADAPTER_DEADLINE));
    return [id, Math.max(...deadlines) + settings.LEASE_GRACE];
  });
  return { ...Object.fromEntries(leases), '*': otherLease };
}
