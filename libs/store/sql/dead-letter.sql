-- name: list_dead_letters :many
-- Dead tasks and, where the filter does not speak of tasks (`with_strays`), strays; newest first. `after_at`
-- (microseconds since 1970, which a JavaScript date would cut) and `after_id`: where the page before ended. `kind`
-- is `task` or `stray`.
-- type kind: 'task' | 'stray'
-- type id: string
-- type at: Date
-- type position: number
-- type in_doubt: boolean
-- type number: number | null
select
  letter.kind, letter.id, letter.at, (extract(epoch from letter.at) * 1000000)::bigint as position,
  letter.submission_id,
  (select number from submission_number where submission_number.submission_id = letter.submission_id) as number,
  letter.leistung, letter.ars, letter.adapter, letter.step_name, letter.outcome, letter.reason,
  letter.cause, letter.in_doubt, letter.attempts, letter.created_at, letter.queue, letter.bytes
from (
  (
    select
      'task' as kind, task.task_id as id, task.finished_at as at, task.submission_id, task.leistung, task.ars,
      task.adapter, task.step_name, task.outcome, task.reason, task.cause, in_doubt(task) as in_doubt,
      task.attempts - task.polls as attempts, task.created_at, null::text as queue, null::int as bytes
    from task
    where task.state = 'dead'
      and dead_letter_fits(
        task, @adapter?, @leistung?, @region?, @outcome?, @reason?, @died_before?, @died_after?, @reach?
      )
      and (@cause?::text is null or task.cause = @cause)
      and (
        @after_at?::bigint is null
        or (
          task.finished_at <= timestamptz 'epoch' + @after_at * interval '1 microsecond'
          and (
            task.finished_at < timestamptz 'epoch' + @after_at * interval '1 microsecond'
            or task.task_id > @after_id?
          )
        )
      )
    order by task.finished_at desc, task.task_id
    limit @most
  )
  union all
  (
    select
      'stray', stray.stray_id, stray.at, null, null, null, null, null, null, stray.reason, null, false,
      null, null, stray.queue, length(stray.body)
    from stray
    where @with_strays and stray.dismissed_at is null
      and (@died_before::timestamptz is null or stray.at < @died_before)
      and (@died_after::timestamptz is null or stray.at > @died_after)
      and (
        @after_at::bigint is null
        or (
          stray.at <= timestamptz 'epoch' + @after_at * interval '1 microsecond'
          and (
            stray.at < timestamptz 'epoch' + @after_at * interval '1 microsecond'
            or stray.stray_id > @after_id
          )
        )
      )
    order by stray.at desc, stray.stray_id
    limit @most
  )
) letter
order by letter.at desc, letter.id
limit @most;

-- name: group_by_cause :many
-- What died of the same thing, largest first; `reason` is that of one of them. Counts by municipality first, with as
-- little in hand as can be, so that it fits into memory.
-- type cause: string
-- type adapter: string
-- type municipalities: number
-- type first: Date
-- type last: Date
with cause as (
  select
    cause,
    any_value(task_id) as task_id,
    sum(count)::bigint as count,
    count(*) as municipalities,
    sum(in_doubt)::bigint as in_doubt,
    min(first) as first,
    max(last) as last
  from (
    select
      task.cause,
      any_value(task.task_id) as task_id,
      count(*) as count,
      count(*) filter (where in_doubt(task)) as in_doubt,
      min(task.finished_at) as first,
      max(task.finished_at) as last
    from task
    where task.state = 'dead'
      and dead_letter_fits(
        task, @adapter?, @leistung?, @region?, @outcome?, @reason?, @died_before?, @died_after?, @reach?
      )
      and (@cause?::text is null or task.cause = @cause)
    group by task.cause, task.ars
  ) municipality
  group by cause
  order by sum(count) desc, cause
  limit 500
)
select
  cause.cause, task.adapter, task.outcome, task.reason, cause.count, cause.municipalities, cause.in_doubt,
  cause.first, cause.last
from cause
join task using (task_id)
order by cause.count desc, cause.cause;

-- name: task_of_number :one
-- The last task of a submission, by its place in the sequence: the one that is dead, where one is.
select task.task_id
from submission_number
join task using (submission_id)
where submission_number.number = @number
order by task.step desc
limit 1;

-- name: locate_task :one
-- Where a task lies and how it stands: for deciding who may see it, and why an action was refused.
select submission_id, ars, state, next
from task
where task_id = @task_id;
