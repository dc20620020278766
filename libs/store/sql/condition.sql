-- name: server_version :one
select current_setting('server_version') as version;

-- name: newest_migration :one
select name
from migration
order by run_on desc, id desc
limit 1;

-- name: count_open_tasks :many
-- Tasks by state; those that have ended well are not counted.
select state, count(*) as count
from task
where state in ('queued', 'waiting', 'running', 'dead')
group by state;

-- name: count_open_lanes :one
select count(*) as count
from lane
where state = 'open';

-- name: longest_closed_lanes :many
-- Without those that are closed because of their host (`troubled_hosts`).
select lane, why, reason, closed_at
from lane
where state = 'closed' and why <> 'host'
order by closed_at
limit @most;

-- name: troubled_hosts :many
-- Hosts because of which lanes are closed, and hosts with all the calls that they may have.
-- type host: string
-- type calls: number
-- type closed_lanes: number
with busy as (
  select lane.host, count(*) as calls
  from task
  join lane using (lane)
  where task.state = 'running' and lane.host <> ''
  group by lane.host
  having count(*) >= @host_slots
), silent as (
  select lane.host, count(*) as closed_lanes, min(closed_at) as since
  from lane
  where state = 'closed' and why = 'host'
  group by lane.host
)
select
  host, coalesce(busy.calls, 0) as calls, coalesce(silent.closed_lanes, 0) as closed_lanes, silent.since
from busy
full join silent using (host)
order by closed_lanes desc, host
limit @most;

-- name: longest_waiting_task :one
-- In an open lane.
select task.task_id, task.adapter, task.ars, task.created_at, task.due_at
from task
left join lane using (lane)
where task.state in ('queued', 'waiting') and coalesce(lane.state, 'open') = 'open'
order by task.created_at
limit 1;

-- name: ping :one
select true as answers;
