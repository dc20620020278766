import type { Database } from '#store/database.js';
import { whereIs } from '#store/dead-letters.js';
import { type ReplayOrder, replayDead } from '#store/operator.js';

/** What the operator's verbs work with. */
export interface Desk {
  db: Database;
  /** Adapters that can look whether something arrived. */
  finders: readonly string[];
}

/** How an action on a dead task ended. Only `done` changed anything. */
export type Acted =
  | { kind: 'done' }
  /** It is not dead: somebody was faster, or it never was. */
  | { kind: 'taken'; state: string }
  /** Something may have been sent, and only a person can say whether it arrived: settle first. */
  | { kind: 'in-doubt' }
  /** There is nothing to settle. */
  | { kind: 'not-in-doubt' }
  | { kind: 'unknown-task' };

/** Brings one dead task back, due now. Of two people one gets `done`. */
export async function replay(
  { db, finders }: Desk,
  taskId: string,
  order: Omit<ReplayOrder, 'at' | 'replayId'>,
): Promise<Acted> {
  const replayed = await replayDead(db, [{ taskId }], { ...order, at: db.now() }, finders);
  return replayed.length === 1 ? { kind: 'done' } : refused(db, taskId, 'in-doubt');
}

/** Why nothing was changed; `dead` if the task is dead after all. */
export async function refused(
  db: Database,
  taskId: string,
  dead: 'in-doubt' | 'not-in-doubt' | 'taken',
): Promise<Acted> {
  const task = await whereIs(db, taskId);
  if (!task) return { kind: 'unknown-task' };
  return task.state === 'dead' && dead !== 'taken' ? { kind: dead } : { kind: 'taken', state: task.state };
}
