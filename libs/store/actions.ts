import type { Sql } from './database.js';
import { actionsOn as actionRowsOn, noteAction as addAction } from './sql/action.js';

/** What an operator did that belongs to no single submission. */
export interface Action {
  at: Date;
  actor: string;
  type:
    | 'replay-started'
    | 'replay-paused'
    | 'replay-resumed'
    | 'replay-cancelled'
    | 'lane-probed'
    | 'stray-dismissed'
    | 'mandate-given'
    | 'mandate-revoked'
    | 'schema-imported'
    | 'schema-withdrawn';
  /** Replay id, lane, stray id, mandate id or schema key. */
  subject: string;
  reason?: string | undefined;
}

export async function noteAction(sql: Sql, action: Action): Promise<void> {
  await addAction(sql, action);
}

/** What was done about a subject, oldest first. Times are ISO 8601, UTC. */
export async function actionsOn(
  sql: Sql,
  subject: string,
): Promise<{ at: string; actor: string; type: string; reason: string | null }[]> {
  return (await actionRowsOn(sql, { subject })).map((row) => ({ ...row, at: row.at.toISOString() }));
}
