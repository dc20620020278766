import type { Numbers } from '#submission/number.js';
import type { Sql } from './database.js';
import {
  type GroupByCauseRow,
  groupByCause as groupRowsByCause,
  type ListDeadLettersRow,
  listDeadLetters as listRows,
} from './sql/dead-letter.js';

/** Which dead tasks are meant. Absent members match all. */
export interface DeadFilter {
  adapter?: string;
  leistung?: string;
  /** An ARS or a prefix of one. */
  region?: string;
  outcome?: string;
  /** The exact public reason. */
  reason?: string;
  /** The key of `causeOf`. */
  cause?: string;
  diedBefore?: Date;
  diedAfter?: Date;
  /** Region prefixes the asker may see; absent: the whole Land. */
  reach?: string[];
}

/** Strays belong to no region, adapter or outcome: a filter on one of them, or a limited reach, leaves them out. */
function includesStrays({ diedBefore, diedAfter, ...rest }: DeadFilter): boolean {
  return Object.values(rest).every((value) => value === undefined);
}

export interface DeadTask {
  kind: 'task';
  taskId: string;
  diedAt: string;
  submissionId: string;
  /** The submission's, as people say it. */
  number: string | null;
  leistung: string;
  ars: string;
  adapter: string;
  step: string;
  outcome: string | null;
  reason: string | null;
  cause: string | null;
  /** Only a person can say whether it arrived, unless the adapter can look. */
  inDoubt: boolean;
  attempts: number;
  createdAt: string;
}

export interface StrayLetter {
  kind: 'stray';
  strayId: string;
  diedAt: string;
  queue: string | null;
  reason: string;
  bytes: number;
}

/** Where a page ends. `at`: microseconds since 1970. */
export interface Position {
  at: number;
  id: string;
}

/** Newest first. `after` is the position that the page before ended with. */
export async function listDeadLetters(
  sql: Sql,
  filter: DeadFilter,
  limit: number,
  numbers: Pick<Numbers, 'write'>,
  after?: Position,
): Promise<{ items: (DeadTask | StrayLetter)[]; end?: Position }> {
  const rows = await listRows(sql, {
    ...filter,
    afterAt: after?.at,
    afterId: after?.id,
    most: limit + 1,
    withStrays: includesStrays(filter),
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const end = rows.length > limit && last ? { at: last.position, id: last.id } : undefined;
  return { items: page.map((row) => letterOf(row, numbers)), end };
}

/** What a row of either kind has for certain, PostgreSQL cannot say of a union. */
function letterOf(row: ListDeadLettersRow, numbers: Pick<Numbers, 'write'>): DeadTask | StrayLetter {
  const diedAt = row.at.toISOString();
  if (row.kind === 'stray')
    return { kind: 'stray', strayId: row.id, diedAt, queue: row.queue, reason: row.reason!, bytes: row.bytes! };
  return {
    kind: 'task',
    taskId: row.id,
    diedAt,
    submissionId: row.submissionId!,
    number: numbers.write(row.number),
    leistung: row.leistung!,
    ars: row.ars!,
    adapter: row.adapter!,
    step: row.stepName!,
    outcome: row.outcome,
    reason: row.reason,
    cause: row.cause,
    inDoubt: row.inDoubt,
    attempts: row.attempts!,
    createdAt: row.createdAt!.toISOString(),
  };
}

/** What died of the same thing. */
export interface Cause extends Omit<GroupByCauseRow, 'first' | 'last'> {
  first: string;
  last: string;
}

/** Largest first, at most 500. */
export async function groupByCause(sql: Sql, filter: DeadFilter): Promise<Cause[]> {
  const rows = await groupRowsByCause(sql, filter);
  return rows.map((row) => ({ ...row, first: row.first.toISOString(), last: row.last.toISOString() }));
}
