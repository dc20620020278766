import type { Call, TaskState } from '#submission/vocabulary.js';
import type { Row, Sql } from './database.js';

/** Which dead tasks are meant. Absent members match all. */
export interface DeadFilter {
  adapter?: string;
  leistung?: string;
  /** An ARS or a prefix of one. */
  region?: string;
  outcome?: string;
  /** The exact public reason, as the grouping by cause shows it. */
  reason?: string;
  diedBefore?: Date;
  diedAfter?: Date;
  /** Region prefixes the asker may see; absent: the whole Land. */
  reach?: string[];
}

/** In doubt: something may have been sent, and no answer is recorded. */
export const inDoubt = `(t.kind = 'fachverfahren' and (t.outcome is not distinct from 'unknown' or t.doubt_attempt is not null or t.next = 'find'))`;

/** The condition of a {@link DeadFilter} on `task t`; its values are $1 to $8, see {@link filterValues}. */
export const deadMatches = `t.state = 'dead'
  and ($1::text is null or t.adapter = $1) and ($2::text is null or t.leistung = $2) and ($3::text is null or starts_with(t.ars, $3))
  and ($4::text is null or t.outcome = $4) and ($5::text is null or t.reason = $5)
  and ($6::timestamptz is null or t.finished_at < $6) and ($7::timestamptz is null or t.finished_at > $7)
  and ($8::text[] is null or exists (select from unnest($8) own where starts_with(t.ars, own)))`;

export function filterValues(filter: DeadFilter): unknown[] {
  const { adapter, leistung, region, outcome, reason, diedBefore, diedAfter, reach } = filter;
  return [adapter, leistung, region, outcome, reason, diedBefore, diedAfter, reach].map((value) => value ?? null);
}

/** Strays belong to no region, adapter or outcome: a filter on one of them, or a limited reach, leaves them out. */
function includesStrays({ diedBefore, diedAfter, ...rest }: DeadFilter): boolean {
  return Object.values(rest).every((value) => value === undefined);
}

export interface DeadTask {
  kind: 'task';
  taskId: string;
  diedAt: string;
  submissionId: string;
  leistung: string;
  ars: string;
  adapter: string;
  step: string;
  outcome: string | null;
  reason: string | null;
  /** Only a person can say whether it arrived, unless the adapter can look. */
  inDoubt: boolean;
  attempts: number;
  createdAt: string;
}

export interface StrayLetter {
  kind: 'stray';
  strayId: string;
  diedAt: string;
  queue: string | null;
  reason: string;
  bytes: number;
}

/** A moment as microseconds since 1970, which a Date would cut. */
const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;
const moment = `(timestamptz 'epoch' + $9::bigint * interval '1 microsecond')`;

const listStatement = `
select * from (
  (select 'task' as kind, t.task_id as id, t.finished_at as at, ${micros('t.finished_at')} as position, t.submission_id, t.leistung, t.ars, t.adapter,
     t.step_name, t.outcome, t.reason, ${inDoubt} as in_doubt, t.attempts - t.polls as attempts, t.created_at, null::text as queue, null::int as bytes
   from task t where ${deadMatches}
     and ($9::bigint is null or (t.finished_at <= ${moment} and (t.finished_at < ${moment} or t.task_id > $10)))
   order by t.finished_at desc, t.task_id limit $11)
  union all
  (select 'stray', s.stray_id, s.at, ${micros('s.at')}, null, null, null, null, null, null, s.reason, false, null, null, s.queue, length(s.body)
   from stray s where $12 and s.dismissed_at is null
     and ($6::timestamptz is null or s.at < $6) and ($7::timestamptz is null or s.at > $7)
     and ($9::bigint is null or (s.at <= ${moment} and (s.at < ${moment} or s.stray_id > $10)))
   order by s.at desc, s.stray_id limit $11)
) letter order by at desc, id limit $11`;

/** Newest first. `after` is the position that the page before ended with. */
export async function listDeadLetters(
  sql: Sql,
  filter: DeadFilter,
  limit: number,
  after?: Position,
): Promise<{ items: (DeadTask | StrayLetter)[]; end?: Position }> {
  const values = [...filterValues(filter), after?.at ?? null, after?.id ?? null, limit + 1, includesStrays(filter)];
  const { rows } = await sql.query(listStatement, values);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const end = rows.length > limit && last ? { at: last['position'], id: last['id'] } : undefined;
  return { items: page.map((row) => (row['kind'] === 'task' ? deadTask(row) : strayLetter(row))), end };
}

/** Where a page ends. `at`: microseconds since 1970. */
export interface Position {
  at: number;
  id: string;
}

function deadTask(row: Row): DeadTask {
  return {
    kind: 'task',
    taskId: row['id'],
    diedAt: row['at'].toISOString(),
    submissionId: row['submission_id'],
    leistung: row['leistung'],
    ars: row['ars'],
    adapter: row['adapter'],
    step: row['step_name'],
    outcome: row['outcome'],
    reason: row['reason'],
    inDoubt: row['in_doubt'],
    attempts: row['attempts'],
    createdAt: row['created_at'].toISOString(),
  };
}

function strayLetter(row: Row): StrayLetter {
  return {
    kind: 'stray',
    strayId: row['id'],
    diedAt: row['at'].toISOString(),
    queue: row['queue'],
    reason: row['reason'],
    bytes: row['bytes'],
  };
}

/** What died of the same thing. */
export interface Cause {
  adapter: string;
  outcome: string | null;
  reason: string | null;
  count: number;
  municipalities: number;
  inDoubt: number;
  first: string;
  last: string;
}

/** Largest first, at most 500. */
export async function groupByCause(sql: Sql, filter: DeadFilter): Promise<Cause[]> {
  const { rows } = await sql.query(
    `select t.adapter, t.outcome, t.reason, count(*) as count, count(distinct t.ars) as municipalities, count(*) filter (where ${inDoubt}) as in_doubt,
       min(t.finished_at) as first, max(t.finished_at) as last
     from task t where ${deadMatches} group by t.adapter, t.outcome, t.reason order by count(*) desc, t.adapter, t.outcome, t.reason limit 500`,
    filterValues(filter),
  );
  return rows.map((row) => ({
    adapter: row['adapter'],
    outcome: row['outcome'],
    reason: row['reason'],
    count: row['count'],
    municipalities: row['municipalities'],
    inDoubt: row['in_doubt'],
    first: row['first'].toISOString(),
    last: row['last'].toISOString(),
  }));
}

/** Where a task lies and how it stands; undefined when there is none. For deciding who may see it, and why an action was refused. */
export async function whereIs(sql: Sql, taskId: string): Promise<TaskPlace | undefined> {
  const { rows } = await sql.query(
    `select t.submission_id as "submissionId", t.ars, t.state, t.next from task t where t.task_id = $1`,
    [taskId],
  );
  return rows[0] as TaskPlace | undefined;
}

export interface TaskPlace {
  submissionId: string;
  ars: string;
  state: TaskState;
  next: Call;
}
