// Generated from access-log.sql and the migrated schema: change the statements, then npm run sql
import type { AccessLogEntry, AccessLogOutcome } from '../rows.js';
import { exec, json, many, one } from '../statement.js';

export interface AddAccessLogEntriesParameters {
  entries: AccessLogEntry[];
}

/** Adds entries and whom they are about (`persons`: pseudonyms, hex). An entry that is there already stays as it is. */
export const addAccessLogEntries = exec<AddAccessLogEntriesParameters>(
  'access-log.sql',
  'add_access_log_entries',
  (p) => [json(p.entries)],
);

export interface AddAccessLogOutcomesParameters {
  outcomes: AccessLogOutcome[];
}

export const addAccessLogOutcomes = exec<AddAccessLogOutcomesParameters>(
  'access-log.sql',
  'add_access_log_outcomes',
  (p) => [json(p.outcomes)],
);

export interface AccessLogOfPersonParameters {
  persons: Uint8Array[];
  since: Date;
  beforeAt: Date;
  beforeId: string;
  regions?: readonly string[] | null | undefined;
  most: number;
}

export interface AccessLogOfPersonRow {
  entryId: string;
  at: Date;
  kind: 'lookup' | 'view';
  actor: string;
  authority: string;
  leistung: string | null;
  adapter: string | null;
  source: string;
  attributes: string[];
  purpose: string;
  legalBasis: string;
  reason: string | null;
  submissionId: string | null;
  caseId: string | null;
  outcome: string | null;
}

/**
 * A person's entries (`persons`: pseudonyms under several keys), newest first, from `since` up to, and without, the
 * entry (`before_at`, `before_id`); of these regions, or of all.
 */
export const accessLogOfPerson = many<AccessLogOfPersonParameters, AccessLogOfPersonRow>(
  'access-log.sql',
  'access_log_of_person',
  (p) => [p.persons, p.since, p.beforeAt, p.beforeId, p.regions, p.most],
  [
    'entryId',
    'at',
    'kind',
    'actor',
    'authority',
    'leistung',
    'adapter',
    'source',
    'attributes',
    'purpose',
    'legalBasis',
    'reason',
    'submissionId',
    'caseId',
    'outcome',
  ],
);

export interface OpenAccessLogMonthParameters {
  month: string;
}

/** `month`: its first day, `YYYY-MM-DD`. */
export const openAccessLogMonth = exec<OpenAccessLogMonthParameters>('access-log.sql', 'open_access_log_month', (p) => [
  p.month,
]);

export interface AccessLogMonthsBeforeParameters {
  day: string;
}

export interface AccessLogMonthsBeforeRow {
  month: string;
}

/** First days of the months that have ended at `day`. */
export const accessLogMonthsBefore = many<AccessLogMonthsBeforeParameters, AccessLogMonthsBeforeRow>(
  'access-log.sql',
  'access_log_months_before',
  (p) => [p.day],
  ['month'],
);

export interface ForgetAccessLogMonthParameters {
  month: string;
  now: Date;
}

export interface ForgetAccessLogMonthRow {
  entries: number;
}

/** Drops a month, and records when and how many entries went. */
export const forgetAccessLogMonth = one<ForgetAccessLogMonthParameters, ForgetAccessLogMonthRow>(
  'access-log.sql',
  'forget_access_log_month',
  (p) => [p.month, p.now],
  ['entries'],
);
