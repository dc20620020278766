import { following } from '#pipeline/record.js';
import { addLane, addTask, settleDead } from '#store/sql/replay.js';
import { type ActionResult, type OperatorContext, refused } from './operator.js';

export interface Finding {
  /** What a person found out at the target. */
  arrived: boolean;
  actor: string;
  reason: string;
}

/**
 * Ends the doubt about a dead task: done, and the next step is due; or to be sent again, with the same bytes under the
 * same key.
 */
export async function settle(
  { db }: Pick<OperatorContext, 'db'>,
  taskId: string,
  finding: Finding,
): Promise<ActionResult> {
  const isSettled = await db.transaction(async (sql) => {
    const now = db.now();
    const task = await settleDead(sql, { taskId, ...finding, at: now });
    const follow = task && finding.arrived ? following(task) : undefined;
    if (task && follow) {
      await addLane(sql, { lane: follow.lane, adapter: follow.adapter, ars: task.ars });
      await addTask(sql, { ...task, ...follow, now });
    }
    return task !== undefined;
  });
  return isSettled ? { kind: 'done' } : refused(db, taskId, 'not-in-doubt');
}
