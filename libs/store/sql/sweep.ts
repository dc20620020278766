// Generated from sweep.sql and the migrated schema: change the statements, then npm run sql
import type { AdapterKind, Call } from '#submission/vocabulary.js';
import type { RanParameter } from '../rows.js';
import { many, one } from '../statement.js';

export interface HoldExpiredParameters {
  taskIds: readonly string[];
}

export interface HoldExpiredRow {
  taskId: string;
}

/**
 * Locks those of the tasks that are running, and their attempts, so that no checkpoint and no record passes whoever
 * looks after that. What is being written this moment is left out: its turn comes with the next look.
 */
export const holdExpired = many<HoldExpiredParameters, HoldExpiredRow>(
  'sweep.sql',
  'hold_expired',
  (p) => [p.taskIds],
  ['taskId'],
);

export interface ExpiredTasksParameters {
  /** Those that are gone. */
  workers: readonly string[];
  /** How many signs of life each of them had given when it was last seen; who has given more is not gone. */
  beats: readonly number[];
  /** Those of them of which it is known what has left. */
  dead: readonly string[];
  /** What has left there, as `task:attempt`. */
  departed: readonly string[];
  /** Only of these; null: of all. */
  taskIds?: readonly string[] | null | undefined;
  now: Date;
  /** The adapters that have `find`. */
  findable: readonly string[];
  most: number;
}

export interface ExpiredTasksRow {
  taskId: string;
  adapter: string;
  lane: string;
  next: Call;
  attempt: number;
  unrecorded: number;
  retries: number;
  kind: AdapterKind;
  doubtAttempt: number | null;
  windowFrom: Date | null;
  leaseUntil: Date;
  adapterVersion: string | null;
  parameters: RanParameter[] | null;
  sent: boolean;
}

/**
 * Running tasks that nobody works on any more: their lease ended without a record, or their worker is gone. Of the
 * latter, what may have been sent and cannot be asked for keeps its lease. `sent`: something may have left, because a
 * checkpoint of this generation exists.
 */
export const expiredTasks = many<ExpiredTasksParameters, ExpiredTasksRow>(
  'sweep.sql',
  'expired_tasks',
  (p) => [p.workers, p.beats, p.dead, p.departed, p.taskIds, p.now, p.findable, p.most],
  [
    'taskId',
    'adapter',
    'lane',
    'next',
    'attempt',
    'unrecorded',
    'retries',
    'kind',
    'doubtAttempt',
    'windowFrom',
    'leaseUntil',
    'adapterVersion',
    'parameters',
    'sent',
  ],
);

export interface WakeMissingParameters {
  seen: number;
  now: Date;
  most: number;
}

export interface WakeMissingRow {
  seen: number;
  tasks: number;
  lanes: string[] | null;
}

/**
 * Tasks that wait for a parameter are due where any was written after the version `seen`, at most so many at once.
 * Answers the newest version (`seen`), how many tasks are now due, and their lanes.
 */
export const wakeMissing = one<WakeMissingParameters, WakeMissingRow>(
  'sweep.sql',
  'wake_missing',
  (p) => [p.seen, p.now, p.most],
  ['seen', 'tasks', 'lanes'],
);

export interface BacklogParameters {
  most: number;
  hostSlots: number;
  now: Date;
}

export interface BacklogRow {
  lanesOpen: number;
  lanesClosed: number;
  hostsSilent: number;
  deadLetters: number;
  notices: number;
  hostsFull: number;
  oldestWaitingSeconds: number;
}

/**
 * What waits, for metrics; each count up to `most`. `oldest_waiting_seconds`: how long the most overdue task has been
 * due; looks at one task of each lane. The orders are those of indexes, so that no more is read.
 */
export const backlog = one<BacklogParameters, BacklogRow>('sweep.sql', 'backlog', (p) => [p.most, p.hostSlots, p.now], [
  'lanesOpen',
  'lanesClosed',
  'hostsSilent',
  'deadLetters',
  'notices',
  'hostsFull',
  'oldestWaitingSeconds',
]);
