import { discardDead } from '#store/sql/replay.js';
import { type ActionResult, type OperatorContext, refused } from './operator.js';

/** Gives a dead task up; its submission becomes `abandoned`. The reason is shown to the portal, too. */
export async function discard(
  { db }: Pick<OperatorContext, 'db'>,
  taskId: string,
  actor: string,
  reason: string,
): Promise<ActionResult> {
  const discarded = await discardDead(db, { taskId, actor, reason, at: db.now() });
  return discarded === 1 ? { kind: 'done' } : refused(db, taskId, 'taken');
}
