import type { Numbers } from '#submission/number.js';
import type { Database } from './database.js';
import {
  pendingByLane as groupRows,
  type PendingByLaneRow,
  type PendingInLaneRow,
  pendingInLane as taskRows,
} from './sql/pending.js';

/** Which awaited answers are meant. Absent members match all. */
export interface PendingFilter {
  /** From which nothing new has come for so many days. */
  longerThan: number;
  adapter?: string | undefined;
  /** An ARS or a prefix of one. */
  region?: string | undefined;
  /** Region prefixes the asker may see; absent: the whole Land. */
  reach?: string[] | undefined;
}

/** The awaited answers of one adapter in one municipality. Times are ISO 8601, UTC. */
export interface PendingGroup extends Omit<PendingByLaneRow, 'oldest'> {
  lane: string;
  /** Since when nothing new has come for the one that has waited longest. */
  oldest: string;
}

export interface PendingTask extends Omit<PendingInLaneRow, 'number' | 'pendingSince' | 'dueAt'> {
  /** The submission's, as people say it. */
  number: string | null;
  since: string;
  /** When it is asked next. */
  askAt: string;
}

const day = 86_400_000;

/** The longest waiting first. */
export async function listPending(db: Database, { longerThan, ...filter }: PendingFilter, most: number) {
  const rows = await groupRows(db, { ...filter, silentSince: silentSince(db, longerThan), most: most + 1 });
  const items = rows
    .slice(0, most)
    .map((row): PendingGroup => ({ ...row, lane: `${row.adapter}:${row.ars}`, oldest: row.oldest.toISOString() }));
  return { items, more: rows.length > most };
}

/** The tasks of one adapter in one municipality, the longest waiting first. */
export async function listPendingTasks(
  db: Database,
  { adapter, ars, longerThan }: { adapter: string; ars: string; longerThan: number },
  most: number,
  numbers: Pick<Numbers, 'write'>,
) {
  const rows = await taskRows(db, { adapter, ars, silentSince: silentSince(db, longerThan), most: most + 1 });
  const items = rows.slice(0, most).map(
    ({ pendingSince, dueAt, number, ...task }): PendingTask => ({
      ...task,
      number: numbers.write(number),
      since: pendingSince.toISOString(),
      askAt: dueAt.toISOString(),
    }),
  );
  return { items, more: rows.length > most };
}

const silentSince = (db: Database, days: number) => new Date(db.now().getTime() - days * day);
