-- Up Migration

-- Tasks that wait until a region has set what their message needs: due when it has.
create index task_missing on task (lane) where state = 'waiting' and outcome = 'missing';
