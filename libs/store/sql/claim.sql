-- name: claim_tasks :many :prepared
-- Claims those of the tasks that are still queued, in an open lane as many as the lane and its host have free slots, or
-- as an optional lookup that passes a closed one, and answers each with what its attempt needs. The others are due
-- again, at the earliest when their lane may have its next call. Whoever claims holds the lanes' locks and counts after
-- that, so that no lane ever has more calls than slots, nor more a minute than it may; and waits for a relay that is
-- looking at a task, or its ticket would be lost. The new attempt number is the fence of everything the attempt writes.
-- A poll after a poll takes over that poll's row in `attempt` instead of adding one.
-- about @hosts: Whom each task's call will go to; empty: nobody, null: not known, the lane's own stays.
-- type @hosts: (string | null)[]
-- about @own_slots: How many slots the parameters give the task's lane; null: @slots. Counts where the host is known.
-- type @own_slots: (number | null)[]
-- about @rates: How many calls a minute the parameters let the task's lane have; null: any. Likewise.
-- type @rates: (number | null)[]
-- about @leases: Milliseconds by adapter id, `*` for the others.
-- type @leases: Record<string, number>
-- about attempt: The fence: what this attempt writes counts only while the task still has this number.
-- about generation: A replay with other parameters renders anew; checkpoints belong to a generation.
-- about doubt_attempt: The attempt that may have sent something.
-- about parameters_as_ran: Parameter versions to use instead of the current ones.
-- about window_from: The first failure: the retry window runs from here, less the time the lane was closed.
-- about pending_since: Since when a target that answers later has said nothing new.
-- about lane_closed: Why the lane is closed, null where it is open; only an optional lookup is claimed then.
-- about lane_closed_ms: Milliseconds that the lane has ever been closed.
-- about host_unanswered: How many lanes the host has left without an answer since it last answered.
-- type host_unanswered: number
-- type lease_until: Date
-- about trust_level: How surely the applicant was identified; null: not at all.
-- about wrapped: The submission's key; null once it is erased.
-- about data: The validated form, sealed; null once it is erased.
-- about register_names: Steps of earlier registers that answered; null: none.
-- about register_answers: What they answered, sealed, in the same order.
-- about metadata: Of a register step: of the hand-over, sealed.
-- type metadata: Buffer | null
-- about revision: Revision of the parameters at the time of the claim.
-- type revision: number
with asked as materialized (
  select asked.task_id, asked.host, asked.slots, asked.rate, task.lane
  from unnest(@task_ids::uuid[], @hosts::text[], @own_slots::int[], @rates::int[]) asked (task_id, host, slots, rate)
  join task using (task_id)
  where task.state = 'queued'
), locked_lane as materialized (
  select *
  from lane
  where lane in (select lane from asked)
  order by lane
  for no key update
), placed as materialized (
  select
    locked_lane.*,
    coalesce(bound.host, locked_lane.host) as next_host,
    case when bound.host is null then locked_lane.slots else bound.slots end as next_slots,
    case when bound.host is null then locked_lane.calls_per_minute else bound.rate end as next_rate
  from locked_lane
  left join (
    select lane, max(host) as host, min(slots) as slots, min(rate) as rate
    from asked
    group by lane
  ) bound using (lane)
), new_host as (
  insert into host (host)
  select distinct next_host
  from placed
  where next_host <> '' and next_host not in (select host from host)
  on conflict do nothing
), busy as materialized (
  select *
  from calls_on(
    (select array_agg(lane) from placed), (select array_agg(distinct next_host) from placed)
  ) counted (lane, host, calls)
), held as materialized (
  select
    task.task_id, task.created_at,
    task.optional and task.kind = 'register' and lane.why <> 'operator' as passes,
    lane.*
  from task
  join placed lane using (lane)
  where task.task_id = any(@task_ids) and task.state = 'queued'
  order by task.task_id
  for update of task
), in_lane as (
  select held.*, busy.calls, row_number() over (partition by held.lane order by created_at, task_id) as place
  from held
  left join busy on busy.lane = held.lane
), in_host as (
  select in_lane.*, busy.calls as host_calls,
    row_number() over (partition by in_lane.next_host, in_lane.state order by created_at, task_id) as host_place
  from in_lane
  left join busy on busy.host = in_lane.next_host
  where in_lane.state = 'closed'
    or in_lane.place <= least(
      coalesce(in_lane.next_slots, @slots) - coalesce(in_lane.calls, 0),
      calls_allowed(in_lane.next_rate, in_lane.next_call_at, @now)
    )
), claimable as (
  select
    in_host.task_id,
    in_host.lane,
    in_host.closed_ms as lane_closed_ms,
    in_host.failures as lane_failures,
    in_host.probes as lane_probes,
    case when in_host.state = 'closed' then coalesce(in_host.reason, '') end as lane_closed,
    nullif(in_host.next_host, '') as host,
    coalesce(cardinality(host.unanswered), 0) as host_unanswered
  from in_host
  left join host on host.host = in_host.next_host
  where case in_host.state
    when 'open' then coalesce(in_host.next_host, '') = ''
      or in_host.host_place + coalesce(in_host.host_calls, 0) <= @host_slots
    else in_host.passes
  end
), after as materialized (
  select
    placed.*,
    case
      when placed.next_rate is null or called.calls is null then placed.next_call_at
      else greatest(placed.next_call_at, @now::timestamptz - interval '1 s')
        + called.calls * call_pause(placed.next_rate)
    end as after_call_at
  from placed
  left join (
    select lane, count(*) as calls
    from claimable
    where lane_closed is null
    group by lane
  ) called using (lane)
), noted as (
  update lane
  set host = after.next_host, slots = after.next_slots, calls_per_minute = after.next_rate,
    next_call_at = after.after_call_at
  from after
  where lane.lane = after.lane
    and (after.next_host, after.next_slots, after.next_rate, after.after_call_at)
      is distinct from (after.host, after.slots, after.calls_per_minute, after.next_call_at)
), refused as (
  update task
  set due_at = greatest(@now, after.after_call_at), ticket_at = null
  from held
  join after using (lane)
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
    claimable.lane_closed_ms, claimable.lane_failures, claimable.lane_probes, claimable.lane_closed,
    claimable.host, claimable.host_unanswered
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
  claimed.window_from, claimed.window_closed_ms, claimed.pending_since, claimed.external_reference, claimed.lease_until,
  claimed.lane_closed_ms, claimed.lane_failures, claimed.lane_probes, claimed.lane_closed,
  claimed.host, claimed.host_unanswered,
  submission.steps, submission.process_version, submission.schema_id, submission.schema_version,
  submission.received_at, submission.trust_level,
  submission_key.wrapped, data.content as data,
  case when claimed.kind = 'register' then (
    select metadata.content
    from payload metadata
    where metadata.submission_id = claimed.submission_id and metadata.kind = 'metadata' and metadata.name = ''
  ) end as metadata,
  register.names as register_names, register.answers as register_answers,
  exists (
    select
    from attachment
    where attachment.submission_id = claimed.submission_id and attachment.reply_id is null
  ) as has_attachments,
  (select revision from parameter_revision) as revision
from claimed
join submission using (submission_id)
left join submission_key using (submission_id)
left join payload data
  on data.submission_id = claimed.submission_id and data.kind = 'data' and data.name = ''
left join lateral (
  select array_agg(answer.name) as names, array_agg(answer.content) as answers
  from payload answer
  where claimed.step > 0 and answer.submission_id = claimed.submission_id and answer.kind = 'register'
) register on true;

-- name: read_task :one
-- A task as its next attempt would find it, without claiming it.
-- type metadata: Buffer | null
-- type revision: number
select
  task.task_id, task.submission_id, task.case_id, task.step, task.step_name, task.kind,
  task.optional, task.adapter, task.leistung, task.ars, task.lane, task.traceparent, task.next,
  task.attempts as attempt, task.retries, task.generation, task.doubt_attempt, task.parameters_as_ran,
  task.window_from, task.window_closed_ms, task.pending_since, task.external_reference,
  0::bigint as lane_closed_ms, 0 as lane_failures, 0 as lane_probes, null::text as lane_closed,
  null::text as host, 0 as host_unanswered,
  submission.steps, submission.process_version, submission.schema_id, submission.schema_version,
  submission.received_at, submission.trust_level,
  submission_key.wrapped, data.content as data,
  case when task.kind = 'register' then (
    select metadata.content
    from payload metadata
    where metadata.submission_id = task.submission_id and metadata.kind = 'metadata' and metadata.name = ''
  ) end as metadata,
  register.names as register_names, register.answers as register_answers,
  exists (
    select
    from attachment
    where attachment.submission_id = task.submission_id and attachment.reply_id is null
  ) as has_attachments,
  (select revision from parameter_revision) as revision
from task
join submission using (submission_id)
left join submission_key using (submission_id)
left join payload data
  on data.submission_id = task.submission_id and data.kind = 'data' and data.name = ''
left join lateral (
  select array_agg(answer.name) as names, array_agg(answer.content) as answers
  from payload answer
  where task.step > 0 and answer.submission_id = task.submission_id and answer.kind = 'register'
) register on true
where task.task_id = @task_id;
