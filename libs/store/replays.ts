import { randomUUID } from 'node:crypto';
import type { Database, Row, Sql } from './database.js';
import { type DeadFilter, deadMatches, filterValues, inDoubt } from './dead-letters.js';
import { type Action, noteAction, type ReplayParameters, replayDead } from './operator.js';

/** `sent`: every task was set going, some are still under way. `done`: every one has ended, well or not. */
export type ReplayState = 'running' | 'paused' | 'cancelled' | 'sent' | 'done';

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

/** What became of the frozen set, by what its tasks say now: `processed` only when the task is done. */
export interface Progress {
  total: number;
  pending: number;
  skipped: number;
  underWay: number;
  processed: number;
  failedAgain: number;
  discarded: number;
}

export const itemStates = ['pending', 'skipped', 'under-way', 'processed', 'failed-again', 'discarded'] as const;
export type ItemState = (typeof itemStates)[number];

const itemState = `case when i.state <> 'replayed' then i.state when t.state = 'done' then 'processed' when t.state = 'dead' then 'failed-again'
  when t.state = 'discarded' then 'discarded' else 'under-way' end`;

/** In another job's frozen set already. */
const spokenFor = `exists (select from replay_item o join replay r using (replay_id) where o.task_id = t.task_id and o.state = 'pending' and r.state in ('running', 'paused'))`;

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
  closedLanes: { lane: string; why: string | null; reason: string | null; count: number }[];
}

/** So many fit into one job, the oldest first; freezing them takes a second or two. */
const largestJob = 50_000;

/** What a job with this filter would do now; changes nothing. */
export async function planReplay(sql: Sql, filter: DeadFilter, finders: readonly string[]): Promise<ReplayPlan> {
  const { rows } = await sql.query(
    `with dead as materialized (
       select t.lane, ${inDoubt} and t.adapter <> all($9) as decide, ${spokenFor} as taken from task t where ${deadMatches}
     ), mine as (select lane, count(*) as count from dead where not decide and not taken group by lane)
     select (select coalesce(sum(count), 0)::int from mine) as count, (select count(*) from dead where decide and not taken) as decide,
       (select count(*) from dead where taken) as taken,
       (select coalesce(jsonb_agg(jsonb_build_object('lane', l.lane, 'why', l.why, 'reason', l.reason, 'count', m.count) order by m.count desc, l.lane), '[]')
        from mine m join lane l using (lane) where l.state = 'closed') as closed`,
    [...filterValues(filter), finders],
  );
  const { count, decide, taken, closed } = rows[0]!;
  return {
    count: Math.min(count, largestJob),
    beyond: Math.max(0, count - largestJob),
    needDecision: decide,
    inOtherJob: taken,
    closedLanes: closed,
  };
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
  const replayId = randomUUID();
  const at = db.now();
  return db.transaction(async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtext('stellwerk replay'))`); // two jobs at once must not freeze the same task
    await sql.query(
      `insert into replay (replay_id, author, reason, filter, parameters, state, rate, created_at, next_at) values ($1, $2, $3, $4, $5, 'running', $6, $7, $7)`,
      [replayId, author, reason ?? null, JSON.stringify(asked), parameters, ratePerSecond ?? null, at],
    );
    const { rowCount } = await sql.query(
      `insert into replay_item (replay_id, task_id, n, attempts)
       select $9, t.task_id, row_number() over (order by t.created_at, t.task_id), t.attempts from task t
       where ${deadMatches} and not (${inDoubt} and t.adapter <> all($10)) and not ${spokenFor}
       order by t.created_at, t.task_id limit ${largestJob}`,
      [...filterValues(filter), replayId, finders],
    );
    if (rowCount === 0) {
      await sql.query('delete from replay where replay_id = $1', [replayId]);
      return undefined;
    }
    await noteAction(sql, { at, actor: author, type: 'replay-started', subject: replayId, reason });
    return replayId;
  });
}

const jobStatement = `
select r.*, p.* from replay r cross join lateral (
  select count(*) as total, count(*) filter (where s = 'pending') as pending, count(*) filter (where s = 'skipped') as skipped, count(*) filter (where s = 'under-way') as under_way,
    count(*) filter (where s = 'processed') as processed, count(*) filter (where s = 'failed-again') as failed_again, count(*) filter (where s = 'discarded') as discarded
  from (select ${itemState} as s from replay_item i join task t using (task_id) where i.replay_id = r.replay_id) item
) p`;

export async function readReplay(sql: Sql, replayId: string): Promise<ReplayJob | undefined> {
  const { rows } = await sql.query(`${jobStatement} where r.replay_id = $1`, [replayId]);
  return rows[0] && job(rows[0]);
}

/** Newest first. */
export async function listReplays(sql: Sql, limit: number): Promise<ReplayJob[]> {
  const { rows } = await sql.query(`${jobStatement} order by r.created_at desc, r.replay_id limit $1`, [limit]);
  return rows.map(job);
}

function job(row: Row): ReplayJob {
  const { total, pending, skipped, processed, discarded } = row as Record<string, number>;
  return {
    replayId: row['replay_id'],
    state: row['state'] === 'done' && row['under_way'] > 0 ? 'sent' : row['state'],
    author: row['author'],
    reason: row['reason'],
    filter: row['filter'],
    parameters: row['parameters'],
    ratePerSecond: row['rate'],
    createdAt: row['created_at'].toISOString(),
    finishedAt: row['finished_at']?.toISOString() ?? null,
    progress: {
      total,
      pending,
      skipped,
      underWay: row['under_way'],
      processed,
      failedAgain: row['failed_again'],
      discarded,
    } as Progress,
  };
}

export interface ReplayItem {
  n: number;
  taskId: string;
  state: ItemState;
  note: string | null;
  outcome: string | null;
  reason: string | null;
  at: string | null;
}

/** In the order of the job, behind item number `after`. */
export async function replayItems(
  sql: Sql,
  replayId: string,
  options: { after: number; limit: number; state?: ItemState | undefined },
): Promise<ReplayItem[]> {
  const { rows } = await sql.query(
    `select * from (select i.n, i.task_id, ${itemState} as state, i.note, t.outcome, t.reason, i.at from replay_item i join task t using (task_id) where i.replay_id = $1 and i.n > $2) item
     where $4::text is null or state = $4 order by n limit $3`,
    [replayId, options.after, options.limit, options.state ?? null],
  );
  return rows.map((row) => ({
    n: row['n'],
    taskId: row['task_id'],
    state: row['state'],
    note: row['note'],
    outcome: row['outcome'],
    reason: row['reason'],
    at: row['at']?.toISOString() ?? null,
  }));
}

const turns = {
  'replay-paused': { from: ['running'], to: 'paused' },
  'replay-resumed': { from: ['paused'], to: 'running' },
  'replay-cancelled': { from: ['running', 'paused'], to: 'cancelled' },
} as const;

/** Between two batches. False when the job is not in a state from which this can be done. */
export async function turnReplay(
  db: Database,
  replayId: string,
  type: keyof typeof turns,
  actor: string,
  reason?: string,
): Promise<boolean> {
  const { from, to } = turns[type];
  return db.transaction(async (sql) => {
    const at = db.now();
    const { rowCount } = await sql.query(
      `update replay set state = $3, next_at = $4::timestamptz, finished_at = case when $3 = 'cancelled' then $4::timestamptz end where replay_id = $1 and state = any($2)`,
      [replayId, from, to, at],
    );
    if (rowCount === 1)
      await noteAction(sql, { at, actor, type: type satisfies Action['type'], subject: replayId, reason });
    return rowCount === 1;
  });
}

/** Tasks per batch when no rate is given. */
const fullBatch = 200;
/** With a rate, about five batches per second. */
const batchesPerSecond = 5;

/**
 * Sends the next batch of the job that has waited longest, in one transaction: of several consoles one gets it, and a crash leaves either all of it or nothing.
 * False: no job is due.
 */
export async function advanceReplay(db: Database, finders: readonly string[]): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const { rows } = await sql.query(
      `select * from replay where state = 'running' and next_at <= $1 order by next_at limit 1 for update skip locked`,
      [at],
    );
    const replay = rows[0];
    if (!replay) return false;
    const rate: number | null = replay['rate'];
    const size = rate === null ? fullBatch : Math.max(1, Math.round(rate / batchesPerSecond));
    const sent = await sendBatch(sql, replay, size, at, finders);
    const nextAt = new Date(at.getTime() + (rate === null ? 0 : (sent / rate) * 1000));
    await sql.query(
      `update replay r set next_at = $2, state = case when more then state else 'done' end, finished_at = case when more then null else $3::timestamptz end
       from (select exists (select from replay_item where replay_id = $1 and state = 'pending') as more) left_over where replay_id = $1`,
      [replay['replay_id'], nextAt, at],
    );
    return true;
  });
}

async function sendBatch(sql: Sql, replay: Row, size: number, at: Date, finders: readonly string[]): Promise<number> {
  const replayId: string = replay['replay_id'];
  const { rows } = await sql.query(
    `select task_id, attempts from replay_item where replay_id = $1 and state = 'pending' order by n limit $2`,
    [replayId, size],
  );
  const tasks = rows.map((row) => ({ taskId: row['task_id'] as string, attempts: row['attempts'] as number }));
  const order = {
    parameters: replay['parameters'],
    actor: replay['author'],
    reason: replay['reason'] ?? undefined,
    replayId,
    at,
  };
  const replayed = await replayDead(sql, tasks, order, finders);
  await sql.query(
    `update replay_item i set at = $4, state = case when i.task_id = any($3) then 'replayed' else 'skipped' end,
       note = case when i.task_id = any($3) then null when t.state <> 'dead' then 'inzwischen von jemand anderem bearbeitet'
         when t.attempts <> i.attempts then 'inzwischen erneut versucht und wieder gescheitert' else 'im Zweifel: braucht eine Entscheidung' end
     from task t where i.replay_id = $1 and i.task_id = any($2) and t.task_id = i.task_id`,
    [replayId, tasks.map((task) => task.taskId), replayed, at],
  );
  return replayed.length;
}

/** Milliseconds until a job is due; undefined when none is running. */
export async function nextReplayIn(db: Database): Promise<number | undefined> {
  const { rows } = await db.query(`select min(next_at) as at from replay where state = 'running'`, [], 'next-replay');
  const at: Date | null = rows[0]?.['at'] ?? null;
  return at === null ? undefined : Math.max(0, at.getTime() - db.now().getTime());
}
