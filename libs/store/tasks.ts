import type { PlannedStep } from '#submission/submission.js';
import type { AdapterKind, Call, Json, TaskState, Ticket, TrustLevel } from '#submission/vocabulary.js';
import type { Database, Row, Sql } from './database.js';

/** A task that this worker holds, with everything its attempt needs. */
export interface ClaimedTask {
  taskId: string;
  submissionId: string;
  caseId: string;
  step: number;
  stepName: string;
  kind: AdapterKind;
  optional: boolean;
  adapter: string;
  leistung: string;
  ars: string;
  lane: string;
  traceparent: string;
  next: Call;
  /** The fence: what this attempt writes counts only while the task still has this number. */
  attempt: number;
  retries: number;
  generation: number;
  doubtAttempt: number | null;
  parametersAsRan: string[] | null;
  windowFrom: Date | null;
  windowClosedMs: number;
  laneClosedMs: number;
  laneFailures: number;
  laneProbes: number;
  /** Why its lane is closed; null where it is open. Only an optional task is claimed then. */
  laneClosed: string | null;
  externalReference: string | null;
  leaseUntil: Date;
  steps: PlannedStep[];
  processVersion: string;
  schema: { id: string; version: string };
  receivedAt: Date;
  /** At which level the applicant was identified; null: not at all. */
  trustLevel: TrustLevel | null;
  data: Json;
  /** Of a register step: the applicant's mailbox, if the portal named one. */
  handle: string | null;
  /** Answers of earlier register steps, by step name. */
  registers: Record<string, Json>;
  hasAttachments: boolean;
  /** Revision of the parameters at the time of the claim. */
  revision: number;
}

/** What an attempt leaves behind, all of it in one statement. Absent fields become null. */
export interface Record_ {
  taskId: string;
  attempt: number;
  state: TaskState;
  next: Call;
  dueAt: Date;
  retries: number;
  doubtAttempt?: number | undefined;
  windowFrom?: Date | undefined;
  outcome: string;
  reason?: string | undefined;
  externalReference?: string | undefined;
  adapterVersion: string;
  parameters: Json;
  /** Absent where nothing is worth telling: one more poll. */
  event?: string | undefined;
  eventData: Json;
  /** A register's answer, kept for the later steps. */
  answer?: Json | undefined;
  /** The step that follows when this one is done. */
  follow?:
    | {
        taskId: string;
        step: number;
        stepName: string;
        kind: AdapterKind;
        optional: boolean;
        adapter: string;
        lane: string;
        next: Call;
      }
    | undefined;
}

const lanesWithWork = `
with recursive turn (lane) as (
  (select lane from task where state in ('queued', 'waiting') and lane > $1 order by lane limit 1)
  union all
  select (select t.lane from task t where t.state in ('queued', 'waiting') and t.lane > turn.lane order by t.lane limit 1) from turn where turn.lane is not null
)
select lane from turn where lane is not null limit $2`;

/** The next lanes with tasks that wait for anything, in turn after `after`. */
export async function nextLanes(db: Sql, after: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ lane: string }>(lanesWithWork, [after, limit], 'next-lanes');
  return rows.map((row) => row.lane);
}

/** Optional lookups are not held up by a lane that is closed, unless an operator closed it. */
const unheld = `(t.optional and t.kind = 'register' and l.why <> 'operator')`;

const sendStatement = `
with turn as materialized (
  select l.lane, coalesce(l.slots, $3)
    - (select count(*) from (select from task r where r.lane = l.lane and r.state = 'running' limit coalesce(l.slots, $3)) running)
    - (select count(*) from (select from task q where q.lane = l.lane and q.state = 'queued' and q.due_at > $2 limit coalesce(l.slots, $3)) road) as free
  from lane l where l.lane = any($1) and l.state = 'open'
), due as (
  select d.task_id from turn cross join lateral (
    select t.task_id from task t where t.lane = turn.lane and t.state in ('queued', 'waiting') and t.due_at <= $2
    order by t.due_at limit greatest(turn.free, 0) for update skip locked
  ) d
  union all
  select d.task_id from lane l cross join lateral (
    select t.task_id from task t where t.lane = l.lane and ${unheld} and t.state in ('queued', 'waiting') and t.due_at <= $2
    order by t.due_at limit coalesce(l.slots, $3) for update skip locked
  ) d where l.lane = any($1) and l.state = 'closed'
)
update task t set state = 'queued', due_at = $4 from due where t.task_id = due.task_id
returning t.task_id, t.submission_id, t.leistung, t.ars, t.adapter, t.lane, t.traceparent`;

export interface SentTicket extends Ticket {
  lane: string;
}

/** Puts due tasks of open lanes on the road, as many as each lane has room for, and optional ones of closed lanes, and returns their tickets. Until `patience` nobody else sends them. */
export async function takeDue(
  db: Sql,
  lanes: string[],
  now: Date,
  slots: number,
  patience: Date,
): Promise<SentTicket[]> {
  const { rows } = await db.query(sendStatement, [lanes, now, slots, patience], 'take-due');
  return rows.map((row) => ({
    taskId: row['task_id'],
    submissionId: row['submission_id'],
    leistung: row['leistung'],
    ars: row['ars'],
    adapter: row['adapter'],
    lane: row['lane'],
    traceparent: row['traceparent'],
  }));
}

/** The broker did not take these tickets: due again at `at`. */
export async function putBack(db: Sql, taskIds: string[], at: Date): Promise<void> {
  await db.query(`update task set due_at = $2 where task_id = any($1) and state = 'queued'`, [taskIds, at], 'put-back');
}

/** Tasks `c` with what their submissions hold. */
const withContent = `
select c.*, s.trust_level, s.steps, s.process_version, s.schema_id, s.schema_version, s.received_at, p.content as data,
  case when c.step > 0 then (select jsonb_object_agg(r.name, r.content) from payload r where r.submission_id = c.submission_id and r.kind = 'register') end as registers,
  case when c.kind = 'register' then (select m.content ->> 'postfachHandleId' from payload m where m.submission_id = c.submission_id and m.kind = 'metadata' and m.name = '') end as handle,
  exists (select from attachment f where f.submission_id = c.submission_id and f.reply_id is null) as has_attachments,
  (select revision from parameter_revision) as revision
from c join submission s using (submission_id) left join payload p on p.submission_id = c.submission_id and p.kind = 'data' and p.name = ''`;

const claimStatement = `
with due as (
  select t.task_id, l.closed_ms, l.failures, l.probes, case when l.state = 'closed' then coalesce(l.reason, '') end as closed
  from task t join lane l on l.lane = t.lane and (l.state = 'open' or ${unheld})
  where t.task_id = any($1) and t.state = 'queued' order by t.task_id for update of t skip locked
), c as (
  update task t set state = 'running', attempts = attempts + 1, unrecorded = unrecorded + 1, polls = polls + (next = 'status')::int,
    lease_until = $2::timestamptz + make_interval(secs => coalesce(($3::jsonb ->> t.adapter)::float8, ($3::jsonb ->> '*')::float8) / 1000)
  from due where t.task_id = due.task_id returning t.*, due.closed_ms, due.failures, due.probes, due.closed
), again as (
  update attempt a set attempt = c.attempts, worker = $4, polls = a.polls + 1, finished_at = null, outcome = null, reason = null from c
  where c.next = 'status' and a.task_id = c.task_id and a.attempt = c.attempts - 1 and a.call = 'status' and a.outcome in ('pending', 'later')
  returning a.task_id
), a as (
  insert into attempt (task_id, attempt, generation, call, worker, started_at, polls)
  select task_id, attempts, generation, next, $4, $2, case when next = 'status' then 1 end from c where task_id not in (select task_id from again)
)
${withContent}`;

/** Claims those of the tasks that are still to be claimed. `leases`: milliseconds by adapter id, `*` for the others. */
export async function claimTasks(
  db: Sql,
  taskIds: string[],
  now: Date,
  leases: Record<string, number>,
  worker: string,
): Promise<ClaimedTask[]> {
  const { rows } = await db.query(claimStatement, [taskIds, now, JSON.stringify(leases), worker], 'claim');
  return rows.map(asClaimed);
}

/** A task as its next attempt would find it, without claiming it. */
export async function readTask(db: Sql, taskId: string): Promise<ClaimedTask | undefined> {
  const { rows } = await db.query(
    `with c as (select t.*, 0 as closed_ms, 0 as failures, 0 as probes, null as closed from task t where t.task_id = $1) ${withContent}`,
    [taskId],
  );
  return rows[0] && asClaimed(rows[0]);
}

function asClaimed(row: Row): ClaimedTask {
  return {
    taskId: row['task_id'],
    submissionId: row['submission_id'],
    caseId: row['case_id'],
    step: row['step'],
    stepName: row['step_name'],
    kind: row['kind'],
    optional: row['optional'],
    adapter: row['adapter'],
    leistung: row['leistung'],
    ars: row['ars'],
    lane: row['lane'],
    traceparent: row['traceparent'],
    next: row['next'],
    attempt: row['attempts'],
    retries: row['retries'],
    generation: row['generation'],
    doubtAttempt: row['doubt_attempt'],
    parametersAsRan: row['parameters_as_ran'],
    windowFrom: row['window_from'],
    windowClosedMs: row['window_closed_ms'],
    laneClosedMs: row['closed_ms'],
    laneFailures: row['failures'],
    laneProbes: row['probes'],
    laneClosed: row['closed'],
    externalReference: row['external_reference'],
    leaseUntil: row['lease_until'],
    steps: row['steps'],
    processVersion: row['process_version'],
    schema: { id: row['schema_id'], version: row['schema_version'] },
    receivedAt: row['received_at'],
    trustLevel: row['trust_level'],
    data: row['data'],
    handle: row['handle'],
    registers: row['registers'] ?? {},
    hasAttachments: row['has_attachments'],
    revision: row['revision'],
  };
}

export interface Checkpoint {
  submissionId: string;
  taskId: string;
  attempt: number;
  generation: number;
  step: string;
  data: Json;
  adapterVersion: string;
  /** The parameter versions this attempt runs with: whoever looks later must ask with them. */
  parameters: Json;
}

const checkpointStatement = `
with held as (
  select v.*, t.task_id is not null as ours from jsonb_to_recordset($1) v (
    n int, "submissionId" uuid, "taskId" uuid, attempt int, generation int, step text, data jsonb, "adapterVersion" text, parameters jsonb)
  left join task t on t.task_id = v."taskId" and t.attempts = v.attempt and t.state = 'running'
), kept as (
  insert into payload (submission_id, kind, name, content, at)
  select "submissionId", 'sent', "taskId" || ':' || generation || ':' || step, data, $2 from held where ours
  on conflict (submission_id, kind, name) do update set name = excluded.name returning submission_id, name, content
), told as (
  update attempt a set adapter_version = h."adapterVersion", parameters = h.parameters from held h where h.ours and a.task_id = h."taskId" and a.attempt = h.attempt
)
select h.n, k.content from held h join kept k on k.submission_id = h."submissionId" and k.name = h."taskId" || ':' || h.generation || ':' || h.step`;

/** Stores what is about to be sent. Answers, in the order asked, what is now kept under that step (an earlier attempt's bytes win), or undefined where the attempt no longer holds its task. */
export async function keepCheckpoints(db: Sql, checkpoints: Checkpoint[], now: Date): Promise<(Json | undefined)[]> {
  const { rows } = await db.query(
    checkpointStatement,
    [JSON.stringify(checkpoints.map((checkpoint, n) => ({ n, ...checkpoint }))), now],
    'checkpoint',
  );
  const kept = new Map(rows.map((row) => [row['n'] as number, row['content'] as Json]));
  return checkpoints.map((_, n) => kept.get(n));
}

/** What an earlier attempt of this task, since the last replay, kept under a step. */
export async function readCheckpoint(
  db: Sql,
  { submissionId, taskId, generation }: Pick<ClaimedTask, 'submissionId' | 'taskId' | 'generation'>,
  step: string,
): Promise<Json | undefined> {
  const { rows } = await db.query<{ content: Json }>(
    `select content from payload where submission_id = $1 and kind = 'sent' and name = $2`,
    [submissionId, `${taskId}:${generation}:${step}`],
  );
  return rows[0]?.content;
}

const recordStatement = `
with r as materialized (
  select * from jsonb_to_recordset($1) v (
    "taskId" uuid, attempt int, state text, next text, "dueAt" timestamptz, retries int, "doubtAttempt" int, "windowFrom" timestamptz, outcome text, reason text,
    "externalReference" text, "adapterVersion" text, parameters jsonb, event text, "eventData" jsonb, answer jsonb, follow jsonb)
), u as (
  update task t set state = r.state, next = r.next, due_at = r."dueAt", retries = r.retries, unrecorded = case when $3 then t.unrecorded else 0 end, lease_until = null,
    doubt_attempt = r."doubtAttempt", outcome = r.outcome, reason = r.reason,
    external_reference = coalesce(r."externalReference", t.external_reference),
    window_closed_ms = case when t.window_from is null and r."windowFrom" is not null then (select l.closed_ms from lane l where l.lane = t.lane) else t.window_closed_ms end,
    window_from = r."windowFrom",
    finished_at = case when r.state in ('done', 'dead') then $2::timestamptz end
  from r where t.task_id = r."taskId" and t.attempts = r.attempt and t.state = 'running'
  returning t.task_id, t.submission_id, t.case_id, t.leistung, t.ars, t.traceparent, t.step_name
), a as (
  update attempt a set finished_at = $2, outcome = r.outcome, reason = r.reason, adapter_version = r."adapterVersion", parameters = r.parameters
  from r join u on u.task_id = r."taskId" where a.task_id = r."taskId" and a.attempt = r.attempt
), e as (
  insert into event (submission_id, task_id, at, type, actor, data)
  select u.submission_id, u.task_id, $2, r.event, 'worker', r."eventData" from r join u on u.task_id = r."taskId" where r.event is not null
), p as (
  insert into payload (submission_id, kind, name, content, at)
  select u.submission_id, 'register', u.step_name, r.answer, $2 from r join u on u.task_id = r."taskId" where r.answer is not null
  on conflict (submission_id, kind, name) do update set content = excluded.content, at = excluded.at
), f as (
  insert into task (task_id, submission_id, case_id, step, step_name, kind, optional, adapter, leistung, ars, lane, traceparent, state, next, due_at, created_at)
  select (f->>'taskId')::uuid, u.submission_id, u.case_id, (f->>'step')::int, f->>'stepName', f->>'kind', (f->>'optional')::boolean, f->>'adapter', u.leistung, u.ars,
    f->>'lane', u.traceparent, 'queued', f->>'next', $2, $2
  from r join u on u.task_id = r."taskId" cross join lateral (select r.follow) v (f) where f is not null
  returning lane, adapter, ars
), l as (
  insert into lane (lane, adapter, ars) select distinct lane, adapter, ars from f on conflict do nothing
)
select task_id from u`;

/** Writes results. Returns the tasks whose attempt still held them; for the others nothing is written. `lost`: written by the sweeper, still counts as no record. */
export async function recordAttempts(db: Sql, records: Record_[], now: Date, lost = false): Promise<Set<string>> {
  if (!records.length) return new Set();
  const { rows } = await db.query<{ task_id: string }>(recordStatement, [JSON.stringify(records), now, lost], 'record');
  return new Set(rows.map((row) => row.task_id));
}

export interface ExpiredTask {
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
  /** Something may have left: a checkpoint of this generation exists. */
  sent: boolean;
  adapterVersion: string | null;
  parameters: Json;
}

/** Running tasks whose lease ended without a record. */
export async function expiredTasks(db: Sql, now: Date, limit: number): Promise<ExpiredTask[]> {
  const { rows } = await db.query(
    `select t.*, a.adapter_version, a.parameters,
       exists (select from payload p where p.submission_id = t.submission_id and p.kind = 'sent' and p.name like t.task_id || ':' || t.generation || ':%') as sent
     from task t join attempt a on a.task_id = t.task_id and a.attempt = t.attempts where t.state = 'running' and t.lease_until < $1 limit $2`,
    [now, limit],
  );
  return rows.map((row) => ({
    taskId: row['task_id'],
    adapter: row['adapter'],
    lane: row['lane'],
    next: row['next'],
    attempt: row['attempts'],
    unrecorded: row['unrecorded'],
    retries: row['retries'],
    kind: row['kind'],
    doubtAttempt: row['doubt_attempt'],
    windowFrom: row['window_from'],
    sent: row['sent'],
    adapterVersion: row['adapter_version'],
    parameters: row['parameters'],
  }));
}

/** The last attempt that asked a register. */
export async function lastLookup(db: Sql, taskId: string): Promise<number | undefined> {
  const { rows } = await db.query<{ attempt: number | null }>(
    `select max(attempt) as attempt from attempt where task_id = $1 and call = 'lookup'`,
    [taskId],
  );
  return rows[0]?.attempt ?? undefined;
}

/** The parameter versions and the adapter's version that an attempt ran with. */
export async function attemptRanWith(
  db: Database,
  taskId: string,
  attempt: number,
): Promise<{ versionIds: string[]; adapterVersion: string | null }> {
  const { rows } = await db.query(
    `select parameters, adapter_version from attempt where task_id = $1 and attempt = $2`,
    [taskId, attempt],
  );
  const entries = (rows[0]?.['parameters'] ?? []) as { versionId?: string }[];
  return {
    versionIds: entries.flatMap((entry) => entry.versionId ?? []),
    adapterVersion: rows[0]?.['adapter_version'] ?? null,
  };
}

/** The adapter's version that the target took the task from: whoever asks for its status asks with it. */
export async function versionPending(db: Database, taskId: string): Promise<string | null> {
  const { rows } = await db.query(
    `select adapter_version from attempt where task_id = $1 and outcome = 'pending' order by attempt desc limit 1`,
    [taskId],
  );
  return rows[0]?.['adapter_version'] ?? null;
}

const wakeStatement = `
with changed as (select distinct region, leistung from parameter where version_id > $1), woken as (
  update task t set due_at = $2 from changed c
  where t.state = 'waiting' and t.outcome = 'missing' and t.due_at > $2 and starts_with(t.ars, c.region) and c.leistung in (t.leistung, '*')
  returning t.lane
)
select coalesce((select max(version_id) from parameter), 0)::text as seen, (select array_agg(distinct lane) from woken) as lanes`;

/** Tasks that wait for a parameter are due where any was written after the version `seen`. Returns the newest version, and their lanes. */
export async function wakeMissing(db: Sql, seen: string, now: Date): Promise<{ seen: string; lanes: string[] }> {
  const { rows } = await db.query(wakeStatement, [seen, now], 'wake-missing');
  return { seen: rows[0]!['seen'], lanes: rows[0]!['lanes'] ?? [] };
}

/** What waits, for metrics and doctor. */
export async function backlog(db: Sql, now: Date) {
  const { rows } = await db.query(
    `select (select count(*) from lane where state = 'open') as open, (select count(*) from lane where state = 'closed') as closed,
       (select count(*) from task where state = 'dead') as dead,
       (select count(*) from notice) as notices,
       (select extract(epoch from $1 - min(due_at)) from task where state in ('queued', 'waiting') and due_at <= $1)::float8 as oldest`,
    [now],
  );
  const { open, closed, dead, notices, oldest } = rows[0]!;
  return { lanesOpen: open, lanesClosed: closed, deadLetters: dead, notices, oldestWaitingSeconds: oldest ?? 0 };
}

/** Keeps what could not be read, for the operator's list. At most 64 KiB of it. */
export async function keepStray(
  db: Sql,
  stray: { strayId: string; at: Date; queue: string | null; reason: string; body: Uint8Array },
): Promise<void> {
  await db.query('insert into stray (stray_id, at, queue, reason, body) values ($1, $2, $3, $4, $5)', [
    stray.strayId,
    stray.at,
    stray.queue,
    stray.reason,
    Buffer.from(stray.body).subarray(0, 65_536),
  ]);
}
