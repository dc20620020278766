-- name: claim_tasks :many :prepared
-- Claims those of the tasks that are still queued, in an open lane as many as it has free slots, or as an optional
-- lookup that passes a closed one, and answers each with what its attempt needs. The others are due again. Whoever
-- claims holds the lanes' locks and counts after that, so that no lane ever has more calls than slots; and waits for a
-- relay that is looking at a task, or its ticket would be lost. The new attempt number is the fence of everything the
-- attempt writes. A poll after a poll takes over that poll's row in `attempt` instead of adding one.
-- about @leases: Milliseconds by adapter id, `*` for the others.
-- type @leases: Record<string, number>
-- about attempt: The fence: what this attempt writes counts only while the task still has this number.
-- about generation: A replay with other parameters renders anew; checkpoints belong to a generation.
-- about doubt_attempt: The attempt that may have sent something.
-- about parameters_as_ran: Parameter versions to use instead of the current ones.
-- about window_from: The first failure: the retry window runs from here, less the time the lane was closed.
-- about lane_closed: Why the lane is closed, null where it is open; only an optional lookup is claimed then.
-- about lane_closed_ms: Milliseconds that the lane has ever been closed.
-- type lease_until: Date
-- about trust_level: How surely the applicant was identified; null: not at all.
-- about data: The validated form; null once it is erased.
-- about registers: Answers of earlier register steps, by step name.
-- type registers: Record<string, Json>
-- about handle: Of a register step: the applicant's mailbox, if the portal named one.
-- about revision: Revision of the parameters at the time of the claim.
-- type revision: number
with wanted as materialized (
  select lane
  from task
  where task_id = any(@task_ids) and state = 'queued'
), locked_lane as materialized (
  select *
  from lane
  where lane in (select lane from wanted)
  order by lane
  for no key update
), busy as materialized (
  select *
  from running_on((select array_agg(lane) from locked_lane)) counted (lane, running)
), held as materialized (
  select
    task.task_id, task.created_at,
    task.optional and task.kind = 'register' and lane.why <> 'operator' as passes,
    lane.*
  from task
  join locked_lane lane using (lane)
  where task.task_id = any(@task_ids) and task.state = 'queued'
  order by task.task_id
  for update of task
), claimable as (
  select
    held.task_id,
    held.closed_ms as lane_closed_ms,
    held.failures as lane_failures,
    held.probes as lane_probes,
    case when held.state = 'closed' then coalesce(held.reason, '') end as lane_closed
  from (
    select *, row_number() over (partition by lane order by created_at, task_id) as place
    from held
  ) held
  left join busy using (lane)
  where case held.state
    when 'open' then held.place + coalesce(busy.running, 0) <= coalesce(held.slots, @slots)
    else held.passes
  end
), refused as (
  update task
  set due_at = @now, ticket_at = null
  from held
  where task.task_id = held.task_id and held.task_id not in (select task_id from claimable)
), claimed as (
  update task
  set state = 'running',
    ticket_at = null,
    attempts = attempts + 1,
    unrecorded = unrecorded + 1,
    polls = polls + (next = 'status')::int,
    lease_until = @now::timestamptz + make_interval(
      secs => coalesce((@leases::jsonb ->> task.adapter)::float8, (@leases::jsonb ->> '*')::float8) / 1000
    )
  from claimable
  where task.task_id = claimable.task_id
  returning
    task.*,
    claimable.lane_closed_ms, claimable.lane_failures, claimable.lane_probes, claimable.lane_closed
), continued_poll as (
  update attempt
  set attempt = claimed.attempts, worker = @worker, polls = attempt.polls + 1,
    finished_at = null, outcome = null, reason = null
  from claimed
  where claimed.next = 'status'
    and attempt.task_id = claimed.task_id
    and attempt.attempt = claimed.attempts - 1
    and attempt.call = 'status'
    and attempt.outcome in ('pending', 'later')
  returning attempt.task_id
), new_attempt as (
  insert into attempt (task_id, attempt, generation, call, worker, started_at, polls)
  select task_id, attempts, generation, next, @worker, @now, case when next = 'status' then 1 end
  from claimed
  where task_id not in (select task_id from continued_poll)
)
select
  claimed.task_id, claimed.submission_id, claimed.case_id, claimed.step, claimed.step_name, claimed.kind,
  claimed.optional, claimed.adapter, claimed.leistung, claimed.ars, claimed.lane, claimed.traceparent, claimed.next,
  claimed.attempts as attempt, claimed.retries, claimed.generation, claimed.doubt_attempt, claimed.parameters_as_ran,
  claimed.window_from, claimed.window_closed_ms, claimed.external_reference, claimed.lease_until,
  claimed.lane_closed_ms, claimed.lane_failures, claimed.lane_probes, claimed.lane_closed,
  submission.steps, submission.process_version, submission.schema_id, submission.schema_version,
  submission.received_at, submission.trust_level,
  data.content as data,
  coalesce(case when claimed.step > 0 then (
    select jsonb_object_agg(answer.name, answer.content)
    from payload answer
    where answer.submission_id = claimed.submission_id and answer.kind = 'register'
  ) end, '{}') as registers,
  case when claimed.kind = 'register' then (
    select metadata.content ->> 'postfachHandleId'
    from payload metadata
    where metadata.submission_id = claimed.submission_id and metadata.kind = 'metadata' and metadata.name = ''
  ) end as handle,
  exists (
    select
    from attachment
    where attachment.submission_id = claimed.submission_id and attachment.reply_id is null
  ) as has_attachments,
  (select revision from parameter_revision) as revision
from claimed
join submission using (submission_id)
left join payload data
  on data.submission_id = claimed.submission_id and data.kind = 'data' and data.name = '';

-- name: read_task :one
-- A task as its next attempt would find it, without claiming it.
-- type registers: Record<string, Json>
-- type revision: number
select
  task.task_id, task.submission_id, task.case_id, task.step, task.step_name, task.kind,
  task.optional, task.adapter, task.leistung, task.ars, task.lane, task.traceparent, task.next,
  task.attempts as attempt, task.retries, task.generation, task.doubt_attempt, task.parameters_as_ran,
  task.window_from, task.window_closed_ms, task.external_reference,
  0::bigint as lane_closed_ms, 0 as lane_failures, 0 as lane_probes, null::text as lane_closed,
  submission.steps, submission.process_version, submission.schema_id, submission.schema_version,
  submission.received_at, submission.trust_level,
  data.content as data,
  coalesce(case when task.step > 0 then (
    select jsonb_object_agg(answer.name, answer.content)
    from payload answer
    where answer.submission_id = task.submission_id and answer.kind = 'register'
  ) end, '{}') as registers,
  case when task.kind = 'register' then (
    select metadata.content ->> 'postfachHandleId'
    from payload metadata
    where metadata.submission_id = task.submission_id and metadata.kind = 'metadata' and metadata.name = ''
  ) end as handle,
  exists (
    select
    from attachment
    where attachment.submission_id = task.submission_id and attachment.reply_id is null
  ) as has_attachments,
  (select revision from parameter_revision) as revision
from task
join submission using (submission_id)
left join payload data
  on data.submission_id = task.submission_id and data.kind = 'data' and data.name = ''
where task.task_id = @task_id;
