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
select lane, why, reason, closed_at
from lane
where state = 'closed'
order by closed_at
limit @most;

-- name: longest_waiting_task :one
-- In an open lane, without those whose answer is awaited: they rightly wait for an authority.
select task.task_id, task.adapter, task.ars, task.created_at, task.due_at
from task
left join lane using (lane)
where task.state in ('queued', 'waiting') and task.next <> 'status' and coalesce(lane.state, 'open') = 'open'
order by task.created_at
limit 1;

-- name: ping :one
select true as answers;

-- name: owning_login :one
-- The user of this connection, where it could change the tables: as their owner or the server's administrator.
select session_user::text as login
from pg_class
where oid = 'event'::regclass and pg_has_role(session_user, relowner, 'member');
