import { newId } from '#submission/id.js';
import { type Action, noteAction } from './actions.js';
import type { Database, Sql } from './database.js';
import type { DeadFilter } from './dead-letters.js';
import type { LaneWhy, ReplayItemState, ReplayParameters } from './rows.js';
import { replayDead } from './sql/replay.js';
import {
  addReplay,
  changeReplay,
  dropReplay,
  freezeReplay,
  replayItems as itemRows,
  type LockDueReplayRow,
  lockDueReplay,
  lockReplays,
  markItems,
  nextReplay,
  paceReplay,
  pendingItems,
  planReplay as planRow,
  type ReadReplaysRow,
  readReplays,
} from './sql/replay-job.js';
import { texts } from './texts.js';

/** `sent`: every task was set going, some are still under way. `done`: every one has ended, well or not. */
export type ReplayState = 'running' | 'paused' | 'cancelled' | 'sent' | 'done';

/** A job that brings many dead letters back. Times are ISO 8601, UTC. */
export interface ReplayJob {
  replayId: string;
  state: ReplayState;
  author: string;
  reason: string | null;
  /** As it was asked for. */
  filter: Record<string, string>;
  parameters: ReplayParameters;
  /** Tasks per second; null: as fast as it goes. */
  ratePerSecond: number | null;
  createdAt: string;
  finishedAt: string | null;
  progress: Progress;
}

/** What has become of the frozen set, by what its tasks say now: `processed` only when the task is done. */
export interface Progress {
  total: number;
  pending: number;
  skipped: number;
  underWay: number;
  processed: number;
  failedAgain: number;
  discarded: number;
}

export interface ReplayPlan {
  /** Tasks the job would bring back. */
  count: number;
  /** Left for another job, because one has room for 50 000. */
  beyond: number;
  /** Left out: in doubt, and their adapter cannot look; a person must decide. */
  needDecision: number;
  /** Left out: another job has them. */
  inOtherJob: number;
  /** Lanes that are closed: what goes there waits until they open. */
  closedLanes: { lane: string; why: LaneWhy | null; reason: string | null; count: number }[];
}

/** So many fit into one job, the oldest first; freezing them takes a second or two. */
const largestJob = 50_000;

/**
 * What a job with this filter would do now; changes nothing. `finders`: adapters that can look whether something
 * arrived.
 */
export async function planReplay(sql: Sql, filter: DeadFilter, finders: readonly string[]): Promise<ReplayPlan> {
  const { count, ...plan } = (await planRow(sql, { ...filter, finders }))!;
  return { count: Math.min(count, largestJob), beyond: Math.max(0, count - largestJob), ...plan };
}

export interface NewReplay {
  filter: DeadFilter;
  /** The filter as it was asked for, to be shown. */
  asked: Record<string, string>;
  parameters: ReplayParameters;
  ratePerSecond?: number | undefined;
  author: string;
  reason?: string | undefined;
}

/** Freezes the set and starts the job. Undefined when the set is empty; then nothing is stored. */
export async function createReplay(
  db: Database,
  { filter, asked, parameters, ratePerSecond, author, reason }: NewReplay,
  finders: readonly string[],
): Promise<string | undefined> {
  const replayId = newId();
  const at = db.now();
  return db.transaction(async (sql) => {
    await lockReplays(sql);
    await addReplay(sql, { replayId, author, reason, filter: asked, parameters, rate: ratePerSecond, at });
    const frozen = await freezeReplay(sql, { ...filter, replayId, finders, most: largestJob });
    if (frozen === 0) {
      await dropReplay(sql, { replayId });
      return undefined;
    }
    await noteAction(sql, { at, actor: author, type: 'replay-started', subject: replayId, reason });
    return replayId;
  });
}

export async function readReplay(sql: Sql, replayId: string): Promise<ReplayJob | undefined> {
  const [row] = await readReplays(sql, { replayId, most: 1 });
  return row && jobOf(row);
}

/** Newest first. */
export async function listReplays(sql: Sql, limit: number): Promise<ReplayJob[]> {
  return (await readReplays(sql, { most: limit })).map(jobOf);
}

function jobOf(row: ReadReplaysRow): ReplayJob {
  const { total, pending, skipped, underWay, processed, failedAgain, discarded } = row;
  return {
    replayId: row.replayId,
    state: row.state === 'done' && underWay > 0 ? 'sent' : row.state,
    author: row.author,
    reason: row.reason,
    filter: row.filter,
    parameters: row.parameters,
    ratePerSecond: row.rate,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    progress: { total, pending, skipped, underWay, processed, failedAgain, discarded },
  };
}

export interface ReplayItem {
  n: number;
  taskId: string;
  state: ReplayItemState;
  note: string | null;
  outcome: string | null;
  reason: string | null;
  at: string | null;
}

/** In the order of the job, behind item number `after`. */
export async function replayItems(
  sql: Sql,
  replayId: string,
  options: { after: number; limit: number; state?: ReplayItemState | undefined },
): Promise<ReplayItem[]> {
  const { after, limit, state } = options;
  const rows = await itemRows(sql, { replayId, after, state, most: limit });
  return rows.map((row) => ({ ...row, at: row.at?.toISOString() ?? null }));
}

/** What an operator can do to a job between two batches, and from which states. */
const transitions = {
  'replay-paused': { from: ['running'], to: 'paused' },
  'replay-resumed': { from: ['paused'], to: 'running' },
  'replay-cancelled': { from: ['running', 'paused'], to: 'cancelled' },
} as const;
export type ReplayTransition = keyof typeof transitions;

/** False when the job is not in a state from which this can be done. */
export async function transitReplay(
  db: Database,
  replayId: string,
  type: ReplayTransition,
  actor: string,
  reason?: string,
): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const isChanged = (await changeReplay(sql, { ...transitions[type], replayId, at })) === 1;
    if (isChanged) await noteAction(sql, { at, actor, type: type satisfies Action['type'], subject: replayId, reason });
    return isChanged;
  });
}

/** Tasks per batch when no rate is given. */
const fullBatch = 200;
/** With a rate, about five batches per second. */
const batchesPerSecond = 5;

/**
 * Sends the next batch of the job that has waited longest, in one transaction: only one of several consoles gets it,
 * and a crash leaves either all of the batch or nothing. False: no job is due.
 */
export async function advanceReplay(db: Database, finders: readonly string[]): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const job = await lockDueReplay(sql, { now: at });
    if (!job) return false;
    const { replayId, rate } = job;
    const size = rate === null ? fullBatch : Math.max(1, Math.round(rate / batchesPerSecond));
    const sent = await sendBatch(sql, job, size, at, finders);
    const pause = rate === null ? 0 : (sent / rate) * 1000;
    await paceReplay(sql, { replayId, at, nextAt: new Date(at.getTime() + pause) });
    return true;
  });
}

async function sendBatch(
  sql: Sql,
  { replayId, parameters, author, reason }: LockDueReplayRow,
  size: number,
  at: Date,
  finders: readonly string[],
): Promise<number> {
  const items = await pendingItems(sql, { replayId, most: size });
  const taskIds = items.map(({ taskId }) => taskId);
  const replayed = await replayDead(sql, {
    taskIds,
    attempts: items.map(({ attempts }) => attempts),
    finders,
    now: at,
    parameters,
    actor: author,
    details: { parameters, reason: reason ?? undefined, replayId },
  });
  await markItems(sql, {
    replayId,
    taskIds,
    replayed: replayed.map(({ taskId }) => taskId),
    at,
    noteTaken: texts.taken,
    noteDiedAgain: texts.diedAgain,
    noteInDoubt: texts.inDoubt,
  });
  return replayed.length;
}

/** Milliseconds until a job is due; undefined when none is running. */
export async function nextReplayIn(db: Database): Promise<number | undefined> {
  const at = (await nextReplay(db))?.at;
  return at ? Math.max(0, at.getTime() - db.now().getTime()) : undefined;
}
