// Generated from pending.sql and the migrated schema: change the statements, then npm run sql
import { many, one } from '../statement.js';

export interface PendingByLaneParameters {
  silentSince: Date;
  adapter?: string | null | undefined;
  region?: string | null | undefined;
  reach?: readonly string[] | null | undefined;
  most: number;
}

export interface PendingByLaneRow {
  adapter: string;
  ars: string;
  count: number;
  oldest: Date;
}

/**
 * How many answers are awaited, by adapter and municipality; the longest waiting first. `silent_since`: only those
 * from which nothing new has come since then.
 */
export const pendingByLane = many<PendingByLaneParameters, PendingByLaneRow>(
  'pending.sql',
  'pending_by_lane',
  (p) => [p.silentSince, p.adapter, p.region, p.reach, p.most],
  ['adapter', 'ars', 'count', 'oldest'],
);

export interface PendingInLaneParameters {
  silentSince: Date;
  adapter: string;
  ars: string;
  most: number;
}

export interface PendingInLaneRow {
  taskId: string;
  submissionId: string;
  number: number | null;
  leistung: string;
  step: string;
  pendingSince: Date;
  asked: number;
  dueAt: Date;
}

/** The tasks behind a row of that list, the longest waiting first. */
export const pendingInLane = many<PendingInLaneParameters, PendingInLaneRow>(
  'pending.sql',
  'pending_in_lane',
  (p) => [p.silentSince, p.adapter, p.ars, p.most],
  ['taskId', 'submissionId', 'number', 'leistung', 'step', 'pendingSince', 'asked', 'dueAt'],
);

export interface PendingInShortParameters {
  most: number;
}

export interface PendingInShortRow {
  adapter: string;
  ars: string;
  pendingSince: Date;
  count: number;
}

/** The answer that has been awaited longest, and how many are awaited (counted up to `most`). Nothing where none is. */
export const pendingInShort = one<PendingInShortParameters, PendingInShortRow>(
  'pending.sql',
  'pending_in_short',
  (p) => [p.most],
  ['adapter', 'ars', 'pendingSince', 'count'],
);
