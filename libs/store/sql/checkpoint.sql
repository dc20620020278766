-- name: keep_checkpoints :many :prepared
-- Stores what attempts are about to send, and with which parameters and adapter version. `n` is the position in the
-- list. Answers what is now kept under each step (an earlier attempt's bytes win); nothing for an attempt that lost
-- its task, also while this waits for its row: whoever takes a task over ends its attempt in that row.
-- type @checkpoints: Checkpoint[]
-- type n: number
with given as (
  select *
  from jsonb_to_recordset(@checkpoints) checkpoint (
    n int, "submissionId" uuid, "taskId" uuid, attempt int, generation int, step text, data jsonb,
    "adapterVersion" text, parameters jsonb
  )
), held as (
  update attempt
  set adapter_version = given."adapterVersion", parameters = given.parameters
  from given
  join task on task.task_id = given."taskId" and task.attempts = given.attempt and task.state = 'running'
  where attempt.task_id = given."taskId" and attempt.attempt = given.attempt and attempt.finished_at is null
  returning attempt.task_id, attempt.attempt
), kept as (
  insert into payload (submission_id, kind, name, content, at)
  select "submissionId", 'sent', "taskId" || ':' || generation || ':' || step, data, @now
  from given
  join held on held.task_id = given."taskId" and held.attempt = given.attempt
  on conflict (submission_id, kind, name) do update set name = excluded.name
  returning submission_id, name, content
)
select given.n, kept.content
from given
join kept
  on kept.submission_id = given."submissionId"
  and kept.name = given."taskId" || ':' || given.generation || ':' || given.step;

-- name: read_checkpoint :one
-- `name`: task id, generation and step, joined by colons.
select content
from payload
where submission_id = @submission_id and kind = 'sent' and name = @name;
