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

export interface CountOpenTasksRow {
  state: TaskState;
  count: number;
}

/** Tasks by state; those that have ended well are not counted. */
export const countOpenTasks = many<void, CountOpenTasksRow>('condition.sql', 'count_open_tasks', () => [], [
  'state',
  'count',
]);

export interface CountOpenLanesRow {
  count: number;
}

export const countOpenLanes = one<void, CountOpenLanesRow>('condition.sql', 'count_open_lanes', () => [], ['count']);

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

export interface LongestWaitingTaskRow {
  taskId: string;
  adapter: string;
  ars: string;
  createdAt: Date;
  dueAt: Date;
}

/** In an open lane. */
export const longestWaitingTask = one<void, LongestWaitingTaskRow>('condition.sql', 'longest_waiting_task', () => [], [
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
