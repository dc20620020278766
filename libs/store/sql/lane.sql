-- name: count_lane_failure :exec
-- A call on this lane failed. Closes the lane when `closes_after` failures came in a row.
update lane
set failures = failures + 1,
  state = case when failures + 1 >= @closes_after then 'closed' else state end,
  why = case when failures + 1 >= @closes_after then @why else why end,
  reason = case when failures + 1 >= @closes_after then @reason else reason end,
  closed_at = case when failures + 1 >= @closes_after then @now else closed_at end,
  probe_at = case when failures + 1 >= @closes_after then @probe_at else probe_at end,
  parameter = null,
  parameter_set = null
where lane = @lane and state = 'open';

-- name: close_misconfigured_lane :exec
update lane
set state = 'closed',
  why = 'misconfigured',
  reason = @reason,
  parameter = @parameter,
  parameter_set = @parameter_set,
  closed_at = @now,
  probe_at = @probe_at,
  failures = failures + 1
where lane = @lane and state = 'open';

-- name: forget_lane_failures :exec :prepared
-- After a success: the lanes' failures, and the silence of their hosts.
with answering as (
  update host
  set unanswered = '{}'
  where host in (select host from lane where lane = any(@lanes)) and unanswered <> '{}' and probe_at is null
), held as (
  select lane
  from lane
  where lane = any(@lanes) and state = 'open' and (failures > 0 or probes > 0)
  order by lane
  for no key update
)
update lane
set failures = 0, probes = 0
from held
where lane.lane = held.lane;

-- name: count_unanswered :exec
-- The host left a call on this lane without an answer. When it has done so to `closes_after` lanes since it last
-- answered, all its lanes close, those that closed alone included. Answers how many did.
with counted as (
  update host
  set unanswered = case
      when @lane = any(unanswered) or cardinality(unanswered) >= @closes_after then unanswered
      else unanswered || @lane::text
    end,
    probe_at = case
      when cardinality(unanswered) + (@lane <> all(unanswered))::int >= @closes_after
        then coalesce(probe_at, @probe_at)
    end
  where host = @host
  returning host, cardinality(unanswered) >= @closes_after as closes
), closing as (
  select lane.lane
  from lane
  join counted using (host)
  where counted.closes and (lane.state = 'open' or lane.why = 'down')
  order by lane.lane
  for update of lane
)
update lane
set state = 'closed', why = 'host', reason = @reason, parameter = null, parameter_set = null,
  closed_at = coalesce(closed_at, @now), probe_at = null
from closing
where lane.lane = closing.lane;

-- name: lanes_of_silent_hosts :many
-- Lanes of these adapters that are closed because of their host. `leistung`: of a waiting task; says which parameters
-- count. `due`: the host is due for a probe.
-- type due: boolean
-- type host: string
select
  lane.lane, lane.adapter, lane.ars, lane.host, host.probes, coalesce(host.probe_at, @now) <= @now as due,
  (
    select task.leistung
    from task
    where task.lane = lane.lane and task.state in ('queued', 'waiting')
    order by task.due_at
    limit 1
  ) as leistung
from lane
join host using (host)
where lane.state = 'closed' and lane.why = 'host' and lane.adapter = any(@adapters)
order by lane.host, lane.lane;

-- name: take_host_probe :exec
-- Claims the right to probe a host: only one of several workers gets a row. `again_at`: the next probe, should this
-- worker die.
update host
set probe_at = @again_at, probes = probes + 1
where host = @host and probes = @probes and coalesce(probe_at, @now) <= @now;

-- name: note_failed_host_probe :exec
update host
set probe_at = @probe_at
where host = @host;

-- name: forget_silence :exec
-- The host answers again, and its lanes are open.
update host
set unanswered = '{}', probe_at = null, probes = 0
where host = @host;

-- name: move_lane :exec
-- The lane's parameters name another host, or none (empty).
update lane
set host = @host
where lane = @lane;

-- name: misconfigured_lanes :many
-- Closed lanes of these adapters whose parameters may have been corrected: the next ones behind the lane `after`.
-- `leistung`: of a waiting task; says which parameters count.
select
  lane.lane, lane.adapter, lane.ars, lane.parameter_set,
  (
    select task.leistung
    from task
    where task.lane = lane.lane and task.state in ('queued', 'waiting')
    order by task.due_at
    limit 1
  ) as leistung
from lane
where lane.state = 'closed' and lane.why = 'misconfigured' and lane.adapter = any(@adapters) and lane.lane > @after
order by lane.lane
limit @most;

-- name: lanes_to_probe :many
-- Closed lanes of these adapters that are due for a probe. `leistung`: as above.
select
  lane.lane, lane.adapter, lane.ars, lane.probes,
  (
    select task.leistung
    from task
    where task.lane = lane.lane and task.state in ('queued', 'waiting')
    order by task.due_at
    limit 1
  ) as leistung
from lane
where lane.state = 'closed' and lane.adapter = any(@adapters) and lane.probe_at <= @now
order by lane.probe_at
limit @most;

-- name: take_probe :exec
-- Claims the right to probe a lane: only one of several workers gets a row. `again_at`: the next probe, should this
-- worker die.
update lane
set probe_at = @again_at, probes = probes + 1
where lane = @lane and state = 'closed' and probes = @probes and probe_at <= @now;

-- name: note_failed_probe :exec
-- `reason` is for people.
update lane
set reason = @reason, parameter = coalesce(@parameter?, parameter), probe_at = @probe_at
where lane = @lane and state = 'closed';

-- name: open_lane :exec
-- The time it was closed does not count against retry windows.
update lane
set state = 'open',
  why = null,
  reason = null,
  parameter = null,
  parameter_set = null,
  probe_at = null,
  closed_at = null,
  failures = 0,
  closed_ms = closed_ms + greatest(0, extract(epoch from @now - closed_at) * 1000)::bigint
where lane = @lane and state = 'closed';

-- name: wake_lane :exec
-- What waits on a lane that opens is due now, at most so many at once. Polls, and the first look after doubt, keep
-- their time: the target, not the lane, said when.
with next as materialized (
  select task_id
  from task
  where lane = @lane and state = 'waiting' and due_at > @now
    and next <> 'status' and not (next = 'find' and retries = 0)
  order by due_at
  limit @most
), held as materialized (
  select task_id
  from task
  where task_id in (select task_id from next) and state = 'waiting'
  order by task_id
  for no key update
)
update task
set due_at = @now
from held
where task.task_id = held.task_id;

-- name: list_lanes :many
-- Lanes with what lies on them; closed ones first, then by name. `after_state` and `after_lane`: the last lane of
-- the page before. `waiting` counts up to 10 000, without those whose answer is awaited.
-- type waiting: number
-- type running: number
-- type dead: number
with page as (
  select *
  from lane
  where (@lane?::text is null or lane.lane = @lane)
    and (@state?::text is null or lane.state = @state)
    and (@adapter?::text is null or lane.adapter = @adapter)
    and (@region?::text is null or starts_with(lane.ars, @region))
    and (@reach?::text[] is null or lane.ars ^@ any(@reach))
    and (@after_state?::text is null or (lane.state, lane.lane) > (@after_state, @after_lane?))
  order by lane.state, lane.lane
  limit @most
)
select
  page.lane, page.adapter, page.ars, page.state, page.why, page.reason, page.parameter, page.failures,
  page.closed_at, page.probe_at, page.probes,
  backlog.waiting, backlog.oldest,
  (select count(*) from task where task.lane = page.lane and task.state = 'running') as running,
  (select count(*) from task where task.lane = page.lane and task.state = 'dead') as dead
from page
cross join lateral (
  select count(*) as waiting, min(waiting_task.created_at) as oldest
  from (
    select task.created_at
    from task
    where task.lane = page.lane and task.state in ('queued', 'waiting') and task.next <> 'status'
    limit 10000
  ) waiting_task
) backlog
order by page.state, page.lane;

-- name: probe_lane_now :exec
update lane
set probe_at = @now
where lane = @lane and state = 'closed';
