// Generated from record.sql and the migrated schema: change the statements, then npm run sql
import type { AttemptRecord } from '../rows.js';
import { json, many } from '../statement.js';

export interface RecordAttemptsParameters {
  records: AttemptRecord[];
  lost: boolean;
  now: Date;
}

export interface RecordAttemptsRow {
  taskId: string;
}

/**
 * Writes results of attempts: the task, its attempt, the end of its submission, the event, a register's answer, the
 * task of the following step and its lane. Answers the tasks whose attempt still held them; for the others nothing is
 * written. What was answered to a worker that only seemed gone counts too, until somebody looks whether the delivery
 * arrived; its attempt stays as it ended. `lost`: the sweeper writes for a worker that did not, which still counts as
 * no record.
 */
export const recordAttempts = many<RecordAttemptsParameters, RecordAttemptsRow>(
  'record.sql',
  'record_attempts',
  (p) => [json(p.records), p.lost, p.now],
  ['taskId'],
);
