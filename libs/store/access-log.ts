import type { Sql } from './database.js';
import type { AccessLogEntry, AccessLogOutcome } from './rows.js';
import {
  type AccessLogOfPersonRow,
  accessLogMonthsBefore,
  accessLogOfPerson,
  addAccessLogEntries,
  addAccessLogOutcomes,
  forgetAccessLogMonth,
  openAccessLogMonth,
} from './sql/access-log.js';

export type { AccessLogEntry, AccessLogOutcome } from './rows.js';

export type ReadEntry = Omit<AccessLogEntry, 'persons'> & { outcome?: string };

/** Durable when it resolves. An entry that is there already stays as it is. */
export async function insertEntries(sql: Sql, entries: AccessLogEntry[]): Promise<void> {
  await inOpenMonth(sql, entries, () => addAccessLogEntries(sql, { entries }));
}

export async function insertOutcomes(sql: Sql, outcomes: AccessLogOutcome[]): Promise<void> {
  await inOpenMonth(sql, outcomes, () => addAccessLogOutcomes(sql, { outcomes }));
}

/** A person's entries, newest first, from `since` up to (and without) `before`; of these regions, or of all. */
export async function entriesOf(
  sql: Sql,
  asked: {
    /** Pseudonyms, hex: of one person, under several keys. */
    person: readonly string[];
    since: Date;
    before: { at: Date; id: string };
    /** Prefixes of the authority's ARS. */
    regions: string[] | undefined;
    limit: number;
  },
): Promise<ReadEntry[]> {
  const { person, since, before, regions, limit } = asked;
  const persons = person.map((pseudonym) => Buffer.from(pseudonym, 'hex'));
  const page = { persons, since, beforeAt: before.at, beforeId: before.id, regions, most: limit };
  return (await accessLogOfPerson(sql, page)).map(readEntry);
}

function readEntry(row: AccessLogOfPersonRow): ReadEntry {
  const { leistung, adapter, reason, submissionId, caseId, outcome, ...entry } = row;
  return {
    ...entry,
    leistung: leistung ?? undefined,
    adapter: adapter ?? undefined,
    reason: reason ?? undefined,
    submissionId: submissionId ?? undefined,
    caseId: caseId ?? undefined,
    ...(outcome && { outcome }),
  };
}

/** Makes the partitions of the month of `now` and of the two after it. */
export async function openMonths(sql: Sql, now: Date): Promise<void> {
  for (const ahead of [0, 1, 2]) await openAccessLogMonth(sql, { month: monthOf(now, ahead) });
}

/** Whether there is anything to forget. */
export async function anyMonthBefore(sql: Sql, before: Date): Promise<boolean> {
  return (await accessLogMonthsBefore(sql, { day: dayOf(before) })).length > 0;
}

/**
 * Drops every month whose last entry is from before `before`, and records when and how many. Answers how many entries.
 */
export async function forgetMonths(sql: Sql, before: Date, now: Date): Promise<number> {
  const months = await accessLogMonthsBefore(sql, { day: dayOf(before) });
  let gone = 0;
  for (const { month } of months) gone += (await forgetAccessLogMonth(sql, { month, now }))?.entries ?? 0;
  return gone;
}

/** No partition takes the row: SQLSTATE check_violation. */
const noPartition = '23514';

/** The sweeper makes months ahead; should it have been away that long, the first who writes makes the month. */
async function inOpenMonth(sql: Sql, rows: { at: Date }[], insert: () => Promise<unknown>): Promise<void> {
  if (rows.length === 0) return;
  try {
    await insert();
  } catch (error) {
    if ((error as { code?: string }).code !== noPartition) throw error;
    for (const month of new Set(rows.map(({ at }) => monthOf(at)))) await openAccessLogMonth(sql, { month });
    await insert();
  }
}

/** First day, ISO 8601, UTC. */
function monthOf(at: Date, ahead = 0): string {
  return dayOf(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1)));
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
