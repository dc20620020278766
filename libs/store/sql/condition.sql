-- name: server_version :one
select current_setting('server_version') as version;

-- name: newest_migration :one
select name
from migration
order by run_on desc, id desc
limit 1;

-- name: count_open_tasks :many
-- Tasks by state; those that have ended well are not counted. Counts up to `most`, the queued and the waiting together.
-- The orders are those of indexes, so that no more is read.
select state, count(*) as count
from (
  (
    select state
    from task
    where state in ('queued', 'waiting')
    order by lane, due_at
    limit @most
  )
  union all
  (
    select state
    from task
    where state = 'running'
    order by lane
    limit @most
  )
  union all
  (
    select state
    from task
    where state = 'dead'
    order by finished_at desc, task_id
    limit @most
  )
) live
group by state;

-- name: count_lanes :one
-- Open and closed ones, each up to `most`.
select
  (select count(*) from (select from lane where state = 'open' limit @most) open_lane) as open,
  (select count(*) from (select from lane where state = 'closed' limit @most) closed_lane) as closed;

-- name: longest_closed_lanes :many
select lane, why, reason, closed_at
from lane
where state = 'closed'
order by closed_at
limit @most;

-- name: most_urgent_task :one
-- Of the tasks that wait in an open lane, the one that is, or was, due first. Looks at one task of each lane.
with recursive first as (
  (
    select lane, due_at, task_id, adapter, ars, created_at
    from task
    where state in ('queued', 'waiting')
    order by lane, due_at
    limit 1
  )
  union all
  select next.*
  from first
  cross join lateral (
    select task.lane, task.due_at, task.task_id, task.adapter, task.ars, task.created_at
    from task
    where task.state in ('queued', 'waiting') and task.lane > first.lane
    order by task.lane, task.due_at
    limit 1
  ) next
)
select first.task_id, first.adapter, first.ars, first.created_at, first.due_at
from first
join lane on lane.lane = first.lane and lane.state = 'open'
order by first.due_at
limit 1;

-- name: ping :one
select true as answers;
