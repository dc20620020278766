-- name: plan_replay :one
-- What a bulk replay with this filter would do now. `count`: tasks it would bring back. Left out are tasks in doubt
-- whose adapter cannot look (`need_decision`) and those of another job (`in_other_job`).
-- type count: number
-- type closed_lanes: { lane: string; why: LaneWhy | null; reason: string | null; count: number }[]
with dead as materialized (
  select
    task.lane,
    in_doubt(task) and task.adapter <> all(@finders) as needs_decision,
    exists (
      select
      from replay_item item
      join replay using (replay_id)
      where item.task_id = task.task_id and item.state = 'pending' and replay.state in ('running', 'paused')
    ) as in_other_job
  from task
  where task.state = 'dead'
    and dead_letter_fits(
      task, @adapter?, @leistung?, @region?, @outcome?, @reason?, @died_before?, @died_after?, @reach?
    )
    and (@cause?::text is null or task.cause = @cause)
), wanted as (
  select lane, count(*) as count
  from dead
  where not needs_decision and not in_other_job
  group by lane
)
select
  (select coalesce(sum(count), 0)::int from wanted) as count,
  (select count(*) from dead where needs_decision and not in_other_job) as need_decision,
  (select count(*) from dead where in_other_job) as in_other_job,
  (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('lane', lane.lane, 'why', lane.why, 'reason', lane.reason, 'count', wanted.count)
        order by wanted.count desc, lane.lane
      ),
      '[]'
    )
    from wanted
    join lane using (lane)
    where lane.state = 'closed'
  ) as closed_lanes;

-- name: lock_replays :exec
-- Two jobs that start at once must not freeze the same task. Held until the transaction ends.
select pg_advisory_xact_lock(hashtext('stellwerk replay'));

-- name: add_replay :exec
-- type @filter: Record<string, string>
-- type @parameters: ReplayParameters
insert into replay (replay_id, author, reason, filter, parameters, state, rate, created_at, next_at)
values (@replay_id, @author, @reason?, @filter, @parameters, 'running', @rate?, @at, @at);

-- name: freeze_replay :exec
-- Puts what fits the filter now into a job, oldest first.
insert into replay_item (replay_id, task_id, n, attempts)
select
  @replay_id, task.task_id, row_number() over (order by task.created_at, task.task_id), task.attempts
from task
where task.state = 'dead'
  and dead_letter_fits(
    task, @adapter?, @leistung?, @region?, @outcome?, @reason?, @died_before?, @died_after?, @reach?
  )
  and (@cause?::text is null or task.cause = @cause)
  and not (in_doubt(task) and task.adapter <> all(@finders))
  and not exists (
    select
    from replay_item item
    join replay using (replay_id)
    where item.task_id = task.task_id and item.state = 'pending' and replay.state in ('running', 'paused')
  )
order by task.created_at, task.task_id
limit @most;

-- name: drop_replay :exec
delete from replay
where replay_id = @replay_id;

-- name: read_replays :many
-- One job by its id, or the newest ones; with what has become of their tasks.
select
  replay.replay_id, replay.author, replay.reason, replay.filter, replay.parameters, replay.state, replay.rate,
  replay.created_at, replay.finished_at,
  progress.total, progress.pending, progress.skipped, progress.under_way, progress.processed, progress.failed_again,
  progress.discarded
from replay
cross join lateral (
  select
    count(*) as total,
    count(*) filter (where item.state = 'pending') as pending,
    count(*) filter (where item.state = 'skipped') as skipped,
    count(*) filter (where item.state = 'under-way') as under_way,
    count(*) filter (where item.state = 'processed') as processed,
    count(*) filter (where item.state = 'failed-again') as failed_again,
    count(*) filter (where item.state = 'discarded') as discarded
  from (
    select replay_item_state(replay_item, task) as state
    from replay_item
    join task using (task_id)
    where replay_item.replay_id = replay.replay_id
  ) item
) progress
where @replay_id?::uuid is null or replay.replay_id = @replay_id
order by replay.created_at desc, replay.replay_id
limit @most;

-- name: replay_items :many
-- Items of a job in their order, behind number `after`.
-- type state: ReplayItemState
select item.n, item.task_id, item.state, item.note, item.outcome, item.reason, item.at
from (
  select
    replay_item.n, replay_item.task_id, replay_item_state(replay_item, task) as state, replay_item.note,
    task.outcome, task.reason, replay_item.at
  from replay_item
  join task using (task_id)
  where replay_item.replay_id = @replay_id and replay_item.n > @after
) item
where @state?::text is null or item.state = @state
order by item.n
limit @most;

-- name: change_replay :exec
-- Pauses, resumes or cancels a job, where its state is one of `from`.
update replay
set state = @to,
  next_at = @at::timestamptz,
  finished_at = case when @to = 'cancelled' then @at::timestamptz end
where replay_id = @replay_id and state = any(@from);

-- name: lock_due_replay :one
-- The job that has waited longest for its next batch; others are left to whoever holds them.
select replay_id, author, reason, parameters, rate
from replay
where state = 'running' and next_at <= @now
order by next_at
limit 1
for update skip locked;

-- name: pending_items :many
select task_id, attempts
from replay_item
where replay_id = @replay_id and state = 'pending'
order by n
limit @most;

-- name: mark_items :exec
-- What became of a batch: `replayed` are those that were brought back; the others were left alone, and `note` says
-- why.
update replay_item
set at = @at,
  state = case when replay_item.task_id = any(@replayed) then 'replayed' else 'skipped' end,
  note = case
    when replay_item.task_id = any(@replayed) then null
    when task.state <> 'dead' then @note_taken
    when task.attempts <> replay_item.attempts then @note_died_again
    else @note_in_doubt
  end
from task
where replay_item.replay_id = @replay_id
  and replay_item.task_id = any(@task_ids)
  and task.task_id = replay_item.task_id;

-- name: pace_replay :exec
-- Sets when a job's next batch is due; a job without pending items is done.
update replay
set next_at = @next_at,
  state = case when rest.pending then replay.state else 'done' end,
  finished_at = case when rest.pending then null else @at::timestamptz end
from (
  select exists (select from replay_item where replay_id = @replay_id and state = 'pending') as pending
) rest
where replay.replay_id = @replay_id;

-- name: next_replay :one :prepared
-- When the next batch of any job is due.
select min(next_at) as at
from replay
where state = 'running';
