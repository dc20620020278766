-- name: lanes_with_work :many :prepared
-- The next lanes with tasks that wait for anything, in alphabetical order behind `after`. Hops from lane to lane
-- along the index, because a `distinct` would read every waiting task.
-- type lane: string
with recursive hop (lane) as (
  (
    select lane
    from task
    where state in ('queued', 'waiting') and lane > @after
    order by lane
    limit 1
  )
  union all
  select (
    select task.lane
    from task
    where task.state in ('queued', 'waiting') and task.lane > hop.lane
    order by task.lane
    limit 1
  )
  from hop
  where hop.lane is not null
)
select lane
from hop
where lane is not null
limit @most;

-- name: host_calls :many :prepared
-- How many tasks of each host are on the road: with a ticket out, or being worked on. Lanes whose host is not yet
-- known count as one (`?`), so that a host that hangs does not get all their calls before anybody knows.
-- type host: string
select coalesce(lane.host, '?') as host, count(*) as calls
from task
join lane using (lane)
where (task.state = 'running' or (task.state = 'queued' and task.ticket_at is not null))
  and coalesce(lane.host, '?') <> ''
group by 1;

-- name: take_due :many :prepared
-- Queues due tasks of these lanes and answers their tickets: of an open lane as many as the lane and its host have free
-- slots and the lane may have calls by now, of a closed lane only optional lookups, which are skipped without a call
-- (unless an operator closed the lane). A task whose ticket is out keeps its slot, and gets no other before `resend_at`
-- (`take_overdue`).
-- about @host_calls: How many tasks of each host are on the road.
-- type @host_calls: Record<string, number>
with free_slots as materialized (
  select
    lane.lane, lane.host, lane.host_room,
    calls_allowed(lane.calls_per_minute, lane.next_call_at, @now) as allowed,
    coalesce(lane.slots, @slots)
      - (
        select count(*)
        from (
          select
          from task
          where task.lane = lane.lane and task.state = 'running'
          limit coalesce(lane.slots, @slots)
        ) running
      )
      - (
        select count(*)
        from (
          select
          from task
          where task.adapter = lane.adapter and task.lane = lane.lane
            and task.state = 'queued' and task.ticket_at is not null
          limit coalesce(lane.slots, @slots)
        ) in_flight
      ) as free
  from (
    select
      lane.lane, lane.adapter, lane.state, lane.slots, lane.calls_per_minute, lane.next_call_at,
      coalesce(lane.host, '?') as host,
      case
        when coalesce(lane.host, '?') <> ''
          then @host_slots - coalesce((@host_calls::jsonb ->> coalesce(lane.host, '?'))::int, 0)
      end as host_room
    from lane
  ) lane
  where lane.lane = any(@lanes) and lane.state = 'open' and coalesce(lane.host_room, 1) > 0
), due as (
  select ranked.task_id, ranked.host
  from (
    select
      due_in_open_lane.task_id, free_slots.host, free_slots.host_room,
      row_number() over (partition by free_slots.host order by due_in_open_lane.due_at) as place
    from free_slots
    cross join lateral (
      select task_id, due_at
      from task
      where task.lane = free_slots.lane and task.state in ('queued', 'waiting') and task.due_at <= @now
        and task.ticket_at is null
      order by task.due_at
      limit greatest(least(free_slots.free, free_slots.allowed), 0)
      for update skip locked
    ) due_in_open_lane
  ) ranked
  where ranked.place <= ranked.host_room or ranked.host_room is null
  union all
  select due_in_closed_lane.task_id, null
  from lane
  cross join lateral (
    select task_id
    from task
    where task.lane = lane.lane
      and task.optional and task.kind = 'register' and lane.why <> 'operator'
      and task.state in ('queued', 'waiting') and task.due_at <= @now and task.ticket_at is null
    order by task.due_at
    limit coalesce(lane.slots, @slots)
    for update skip locked
  ) due_in_closed_lane
  where lane.lane = any(@lanes) and lane.state = 'closed'
)
update task
set state = 'queued', due_at = @resend_at, ticket_at = @now
from due
where task.task_id = due.task_id
returning
  task.task_id, task.submission_id, task.leistung, task.ars, task.adapter, task.lane, task.traceparent,
  due.host;

-- name: put_back :exec :prepared
-- The broker did not take these tickets: their tasks are due again at `due_at`.
with held as (
  select task_id
  from task
  where task_id = any(@task_ids) and state = 'queued'
  order by task_id
  for no key update
)
update task
set due_at = @due_at, ticket_at = null
from held
where task.task_id = held.task_id;

-- name: overdue_tickets :many :prepared
-- Adapters with tickets that nobody took in time, and how many tasks of theirs have a ticket out (`sent`).
select adapter, count(*) as sent
from task
where state = 'queued' and ticket_at is not null
group by adapter
having bool_or(due_at <= @now);

-- name: take_overdue :many :prepared
-- Answers tickets of this adapter that nobody took in time, to be sent again: those sent first, at most so many.
with overdue as (
  select task_id
  from task
  where adapter = @adapter and state = 'queued' and ticket_at is not null and due_at <= @now
  order by ticket_at
  limit @most
  for update skip locked
)
update task
set due_at = @resend_at, ticket_at = @now
from overdue
where task.task_id = overdue.task_id
returning
  task.task_id, task.submission_id, task.leistung, task.ars, task.adapter, task.lane, task.traceparent,
  (select lane.host from lane where lane.lane = task.lane) as host;

-- name: forget_tickets :exec :prepared
-- The queue of this adapter was emptied: its tasks have no tickets out and are due.
with held as (
  select task_id
  from task
  where adapter = @adapter and state = 'queued' and ticket_at is not null
  order by task_id
  for no key update
)
update task
set due_at = @now, ticket_at = null
from held
where task.task_id = held.task_id;
