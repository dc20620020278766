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

export const longestClosedLanes = many<LongestClosedLanesParameters, LongestClosedLanesRow>(
  'condition.sql',
  'longest_closed_lanes',
  (p) => [p.most],
  ['lane', 'why', 'reason', 'closedAt'],
);

export interface LongestWaitingTaskRow {
  taskId: string;
  adapter: string;
  ars: string;
  createdAt: Date;
  dueAt: Date;
}

/** In an open lane, without those whose answer is awaited: they rightly wait for an authority. */
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

export interface OwningLoginRow {
  login: string | null;
}

/** The user of this connection, where it could change the tables: as their owner or the server's administrator. */
export const owningLogin = one<void, OwningLoginRow>('condition.sql', 'owning_login', () => [], ['login']);
