-- name: record_attempts :many :prepared
-- Writes results of attempts: the task, its attempt, the end of its submission, the event, a register's answer, the
-- task of the following step and its lane. Answers the tasks whose attempt still held them; for the others nothing is
-- written. What was answered to a worker that only seemed gone counts too, until somebody looks whether the delivery
-- arrived; its attempt stays as it ended. `lost`: the sweeper writes for a worker that did not, which still counts as
-- no record.
-- type @records: AttemptRecord[]
with record as materialized (
  select *
  from jsonb_to_recordset(@records) record (
    "taskId" uuid, attempt int, state text, next text, "dueAt" timestamptz, retries int, "doubtAttempt" int,
    "windowFrom" timestamptz, "pendingSince" timestamptz, outcome text, reason text, "externalReference" text,
    cause text, "adapterVersion" text, parameters jsonb, event text, "eventData" jsonb, answer text, follow jsonb
  )
), held as materialized (
  select task.task_id
  from task
  join record on record."taskId" = task.task_id and record.attempt = task.attempts
  where task.state = 'running'
    or (
      not @lost and record.outcome <> 'unknown'
      and task.state = 'waiting' and task.next = 'find' and task.doubt_attempt = record.attempt
    )
  order by task.task_id
  for no key update of task
), recorded as (
  update task
  set state = record.state,
    next = record.next,
    due_at = record."dueAt",
    retries = record.retries,
    unrecorded = case when @lost then task.unrecorded else 0 end,
    lease_until = null,
    doubt_attempt = record."doubtAttempt",
    outcome = record.outcome,
    reason = record.reason,
    cause = record.cause,
    external_reference = coalesce(record."externalReference", task.external_reference),
    window_closed_ms = case
      when task.window_from is null and record."windowFrom" is not null
        then (select lane.closed_ms from lane where lane.lane = task.lane)
      else task.window_closed_ms
    end,
    window_from = record."windowFrom",
    pending_since = coalesce(record."pendingSince", task.pending_since),
    finished_at = case when record.state in ('done', 'dead') then @now::timestamptz end
  from record
  join held on held.task_id = record."taskId"
  where task.task_id = held.task_id
  returning
    task.task_id, task.submission_id, task.case_id, task.leistung, task.ars, task.traceparent, task.step_name,
    task.state, task.outcome, task.step
), ended_attempt as (
  update attempt
  set finished_at = @now, outcome = record.outcome, reason = record.reason,
    adapter_version = record."adapterVersion", parameters = record.parameters
  from record
  join recorded on recorded.task_id = record."taskId"
  where attempt.task_id = record."taskId" and attempt.attempt = record.attempt and attempt.finished_at is null
), ended_submission as (
  update submission
  set state = submission_after(recorded.state, recorded.outcome, recorded.step, submission.steps), ended_at = @now
  from recorded
  where submission.submission_id = recorded.submission_id
    and recorded.state in ('done', 'dead')
    and submission_after(recorded.state, recorded.outcome, recorded.step, submission.steps) <> 'open'
), new_event as (
  insert into event (submission_id, task_id, at, type, actor, data)
  select recorded.submission_id, recorded.task_id, @now, record.event, 'worker', record."eventData"
  from record
  join recorded on recorded.task_id = record."taskId"
  where record.event is not null
), register_answer as (
  insert into payload (submission_id, kind, name, content, at)
  select recorded.submission_id, 'register', recorded.step_name, decode(record.answer, 'base64'), @now
  from record
  join recorded on recorded.task_id = record."taskId"
  where record.answer is not null
  on conflict (submission_id, kind, name) do update set content = excluded.content, at = excluded.at
), following_task as (
  insert into task (
    task_id, submission_id, case_id, step, step_name, kind, optional, adapter,
    leistung, ars, lane, traceparent, state, next, due_at, created_at
  )
  select
    (follow ->> 'taskId')::uuid, recorded.submission_id, recorded.case_id,
    (follow ->> 'step')::int, follow ->> 'stepName', follow ->> 'kind', (follow ->> 'optional')::boolean,
    follow ->> 'adapter', recorded.leistung, recorded.ars, follow ->> 'lane', recorded.traceparent,
    'queued', follow ->> 'next', @now, @now
  from record
  join recorded on recorded.task_id = record."taskId"
  where record.follow is not null
  returning lane, adapter, ars
), following_lane as (
  insert into lane (lane, adapter, ars)
  select distinct lane, adapter, ars
  from following_task
  order by lane
  on conflict do nothing
)
select task_id
from recorded;
