// Generated from replay-job.sql and the migrated schema: change the statements, then npm run sql
import type { LaneWhy, ReplayItemState, ReplayParameters } from '../rows.js';
import { exec, json, many, one } from '../statement.js';

export interface PlanReplayParameters {
  finders: readonly string[];
  adapter?: string | null | undefined;
  leistung?: string | null | undefined;
  region?: string | null | undefined;
  outcome?: string | null | undefined;
  reason?: string | null | undefined;
  diedBefore?: Date | null | undefined;
  diedAfter?: Date | null | undefined;
  reach?: readonly string[] | null | undefined;
  cause?: string | null | undefined;
}

export interface PlanReplayRow {
  count: number;
  needDecision: number;
  inOtherJob: number;
  closedLanes: { lane: string; why: LaneWhy | null; reason: string | null; count: number }[];
}

/**
 * What a bulk replay with this filter would do now. `count`: tasks it would bring back. Left out are tasks in doubt
 * whose adapter cannot look (`need_decision`) and those of another job (`in_other_job`).
 */
export const planReplay = one<PlanReplayParameters, PlanReplayRow>(
  'replay-job.sql',
  'plan_replay',
  (p) => [p.finders, p.adapter, p.leistung, p.region, p.outcome, p.reason, p.diedBefore, p.diedAfter, p.reach, p.cause],
  ['count', 'needDecision', 'inOtherJob', 'closedLanes'],
);

/** Two jobs that start at once must not freeze the same task. Held until the transaction ends. */
export const lockReplays = exec<void>('replay-job.sql', 'lock_replays', () => []);

export interface AddReplayParameters {
  replayId: string;
  author: string;
  reason?: string | null | undefined;
  filter: Record<string, string>;
  parameters: ReplayParameters;
  rate?: number | null | undefined;
  at: Date;
}

export const addReplay = exec<AddReplayParameters>('replay-job.sql', 'add_replay', (p) => [
  p.replayId,
  p.author,
  p.reason,
  json(p.filter),
  p.parameters,
  p.rate,
  p.at,
]);

export interface FreezeReplayParameters {
  replayId: string;
  adapter?: string | null | undefined;
  leistung?: string | null | undefined;
  region?: string | null | undefined;
  outcome?: string | null | undefined;
  reason?: string | null | undefined;
  diedBefore?: Date | null | undefined;
  diedAfter?: Date | null | undefined;
  reach?: readonly string[] | null | undefined;
  cause?: string | null | undefined;
  finders: readonly string[];
  most: number;
}

/** Puts what fits the filter now into a job, oldest first. */
export const freezeReplay = exec<FreezeReplayParameters>('replay-job.sql', 'freeze_replay', (p) => [
  p.replayId,
  p.adapter,
  p.leistung,
  p.region,
  p.outcome,
  p.reason,
  p.diedBefore,
  p.diedAfter,
  p.reach,
  p.cause,
  p.finders,
  p.most,
]);

export interface DropReplayParameters {
  replayId: string;
}

export const dropReplay = exec<DropReplayParameters>('replay-job.sql', 'drop_replay', (p) => [p.replayId]);

export interface ReadReplaysParameters {
  replayId?: string | null | undefined;
  most: number;
}

export interface ReadReplaysRow {
  replayId: string;
  author: string;
  reason: string | null;
  filter: Record<string, string>;
  parameters: ReplayParameters;
  state: 'running' | 'paused' | 'cancelled' | 'done';
  rate: number | null;
  createdAt: Date;
  finishedAt: Date | null;
  total: number;
  pending: number;
  skipped: number;
  underWay: number;
  processed: number;
  failedAgain: number;
  discarded: number;
}

/** One job by its id, or the newest ones; with what has become of their tasks. */
export const readReplays = many<ReadReplaysParameters, ReadReplaysRow>(
  'replay-job.sql',
  'read_replays',
  (p) => [p.replayId, p.most],
  [
    'replayId',
    'author',
    'reason',
    'filter',
    'parameters',
    'state',
    'rate',
    'createdAt',
    'finishedAt',
    'total',
    'pending',
    'skipped',
    'underWay',
    'processed',
    'failedAgain',
    'discarded',
  ],
);

export interface ReplayItemsParameters {
  replayId: string;
  after: number;
  state?: string | null | undefined;
  most: number;
}

export interface ReplayItemsRow {
  n: number;
  taskId: string;
  state: ReplayItemState;
  note: string | null;
  outcome: string | null;
  reason: string | null;
  at: Date | null;
}

/** Items of a job in their order, behind number `after`. */
export const replayItems = many<ReplayItemsParameters, ReplayItemsRow>(
  'replay-job.sql',
  'replay_items',
  (p) => [p.replayId, p.after, p.state, p.most],
  ['n', 'taskId', 'state', 'note', 'outcome', 'reason', 'at'],
);

export interface ChangeReplayParameters {
  to: string;
  at: Date;
  replayId: string;
  from: readonly string[];
}

/** Pauses, resumes or cancels a job, where its state is one of `from`. */
export const changeReplay = exec<ChangeReplayParameters>('replay-job.sql', 'change_replay', (p) => [
  p.to,
  p.at,
  p.replayId,
  p.from,
]);

export interface LockDueReplayParameters {
  now: Date;
}

export interface LockDueReplayRow {
  replayId: string;
  author: string;
  reason: string | null;
  parameters: ReplayParameters;
  rate: number | null;
}

/** The job that has waited longest for its next batch; others are left to whoever holds them. */
export const lockDueReplay = one<LockDueReplayParameters, LockDueReplayRow>(
  'replay-job.sql',
  'lock_due_replay',
  (p) => [p.now],
  ['replayId', 'author', 'reason', 'parameters', 'rate'],
);

export interface PendingItemsParameters {
  replayId: string;
  most: number;
}

export interface PendingItemsRow {
  taskId: string;
  attempts: number;
}

export const pendingItems = many<PendingItemsParameters, PendingItemsRow>(
  'replay-job.sql',
  'pending_items',
  (p) => [p.replayId, p.most],
  ['taskId', 'attempts'],
);

export interface MarkItemsParameters {
  at: Date;
  replayed: readonly string[];
  noteTaken: string;
  noteDiedAgain: string;
  noteInDoubt: string;
  replayId: string;
  taskIds: readonly string[];
}

/**
 * What became of a batch: `replayed` are those that were brought back; the others were left alone, and `note` says
 * why.
 */
export const markItems = exec<MarkItemsParameters>('replay-job.sql', 'mark_items', (p) => [
  p.at,
  p.replayed,
  p.noteTaken,
  p.noteDiedAgain,
  p.noteInDoubt,
  p.replayId,
  p.taskIds,
]);

export interface PaceReplayParameters {
  nextAt: Date;
  at: Date;
  replayId: string;
}

/** Sets when a job's next batch is due; a job without pending items is done. */
export const paceReplay = exec<PaceReplayParameters>('replay-job.sql', 'pace_replay', (p) => [
  p.nextAt,
  p.at,
  p.replayId,
]);

export interface NextReplayRow {
  at: Date | null;
}

/** When the next batch of any job is due. */
export const nextReplay = one<void, NextReplayRow>('replay-job.sql', 'next_replay', () => [], ['at']);
