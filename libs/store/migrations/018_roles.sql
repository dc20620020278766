-- Up Migration

-- An attempt changes only while its task runs it. A poll that goes on takes over the row of the poll before; its task
-- is queued until the statement that claims it. Stable: the trigger sees the task as it was when the statement began,
-- whatever the same statement does to it.
create function attempt_is_running() returns trigger language plpgsql stable as $$
begin
  if tg_op = 'UPDATE' and exists (
    select
    from task
    where task.task_id = old.task_id and task.attempts = old.attempt and new.task_id = old.task_id
      and (
        (task.state = 'running' and new.attempt = old.attempt)
        or (task.state = 'queued' and task.next = 'status' and old.call = 'status' and new.attempt = old.attempt + 1)
      )
  ) then
    return new;
  end if;
  raise exception 'an attempt changes only while its task runs';
end $$;
create trigger attempt_running before update or delete on attempt
  for each row execute function attempt_is_running();
