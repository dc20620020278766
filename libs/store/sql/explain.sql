-- name: explained_task :one
-- type number: number | null
select
  task.task_id, task.submission_id, task.case_id, task.step, task.step_name, task.kind, task.optional, task.adapter,
  task.leistung, task.ars, task.lane, task.traceparent, task.state, task.next, task.due_at, task.attempts, task.polls,
  task.retries, task.generation, task.doubt_attempt, task.outcome, task.reason, task.external_reference,
  task.created_at, task.finished_at,
  in_doubt(task) as in_doubt,
  submission.client, submission.channel, submission.process_version, submission.schema_id, submission.schema_version,
  submission.form_id, submission.received_at, submission.accepted_at,
  submission_number.number
from task
join submission using (submission_id)
left join submission_number using (submission_id)
where task.task_id = @task_id;

-- name: attempts_of :many
select
  attempt, generation, call, polls, worker, adapter_version, parameters, started_at, finished_at, outcome, reason
from attempt
where task_id = @task_id
order by attempt;

-- name: sent_steps :many
-- What a task checkpointed before sending: generation and step, never the content.
select
  split_part(name, ':', 2)::int as generation,
  split_part(name, ':', 3) as step,
  at
from payload
where submission_id = @submission_id and kind = 'sent' and starts_with(name, @task_id::text || ':')
order by at, name;

-- name: events_about :many
-- Events of a task, and those of its submission that belong to no task.
select at, type, actor, data
from event
where submission_id = @submission_id and (task_id = @task_id or task_id is null)
order by event_id;

-- name: register_answer :one
-- Where a register's answer came from, and how many values differ from the form; never the values.
-- type outcome: string
-- type differences: number
select
  content ->> 'outcome' as outcome,
  content -> 'origin' as origin,
  jsonb_array_length(content -> 'differences') as differences
from payload
where submission_id = @submission_id and kind = 'register' and name = @step_name;
