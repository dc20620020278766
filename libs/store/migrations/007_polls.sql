-- Up Migration

-- A poll (next = 'status') claims like an attempt, but is none: a run of polls is one row of attempt, which counts
-- them.
alter table task add column polls int not null default 0;
alter table attempt add column polls int;

-- Optional lookups do not wait for a lane that is closed.
create index task_optional on task (lane, due_at) where optional and state in ('queued', 'waiting');
