-- name: keep_checkpoints :many :prepared
-- Stores what attempts are about to send, and with which parameters and adapter version. `n` is the position in the
-- list. Answers, for each attempt that still holds its task, what an earlier attempt has kept under the step, which
-- then stays: null where there was nothing. Whoever takes a task over ends its attempt in the row for which this waits.
-- type @checkpoints: CheckpointRow[]
-- about @bytes: The contents, one behind the other.
-- type @bytes: Uint8Array
-- type n: number
-- about earlier: Sealed.
-- type earlier: Buffer | null
with given as (
  select *
  from jsonb_to_recordset(@checkpoints) checkpoint (
    n int, "submissionId" uuid, "taskId" uuid, attempt int, generation int, step text, since int, size int,
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
  select
    "submissionId", 'sent', "taskId" || ':' || generation || ':' || step,
    substring(@bytes::bytea, since, size), @now
  from given
  join held on held.task_id = given."taskId" and held.attempt = given.attempt
  on conflict (submission_id, kind, name) do update set name = excluded.name
  returning submission_id, name, content
)
select given.n, nullif(kept.content, substring(@bytes::bytea, given.since, given.size)) as earlier
from given
join kept
  on kept.submission_id = given."submissionId"
  and kept.name = given."taskId" || ':' || given.generation || ':' || given.step;

-- name: read_checkpoint :one
-- `name`: task id, generation and step, joined by colons.
select content
from payload
where submission_id = @submission_id and kind = 'sent' and name = @name;
