// Generated from condition.sql and the migrated schema: change the statements, then npm run sql
import type { TaskState } from '#submission/vocabulary.js';
import type { LaneWhy } from '../rows.js';
import { many, one } from '../statement.js';

export interface ServerVersionRow {
  version: string | null;
}

export const serverVersion = one<void, ServerVersionRow>('condition.sql', 'server_version', () => [], ['version']);

export interface NewestMigrationRow {
  name: string;
}

export const newestMigration = one<void, NewestMigrationRow>('condition.sql', 'newest_migration', () => [], ['name']);

export interface CountOpenTasksParameters {
  most: number;
}

export interface CountOpenTasksRow {
  state: TaskState;
  count: number;
}

/**
 * Tasks by state; those that have ended well are not counted. Counts up to `most`, the queued and the waiting together.
 * The orders are those of indexes, so that no more is read.
 */
export const countOpenTasks = many<CountOpenTasksParameters, CountOpenTasksRow>(
  'condition.sql',
  'count_open_tasks',
  (p) => [p.most],
  ['state', 'count'],
);

export interface CountLanesParameters {
  most: number;
}

export interface CountLanesRow {
  open: number;
  closed: number;
}

/** Open and closed ones, each up to `most`. */
export const countLanes = one<CountLanesParameters, CountLanesRow>('condition.sql', 'count_lanes', (p) => [p.most], [
  'open',
  'closed',
]);

export interface LongestClosedLanesParameters {
  most: number;
}

export interface LongestClosedLanesRow {
  lane: string;
  why: LaneWhy | null;
  reason: string | null;
  closedAt: Date | null;
}

/** Without those that are closed because of their host (`troubled_hosts`). */
export const longestClosedLanes = many<LongestClosedLanesParameters, LongestClosedLanesRow>(
  'condition.sql',
  'longest_closed_lanes',
  (p) => [p.most],
  ['lane', 'why', 'reason', 'closedAt'],
);

export interface TroubledHostsParameters {
  hostSlots: number;
  most: number;
}

export interface TroubledHostsRow {
  host: string;
  calls: number;
  closedLanes: number;
  since: Date | null;
}

/** Hosts because of which lanes are closed, and hosts with all the calls that they may have. */
export const troubledHosts = many<TroubledHostsParameters, TroubledHostsRow>(
  'condition.sql',
  'troubled_hosts',
  (p) => [p.hostSlots, p.most],
  ['host', 'calls', 'closedLanes', 'since'],
);

export interface MostUrgentTaskRow {
  taskId: string;
  adapter: string;
  ars: string;
  createdAt: Date;
  dueAt: Date;
}

/**
 * Of the tasks that wait in an open lane, the one that is, or was, due first; without polls, which rightly wait for an
 * authority. Looks at the hundred that are due first in each lane, and no further than to one that is no poll.
 */
export const mostUrgentTask = one<void, MostUrgentTaskRow>('condition.sql', 'most_urgent_task', () => [], [
  'taskId',
  'adapter',
  'ars',
  'createdAt',
  'dueAt',
]);

export interface PingRow {
  answers: boolean;
}

export const ping = one<void, PingRow>('condition.sql', 'ping', () => [], ['answers']);

export interface OwningLoginRow {
  login: string | null;
}

/** The user of this connection, where it could change the tables: as their owner or the server's administrator. */
export const owningLogin = one<void, OwningLoginRow>('condition.sql', 'owning_login', () => [], ['login']);

export interface WaitingBecauseParameters {
  most: number;
  reason: string;
}

export interface WaitingBecauseRow {
  count: number;
}

/** How many of at most so many queued and waiting tasks wait for this reason. The order is that of an index. */
export const waitingBecause = one<WaitingBecauseParameters, WaitingBecauseRow>(
  'condition.sql',
  'waiting_because',
  (p) => [p.most, p.reason],
  ['count'],
);
