-- Up Migration

-- How a submission ended, and when: written by the statement that changes the task which decides it. Whatever comes
-- before is open, which needs no write. libs/submission/states.md draws all of these states; what is not reachable yet
-- has its name here already. A type, because each statement that writes a row pays for each check on its table.
create type submission_state as enum ('open', 'delivered', 'rejected', 'abandoned', 'taken-over', 'withdrawn');
alter table submission
  add column state submission_state not null default 'open',
  add column ended_at timestamptz;              -- null: open

alter table task drop constraint if exists task_state_check;
alter table task add constraint task_state_check check (
  state = any (
    '{queued,running,waiting,done,dead,discarded,unpaid,taken-over,withdrawn,replaced}'::text[]
  )
);

-- What a dead letter died of, as a key to group by (libs/submission/cause.ts). Kept when it is discarded. What died
-- before has none yet: `migrate` gives it one. In the index that there was, since each statement that changes a task
-- pays for each index.
alter table task add column cause text;
drop index if exists task_dead;
create index task_dead on task (finished_at desc, task_id, cause) where state = 'dead';

-- Room for the end of a submission on the page where it stands, so that no index is written again.
do $$
declare part regclass;
begin
  for part in
    select oid
    from pg_class
    where relkind = 'r'
      and (oid = 'submission'::regclass
        or oid in (select inhrelid from pg_inherits where inhparent = 'submission'::regclass))
  loop
    execute format('alter table %s set (fillfactor = 70)', part);
  end loop;
end $$;

-- What the state of a task makes of its submission. The task of a step begins when the one before it is done, and one
-- that was discarded stays so: only the newest task can decide.
create function submission_after(task_state text, outcome text, step int, steps jsonb) returns submission_state
language sql immutable as $$
  select case
    when $1 = 'discarded' then 'abandoned'::submission_state
    when $1 = 'dead' and $2 = 'rejected' then 'rejected'
    when $1 = 'done' and $3 = jsonb_array_length($4) - 1 then 'delivered'
    else 'open'
  end
$$;

update submission
set state = ended.state, ended_at = ended.at
from (
  select
    newest.submission_id,
    submission_after(newest.state, newest.outcome, newest.step, submission.steps) as state,
    coalesce(newest.finished_at, newest.created_at) as at
  from (
    select distinct on (submission_id) submission_id, state, outcome, step, finished_at, created_at
    from task
    order by submission_id, step desc
  ) newest
  join submission using (submission_id)
) ended
where submission.submission_id = ended.submission_id and ended.state <> 'open';

-- Whoever writes such an event also notes the news, in the same transaction: a reply, or that the submission has come
-- to an end, which is in its row by then.
create or replace function note_news() returns trigger language plpgsql as $$
begin
  if exists (select from callback)
    and exists (select from told where type in ('reply', 'delivered', 'found', 'settled', 'rejected', 'discarded')) then
    insert into notice (client, submission_id, type, at)
    select s.client, s.submission_id, case e.type when 'reply' then 'new-replies' else 'new-state' end, e.at
    from told e join submission s using (submission_id) join callback c using (client)
    where e.type = 'reply'
      or (e.type in ('delivered', 'found', 'settled', 'rejected', 'discarded') and s.state <> 'open');
  end if;
  return null;
end $$;
