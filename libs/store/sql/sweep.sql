-- name: hold_expired :many
-- Locks those of the tasks that are running, and their attempts, so that no checkpoint and no record passes whoever
-- looks after that. What is being written this moment is left out: its turn comes with the next look.
select task.task_id
from task
join attempt on attempt.task_id = task.task_id and attempt.attempt = task.attempts
where task.task_id = any(@task_ids) and task.state = 'running'
order by task.task_id
for no key update of task, attempt skip locked;

-- name: expired_tasks :many
-- Running tasks that nobody works on any more: their lease ended without a record, or their worker is gone. Of the
-- latter, what may have been sent and cannot be asked for keeps its lease. `sent`: something may have left, because a
-- checkpoint of this generation exists.
-- about @task_ids: Only of these; null: of all.
-- about @workers: Those that are gone.
-- about @beats: How many signs of life each of them had given when it was last seen; who has given more is not gone.
-- about @dead: Those of them of which it is known what has left.
-- about @departed: What has left there, as `task:attempt`.
-- about @findable: The adapters that have `find`.
-- type lease_until: Date
-- type sent: boolean
with gone as materialized (
  select worker
  from unnest(@workers::text[], @beats::bigint[]) seen (worker, beats)
  join worker using (worker, beats)
)
select
  task.task_id, task.adapter, task.lane, task.next, task.attempts as attempt, task.unrecorded, task.retries, task.kind,
  task.doubt_attempt, task.window_from, task.lease_until,
  attempt.adapter_version, attempt.parameters, known.sent
from task
join attempt on attempt.task_id = task.task_id and attempt.attempt = task.attempts
cross join lateral (
  select
    exists (
      select
      from payload
      where payload.submission_id = task.submission_id and payload.kind = 'sent'
        and payload.name like task.task_id || ':' || task.generation || ':%'
    )
    and (attempt.worker <> all (@dead::text[]) or task.task_id || ':' || task.attempts = any(@departed::text[])) as sent
) known
where task.state = 'running'
  and (@task_ids?::uuid[] is null or task.task_id = any(@task_ids))
  and (
    task.lease_until < @now
    or (
      attempt.worker in (select worker from gone)
      and (task.next <> 'deliver' or not known.sent or task.adapter = any(@findable::text[]))
    )
  )
limit @most;

-- name: wake_missing :one :prepared
-- Tasks that wait for a parameter are due where any was written after the version `seen`, at most so many at once.
-- Answers the newest version (`seen`), how many tasks are now due, and their lanes.
-- type seen: number
-- type tasks: number
with changed as materialized (
  select distinct region, leistung
  from parameter
  where version_id > @seen
), missing as materialized (
  select task_id
  from task
  where state = 'waiting' and outcome = 'missing' and due_at > @now
    and exists (
      select
      from changed
      where starts_with(task.ars, changed.region) and changed.leistung in (task.leistung, '*')
    )
  limit @most
), held as materialized (
  select task_id
  from task
  where task_id in (select task_id from missing) and state = 'waiting' and outcome = 'missing'
  order by task_id
  for no key update
), woken as (
  update task
  set due_at = @now
  from held
  where task.task_id = held.task_id
  returning task.lane
)
select
  coalesce((select max(version_id) from parameter), 0) as seen,
  (select count(*) from missing) as tasks,
  (select array_agg(distinct lane) from woken) as lanes;

-- name: backlog :one
-- What waits, for metrics; each count up to `most`. `oldest_waiting_seconds`: how long the most overdue task has been
-- due; looks at one task of each lane. The orders are those of indexes, so that no more is read.
-- type oldest_waiting_seconds: number
with recursive hop (lane, due_at) as (
  (
    select lane, due_at
    from task
    where state in ('queued', 'waiting')
    order by lane, due_at
    limit 1
  )
  union all
  select next.lane, next.due_at
  from hop
  cross join lateral (
    select task.lane, task.due_at
    from task
    where task.state in ('queued', 'waiting') and task.lane > hop.lane
    order by task.lane, task.due_at
    limit 1
  ) next
)
select
  (select count(*) from (select from lane where state = 'open' limit @most) lane) as lanes_open,
  (select count(*) from (select from lane where state = 'closed' limit @most) lane) as lanes_closed,
  (select count(distinct host) from lane where state = 'closed' and why = 'host') as hosts_silent,
  (
    select count(*)
    from (
      select
      from task
      where state = 'dead'
      order by finished_at desc, task_id
      limit @most
    ) dead
  ) as dead_letters,
  (select count(*) from (select from notice order by notice_id limit @most) notice) as notices,
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
    from hop
    where due_at <= @now
  )::float8, 0) as oldest_waiting_seconds;
