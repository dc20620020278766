-- name: pending_by_lane :many
-- How many answers are awaited, by adapter and municipality; the longest waiting first. `silent_since`: only those
-- from which nothing new has come since then.
-- type oldest: Date
select task.adapter, task.ars, count(*) as count, min(task.pending_since) as oldest
from task
where task.state in ('queued', 'waiting', 'running') and task.next = 'status'
  and task.pending_since <= @silent_since
  and (@adapter?::text is null or task.adapter = @adapter)
  and (@region?::text is null or starts_with(task.ars, @region))
  and (@reach?::text[] is null or task.ars ^@ any(@reach))
group by task.adapter, task.ars
order by min(task.pending_since), task.adapter, task.ars
limit @most;

-- name: pending_in_lane :many
-- The tasks behind a row of that list, the longest waiting first.
-- type pending_since: Date
-- type number: number | null
select
  task.task_id, task.submission_id,
  (select number from submission_number where submission_number.submission_id = task.submission_id) as number,
  task.leistung, task.step_name as step, task.pending_since, task.polls as asked,
  task.due_at
from task
where task.state in ('queued', 'waiting', 'running') and task.next = 'status'
  and task.pending_since <= @silent_since
  and task.adapter = @adapter and task.ars = @ars
order by task.pending_since, task.task_id
limit @most;

-- name: pending_in_short :one
-- The answer that has been awaited longest, and how many are awaited (counted up to `most`). Nothing where none is.
-- type pending_since: Date
-- type count: number
select
  longest.adapter, longest.ars, longest.pending_since,
  (
    select count(*)
    from (
      select
      from task
      where task.state in ('queued', 'waiting', 'running') and task.next = 'status'
      order by task.pending_since
      limit @most
    ) awaited
  ) as count
from (
  select task.adapter, task.ars, task.pending_since
  from task
  where task.state in ('queued', 'waiting', 'running') and task.next = 'status' and task.pending_since is not null
  order by task.pending_since
  limit 1
) longest;
