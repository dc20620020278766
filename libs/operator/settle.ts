import { following } from '#pipeline/record.js';
import { insertFollowing, settleDead } from '#store/operator.js';
import { type Acted, type Desk, refused } from './replay.js';

export interface Finding {
  /** What a person found out at the target. */
  arrived: boolean;
  actor: string;
  reason: string;
}

/** Ends the doubt about a dead task: done, and the next step is due; or to be sent again, with the same bytes under the same key. */
export async function settle({ db }: Desk, taskId: string, finding: Finding): Promise<Acted> {
  const settled = await db.transaction(async (sql) => {
    const at = db.now();
    const task = await settleDead(sql, taskId, { ...finding, at });
    const follow =
      task && finding.arrived ? following({ steps: task['steps'], step: task['step'], ars: task['ars'] }) : undefined;
    if (task && follow) await insertFollowing(sql, task, follow, at);
    return task !== undefined;
  });
  return settled ? { kind: 'done' } : refused(db, taskId, 'not-in-doubt');
}
