-- Up Migration

-- Whom the calls of a lane go to, as host[:port]: written when the parameters of a call are bound; empty: nobody, null:
-- not yet known. Many lanes may have the same host, and then share its slots and its silence.
alter table lane add column host text;
create table host (
  host text primary key,
  unanswered text[] not null default '{}',   -- lanes that it left without an answer since it last answered
  probe_at timestamptz,                      -- while lanes are closed because of it
  probes int not null default 0
) with (fillfactor = 70);
alter table lane drop constraint lane_why_check;
alter table lane add constraint lane_why_check check (why in ('down', 'busy', 'misconfigured', 'operator', 'host'));

-- How many calls these lanes and these hosts have, as committed when it is asked, not when the statement around it
-- began: `volatile` sees anew. Whoever holds the locks of the lanes thereby knows.
create function calls_on(lanes text[], hosts text[]) returns table (lane text, host text, calls bigint)
language plpgsql volatile as $$
begin
  return query
    select task.lane, null, count(*)
    from task
    where task.lane = any(lanes) and task.state = 'running'
    group by task.lane;
  return query
    select null, lane.host, count(*)
    from task
    join lane using (lane)
    where task.state = 'running' and lane.host = any(hosts)
    group by lane.host;
end $$;

-- When a task's ticket was sent; null: it has none out. Where nobody takes tickets, they stay in the queue, and no
-- others may be sent for the same tasks again and again.
alter table task add column ticket_at timestamptz;
create index task_ticket on task (adapter, lane) where state = 'queued' and ticket_at is not null;

-- Until now, due in the future meant the same.
update task set ticket_at = now() where state = 'queued' and due_at > now();
