-- name: expired_tasks :many
-- Running tasks whose lease ended without a record. `sent`: a checkpoint of this generation exists, so something
-- may have left.
select
  task.task_id, task.adapter, task.lane, task.next, task.attempts as attempt, task.unrecorded, task.retries, task.kind,
  task.doubt_attempt, task.window_from,
  attempt.adapter_version, attempt.parameters,
  exists (
    select
    from payload
    where payload.submission_id = task.submission_id and payload.kind = 'sent'
      and payload.name like task.task_id || ':' || task.generation || ':%'
  ) as sent
from task
join attempt on attempt.task_id = task.task_id and attempt.attempt = task.attempts
where task.state = 'running' and task.lease_until < @now
limit @most;

-- name: wake_missing :one :prepared
-- Tasks that wait for a parameter are due where any was written after the version `seen`. Answers the newest
-- version (`seen`) and the lanes of the tasks that are now due.
-- type seen: number
with changed as (
  select distinct region, leistung
  from parameter
  where version_id > @seen
), woken as (
  update task
  set due_at = @now
  from changed
  where task.state = 'waiting' and task.outcome = 'missing' and task.due_at > @now
    and starts_with(task.ars, changed.region) and changed.leistung in (task.leistung, '*')
  returning task.lane
)
select
  coalesce((select max(version_id) from parameter), 0) as seen,
  (select array_agg(distinct lane) from woken) as lanes;

-- name: backlog :one
-- What waits, for metrics. `oldest_waiting_seconds`: how long the most overdue task has been due.
-- type oldest_waiting_seconds: number
select
  (select count(*) from lane where state = 'open') as lanes_open,
  (select count(*) from lane where state = 'closed') as lanes_closed,
  (select count(*) from task where state = 'dead') as dead_letters,
  (select count(*) from notice) as notices,
  (select count(distinct host) from lane where state = 'closed' and why = 'host') as hosts_silent,
  (
    select count(*)
    from (
      select
      from task
      join lane using (lane)
      where task.state = 'running' and lane.host <> ''
      group by lane.host
      having count(*) >= @host_slots
    ) full_host
  ) as hosts_full,
  coalesce((
    select extract(epoch from @now - min(due_at))
    from task
    where state in ('queued', 'waiting') and due_at <= @now
  )::float8, 0) as oldest_waiting_seconds;
