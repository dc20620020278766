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
