-- name: server_version :one
select current_setting('server_version') as version;

-- name: newest_migration :one
select name
from migration
order by name desc
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

-- name: most_urgent_task :one
-- Of the tasks that wait in an open lane, the one that is, or was, due first; without polls, which rightly wait for an
-- authority. Looks at the hundred that are due first in each lane, and no further than to one that is no poll.
with recursive hop (lane) as (
  (
    select lane
    from task
    where state in ('queued', 'waiting')
    order by lane
    limit 1
  )
  union all
  select next.lane
  from hop
  cross join lateral (
    select task.lane
    from task
    where task.state in ('queued', 'waiting') and task.lane > hop.lane
    order by task.lane
    limit 1
  ) next
)
select urgent.task_id, urgent.adapter, urgent.ars, urgent.created_at, urgent.due_at
from hop
join lane on lane.lane = hop.lane and lane.state = 'open'
cross join lateral (
  select *
  from (
    select *
    from task
    where task.lane = hop.lane and task.state in ('queued', 'waiting')
    order by task.due_at
    limit 100
  ) early
  where early.next <> 'status'
  limit 1
) urgent
order by urgent.due_at
limit 1;

-- name: ping :one
select true as answers;

-- name: owning_login :one
-- The user of this connection, where it could change the tables: as their owner or the server's administrator.
select session_user::text as login
from pg_class
where oid = 'event'::regclass and pg_has_role(session_user, relowner, 'member');

-- name: waiting_because :one
-- How many of at most so many queued and waiting tasks wait for this reason. The order is that of an index.
-- type count: number
select count(*)
from (
  select state, reason
  from task
  where state in ('queued', 'waiting')
  order by lane, due_at
  limit @most
) open
where state = 'waiting' and reason = @reason;
