import type { Database, Row, Sql } from './database.js';
import { inDoubt } from './dead-letters.js';
import type { Record_ } from './tasks.js';

/** With which parameters: the set of the last attempt, or what is effective now. */
export type ReplayParameters = 'as-ran' | 'current';

export interface ReplayOrder {
  parameters: ReplayParameters;
  actor: string;
  reason?: string | undefined;
  replayId?: string;
  at: Date;
}

/** What nobody set, but its definition has by default, has no version. */
const lastRan = `(select (select coalesce(jsonb_agg(p -> 'versionId'), '[]') from jsonb_array_elements(a.parameters) p where p ? 'versionId')
  from attempt a where a.task_id = t.task_id and jsonb_array_length(a.parameters) > 0 order by a.attempt desc limit 1)`;

const replayStatement = `
with picked as (
  select t.task_id, ${inDoubt} as doubt,
    case when ${inDoubt} then 'find' when t.next = 'status' and t.outcome is distinct from 'rejected' then 'status' when t.kind = 'register' then 'lookup' else 'deliver' end as next
  from task t join unnest($1::uuid[], $2::int[]) want (task_id, attempts) using (task_id)
  where t.state = 'dead' and (want.attempts is null or want.attempts = t.attempts) and (not ${inDoubt} or t.adapter = any($3))
  order by t.task_id for update of t
), changed as (
  update task t set state = 'queued', due_at = $4, next = p.next, retries = 0, unrecorded = 0, lease_until = null, finished_at = null,
    window_from = null, window_closed_ms = 0,
    doubt_attempt = case when p.doubt then coalesce(t.doubt_attempt, (select max(a.attempt) from attempt a where a.task_id = t.task_id and jsonb_array_length(a.parameters) > 0), t.attempts) end,
    generation = t.generation + case when $5 = 'current' and p.next in ('deliver', 'lookup') then 1 else 0 end,
    parameters_as_ran = case when $5 = 'as-ran' then ${lastRan} end
  from picked p where t.task_id = p.task_id
  returning t.task_id, t.submission_id, t.next
)
insert into event (submission_id, task_id, at, type, actor, data)
select submission_id, task_id, $4, 'replayed', $6, jsonb_build_object('next', next) || $7 from changed returning task_id`;

/**
 * Brings dead tasks back: due now, with a fresh retry window. In doubt the adapter looks first; who cannot (`finders` names those who can) is left alone.
 * A task that the target is still working on is asked again, not sent again. With `current` parameters what is sent is rendered anew.
 * Returns the tasks that this call, and no other, replayed. `attempts` tells which death is meant.
 */
export async function replayDead(
  sql: Sql,
  tasks: { taskId: string; attempts?: number }[],
  order: ReplayOrder,
  finders: readonly string[],
): Promise<string[]> {
  const { parameters, reason, replayId } = order;
  const ids = tasks.map((task) => task.taskId);
  const deaths = tasks.map((task) => task.attempts ?? null);
  const data = JSON.stringify({ parameters, reason, replayId });
  const { rows } = await sql.query(replayStatement, [ids, deaths, finders, order.at, parameters, order.actor, data]);
  return rows.map((row) => row['task_id']);
}

/** Gives a dead task up. False when somebody was faster. */
export async function discardDead(sql: Sql, taskId: string, actor: string, reason: string, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with changed as (
       update task set state = 'discarded', finished_at = $4 where task_id = $1 and state = 'dead' returning task_id, submission_id
     ) insert into event (submission_id, task_id, at, type, actor, data) select submission_id, task_id, $4, 'discarded', $2, jsonb_build_object('reason', $3::text) from changed`,
    [taskId, actor, reason, at],
  );
  return rowCount === 1;
}

/** What a person found out about a task in doubt. Returns its row as it is now; undefined when it is not, or no longer, dead and in doubt. */
export async function settleDead(
  sql: Sql,
  taskId: string,
  finding: { arrived: boolean; actor: string; reason: string; at: Date },
): Promise<Row | undefined> {
  const { arrived, actor, reason, at } = finding;
  const { rows } = await sql.query(
    `with changed as (
       update task t set state = case when $2 then 'done' else 'queued' end, next = 'deliver', due_at = $5, retries = 0, unrecorded = 0, lease_until = null, doubt_attempt = null,
         window_from = null, window_closed_ms = 0, outcome = case when $2 then 'delivered' end, reason = null, finished_at = case when $2 then $5::timestamptz end
       where t.task_id = $1 and t.state = 'dead' and ${inDoubt} returning t.*
     ), told as (
       insert into event (submission_id, task_id, at, type, actor, data)
       select submission_id, task_id, $5, 'settled', $3, jsonb_build_object('arrived', $2::boolean, 'reason', $4::text) from changed
     ) select changed.*, s.steps from changed join submission s using (submission_id)`,
    [taskId, arrived, actor, reason, at],
  );
  return rows[0];
}

/** Somebody is shown what a task sends. */
export async function noteViewed(sql: Sql, taskId: string, actor: string, reason: string, at: Date): Promise<void> {
  await sql.query(
    `insert into event (submission_id, task_id, at, type, actor, data)
     select submission_id, task_id, $4, 'payload-viewed', $2, jsonb_build_object('reason', $3::text) from task where task_id = $1`,
    [taskId, actor, reason, at],
  );
}

/** Takes a stray off the list. False when it is not (or no longer) there. */
export async function dismissStray(
  db: Database,
  strayId: string,
  actor: string,
  reason: string | undefined,
): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const { rowCount } = await sql.query(
      `update stray set dismissed_by = $2, dismissed_at = $3 where stray_id = $1 and dismissed_at is null`,
      [strayId, actor, at],
    );
    if (rowCount === 1) await noteAction(sql, { at, actor, type: 'stray-dismissed', subject: strayId, reason });
    return rowCount === 1;
  });
}

export interface Action {
  at: Date;
  actor: string;
  type:
    | 'replay-started'
    | 'replay-paused'
    | 'replay-resumed'
    | 'replay-cancelled'
    | 'lane-probed'
    | 'stray-dismissed'
    | 'schema-imported'
    | 'schema-withdrawn';
  /** Replay id, lane, stray id or schema key. */
  subject: string;
  reason?: string | undefined;
}

export async function noteAction(sql: Sql, { at, actor, type, subject, reason }: Action): Promise<void> {
  await sql.query(`insert into action (at, actor, type, subject, reason) values ($1, $2, $3, $4, $5)`, [
    at,
    actor,
    type,
    subject,
    reason ?? null,
  ]);
}

/** What was done about a subject, oldest first. */
export async function actionsOn(
  sql: Sql,
  subject: string,
): Promise<{ at: string; actor: string; type: string; reason: string | null }[]> {
  const { rows } = await sql.query(
    `select at, actor, type, reason from action where subject = $1 order by action_id limit 1000`,
    [subject],
  );
  return rows.map((row) => ({
    at: row['at'].toISOString(),
    actor: row['actor'],
    type: row['type'],
    reason: row['reason'],
  }));
}

/** The step that follows a settled one; its lane is made if it is new. */
export async function insertFollowing(
  sql: Sql,
  settled: Row,
  follow: NonNullable<Record_['follow']>,
  at: Date,
): Promise<void> {
  const { submission_id, case_id, leistung, ars, traceparent } = settled;
  await sql.query(`insert into lane (lane, adapter, ars) values ($1, $2, $3) on conflict do nothing`, [
    follow.lane,
    follow.adapter,
    ars,
  ]);
  await sql.query(
    `insert into task (task_id, submission_id, case_id, step, step_name, kind, optional, adapter, leistung, ars, lane, traceparent, state, next, due_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued', $13, $14, $14)`,
    [
      follow.taskId,
      submission_id,
      case_id,
      follow.step,
      follow.stepName,
      follow.kind,
      follow.optional,
      follow.adapter,
      leistung,
      ars,
      follow.lane,
      traceparent,
      follow.next,
      at,
    ],
  );
}
