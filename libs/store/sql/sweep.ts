// Generated from sweep.sql and the migrated schema: change the statements, then npm run sql
import type { AdapterKind, Call } from '#submission/vocabulary.js';
import type { RanParameter } from '../rows.js';
import { many, one } from '../statement.js';

export interface ExpiredTasksParameters {
  now: Date;
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
  adapterVersion: string | null;
  parameters: RanParameter[] | null;
  sent: boolean;
}

/**
 * Running tasks whose lease ended without a record. `sent`: a checkpoint of this generation exists, so something
 * may have left.
 */
export const expiredTasks = many<ExpiredTasksParameters, ExpiredTasksRow>(
  'sweep.sql',
  'expired_tasks',
  (p) => [p.now, p.most],
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
