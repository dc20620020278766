import type { Database, Sql } from '#store/database.js';
import { locateTask } from '#store/sql/dead-letter.js';
import type { TaskState } from '#submission/vocabulary.js';

/** What the operator's verbs work with. */
export interface OperatorContext {
  db: Database;
  /** Adapters that can look whether something arrived. */
  finders: readonly string[];
}

/** How an action on a dead task ended. Only `done` changed anything. */
export type ActionResult =
  | { kind: 'done' }
  /** It is not dead: somebody was faster, or it never was. */
  | { kind: 'taken'; state: TaskState }
  /** Something may have been sent, and only a person can say whether it arrived: settle first. */
  | { kind: 'in-doubt' }
  /** There is nothing to settle. */
  | { kind: 'not-in-doubt' }
  | { kind: 'unknown-task' };

/** Why nothing was changed. @param dead the answer for a task that is dead after all */
export async function refused(
  sql: Sql,
  taskId: string,
  dead: 'in-doubt' | 'not-in-doubt' | 'taken',
): Promise<ActionResult> {
  const task = await locateTask(sql, { taskId });
  if (!task) return { kind: 'unknown-task' };
  return task.state === 'dead' && dead !== 'taken' ? { kind: dead } : { kind: 'taken', state: task.state };
}
