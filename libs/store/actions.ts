import type { Json } from '#submission/vocabulary.js';
import type { Sql } from './database.js';
import { actionsOn as actionRowsOn, noteAction as addAction } from './sql/action.js';

/** What somebody did that belongs to no single submission, or that the submission need not show. */
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
    | 'schema-withdrawn'
    | 'callback-set'
    | 'callback-removed'
    | 'adapter-checked'
    | 'render-refused'
    | 'person-identified'
    | 'parameter-set'
    | 'parameter-removed'
    | 'keys-rotated'
    | 'evidence-key';
  /**
   * Replay id, lane, stray id, mandate id, schema key, client, task id, pseudonym, a parameter's key, a key's id, or
   * that with which the evidence log is verified.
   */
  subject: string;
  reason?: string | undefined;
  data?: Record<string, Json>;
}

export async function noteAction(sql: Sql, action: Action): Promise<void> {
  await addAction(sql, { data: {}, ...action });
}

/** What was done about a subject, oldest first. Times are ISO 8601, UTC. */
export async function actionsOn(
  sql: Sql,
  subject: string,
): Promise<{ at: string; actor: string; type: string; reason: string | null }[]> {
  return (await actionRowsOn(sql, { subject })).map((row) => ({ ...row, at: row.at.toISOString() }));
}
