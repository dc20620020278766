import type { ReplayParameters } from '#store/rows.js';
import { replayDead } from '#store/sql/replay.js';
import { type ActionResult, type OperatorContext, refused } from './operator.js';

export interface ReplayOrder {
  parameters: ReplayParameters;
  actor: string;
  reason?: string | undefined;
}

/** Brings one dead task back, due now. Of two people one gets `done`. */
export async function replay(
  { db, finders }: OperatorContext,
  taskId: string,
  { parameters, actor, reason }: ReplayOrder,
): Promise<ActionResult> {
  const replayed = await replayDead(db, {
    taskIds: [taskId],
    attempts: [null],
    finders,
    parameters,
    actor,
    details: { parameters, reason },
    now: db.now(),
  });
  return replayed.length === 1 ? { kind: 'done' } : refused(db, taskId, 'in-doubt');
}
