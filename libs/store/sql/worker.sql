-- name: beat :exec :prepared
-- The worker lives.
insert into worker (worker, beats, beat_at)
values (@worker, 1, @now)
on conflict (worker) do update
set beats = worker.beats + 1, beat_at = excluded.beat_at;

-- name: workers :many :prepared
-- The workers that have not ended in order, and how many signs of life each has given.
select worker, beats
from worker;

-- name: end_worker :exec
-- The worker has ended in order.
delete from worker
where worker = @worker;

-- name: forget_dead :many
-- Those of the workers of which no task runs any more; their processes have ended. Answers them.
delete from worker
where worker = any(@workers) and not exists (
  select
  from task
  join attempt on attempt.task_id = task.task_id and attempt.attempt = task.attempts
  where task.state = 'running' and attempt.worker = worker.worker
)
returning worker;

-- name: forget_workers :exec
-- Those that are long gone.
delete from worker
where beat_at < @before;
