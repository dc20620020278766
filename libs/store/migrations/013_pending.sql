-- Up Migration

-- Since when a target that answers later has said nothing new. Kept while its answer is awaited.
alter table task add column pending_since timestamptz;

update task
set pending_since = coalesce(
  (
    select max(event.at)
    from event
    where event.task_id = task.task_id and event.type in ('pending', 'lookup-pending', 'reply')
  ),
  task.created_at
)
where state in ('queued', 'waiting', 'running') and next = 'status';

-- Whose answer is awaited, whatever else lies in the table: the longest waiting first.
create index task_pending on task (pending_since, adapter, ars)
  where state in ('queued', 'waiting', 'running') and next = 'status';
