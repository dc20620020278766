// Generated from attempt.sql and the migrated schema: change the statements, then npm run sql
import type { RanParameter } from '../rows.js';
import { one } from '../statement.js';

export interface LastLookupParameters {
  taskId: string;
}

export interface LastLookupRow {
  attempt: number | null;
}

/** The number of the last attempt that asked a register. */
export const lastLookup = one<LastLookupParameters, LastLookupRow>('attempt.sql', 'last_lookup', (p) => [p.taskId], [
  'attempt',
]);

export interface AttemptRanWithParameters {
  taskId: string;
  attempt: number;
}

export interface AttemptRanWithRow {
  parameters: RanParameter[] | null;
  adapterVersion: string | null;
}

/** The parameter versions and the adapter's version that an attempt ran with. */
export const attemptRanWith = one<AttemptRanWithParameters, AttemptRanWithRow>(
  'attempt.sql',
  'attempt_ran_with',
  (p) => [p.taskId, p.attempt],
  ['parameters', 'adapterVersion'],
);

export interface VersionPendingParameters {
  taskId: string;
}

export interface VersionPendingRow {
  adapterVersion: string | null;
}

/** The adapter's version that the target took the task from: whoever asks for its status asks with it. */
export const versionPending = one<VersionPendingParameters, VersionPendingRow>(
  'attempt.sql',
  'version_pending',
  (p) => [p.taskId],
  ['adapterVersion'],
);
