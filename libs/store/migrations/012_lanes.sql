-- Up Migration

-- How many tasks of these lanes are being worked on, as committed when it is asked, not when the statement around it
-- began: `volatile` sees anew. Whoever holds the locks of the lanes thereby knows.
create function running_on(lanes text[]) returns table (lane text, running bigint) language plpgsql volatile as $$
begin
  return query
    select task.lane, count(*)
    from task
    where task.lane = any(lanes) and task.state = 'running'
    group by task.lane;
end $$;

-- When a task's ticket was sent; null: it has none out. Where nobody takes tickets, they stay in the queue, and no
-- others may be sent for the same tasks again and again.
alter table task add column ticket_at timestamptz;
create index task_ticket on task (adapter, lane) where state = 'queued' and ticket_at is not null;

-- Until now, due in the future meant the same.
update task set ticket_at = now() where state = 'queued' and due_at > now();
