-- name: replay_dead :many
-- Brings dead tasks back: due now, with a fresh retry window. In doubt the adapter looks first; one that cannot
-- (`finders` names those that can) is left alone. A task that the target is still working on is asked again, not
-- sent again. With `current` parameters what is sent is rendered anew. `attempts`, beside each task: which death is
-- meant, or null. Answers the tasks that this call, and no other, replayed.
-- type task_id: string
-- type @parameters: ReplayParameters
-- type @attempts: (number | null)[]
-- type @details: { parameters: ReplayParameters; reason?: string | undefined; replayId?: string | undefined }
with dead as (
  select
    task.task_id,
    in_doubt(task) as in_doubt,
    case
      when in_doubt(task) then 'find'
      when task.next = 'status' and task.outcome is distinct from 'rejected' then 'status'
      when task.kind = 'register' then 'lookup'
      else 'deliver'
    end as next
  from task
  join unnest(@task_ids::uuid[], @attempts::int[]) wanted (task_id, attempts) using (task_id)
  where task.state = 'dead'
    and (wanted.attempts is null or wanted.attempts = task.attempts)
    and (not in_doubt(task) or task.adapter = any(@finders))
  order by task.task_id
  for update of task
), replayed as (
  update task
  set state = 'queued',
    due_at = @now,
    next = dead.next,
    retries = 0,
    unrecorded = 0,
    lease_until = null,
    finished_at = null,
    cause = null,
    window_from = null,
    window_closed_ms = 0,
    -- asked again, it may take as long again
    pending_since = case when dead.next = 'status' then @now::timestamptz end,
    doubt_attempt = case when dead.in_doubt then coalesce(
      task.doubt_attempt,
      (
        select max(attempt.attempt)
        from attempt
        where attempt.task_id = task.task_id and jsonb_array_length(attempt.parameters) > 0
      ),
      task.attempts
    ) end,
    generation = task.generation
      + case when @parameters = 'current' and dead.next in ('deliver', 'lookup') then 1 else 0 end,
    -- what has no version was set by nobody: its definition gave it
    parameters_as_ran = case when @parameters = 'as-ran' then (
      select (
        select coalesce(jsonb_agg(parameter -> 'versionId'), '[]')
        from jsonb_array_elements(attempt.parameters) parameter
        where parameter ? 'versionId'
      )
      from attempt
      where attempt.task_id = task.task_id and jsonb_array_length(attempt.parameters) > 0
      order by attempt.attempt desc
      limit 1
    ) end
  from dead
  where task.task_id = dead.task_id
  returning task.task_id, task.submission_id, task.next
), reopened as (
  update submission
  set state = 'open', ended_at = null
  from replayed
  where submission.submission_id = replayed.submission_id and submission.state <> 'open'
)
insert into event (submission_id, task_id, at, type, actor, data)
select submission_id, task_id, @now, 'replayed', @actor, jsonb_build_object('next', next) || @details
from replayed
returning task_id;

-- name: discard_dead :exec
with discarded as (
  update task
  set state = 'discarded', finished_at = @at
  where task_id = @task_id and state = 'dead'
  returning task_id, submission_id
), abandoned as (
  update submission
  set state = 'abandoned', ended_at = @at
  from discarded
  where submission.submission_id = discarded.submission_id
)
insert into event (submission_id, task_id, at, type, actor, data)
select submission_id, task_id, @at, 'discarded', @actor, jsonb_build_object('reason', @reason::text)
from discarded;

-- name: settle_dead :one
-- Ends the doubt about a dead task: it arrived, and is done; or it did not, and is sent again with the same bytes
-- under the same key. Nothing is answered where the task is not, or no longer, dead and in doubt.
with settled as (
  update task
  set state = case when @arrived then 'done' else 'queued' end,
    next = 'deliver',
    due_at = @at,
    retries = 0,
    unrecorded = 0,
    lease_until = null,
    doubt_attempt = null,
    window_from = null,
    window_closed_ms = 0,
    outcome = case when @arrived then 'delivered' end,
    reason = null,
    cause = null,
    finished_at = case when @arrived then @at::timestamptz end
  where task.task_id = @task_id and task.state = 'dead' and in_doubt(task)
  returning *
), settled_submission as (
  update submission
  set state = submission_after(settled.state, settled.outcome, settled.step, submission.steps),
    ended_at = case
      when submission_after(settled.state, settled.outcome, settled.step, submission.steps) <> 'open'
        then @at::timestamptz
    end
  from settled
  where submission.submission_id = settled.submission_id
    and submission.state <> submission_after(settled.state, settled.outcome, settled.step, submission.steps)
), new_event as (
  insert into event (submission_id, task_id, at, type, actor, data)
  select
    submission_id, task_id, @at, 'settled', @actor,
    jsonb_build_object('arrived', @arrived::boolean, 'reason', @reason::text)
  from settled
)
select
  settled.submission_id, settled.case_id, settled.leistung, settled.ars, settled.traceparent, settled.step,
  submission.steps
from settled
join submission using (submission_id);

-- name: add_lane :exec
insert into lane (lane, adapter, ars)
values (@lane, @adapter, @ars)
on conflict do nothing;

-- name: add_task :exec
-- A task that is due now. Its lane must be there.
-- type @kind: AdapterKind
-- type @next: Call
insert into task (
  task_id, submission_id, case_id, step, step_name, kind, optional, adapter,
  leistung, ars, lane, traceparent, state, next, due_at, created_at
)
values (
  @task_id, @submission_id, @case_id, @step, @step_name, @kind, @optional, @adapter,
  @leistung, @ars, @lane, @traceparent, 'queued', @next, @now, @now
);

-- name: note_viewed :exec
-- Somebody was shown what a task sends.
insert into event (submission_id, task_id, at, type, actor, data)
select submission_id, task_id, @at, 'payload-viewed', @actor, jsonb_build_object('reason', @reason::text)
from task
where task_id = @task_id;
