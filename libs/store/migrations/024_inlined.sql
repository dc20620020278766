-- Up Migration

-- Adding an interval to a timestamptz is only stable. A function that says more of itself than its parts do is not
-- inlined, but called: eight times for each delivery.
alter function calls_allowed(int, timestamptz, timestamptz) stable;

-- Without a portal that wants to be called, events are no news for anybody.
create or replace function note_news() returns trigger language plpgsql as $$
begin
  if exists (select from callback)
    and exists (select from told where type in ('reply', 'delivered', 'found', 'settled', 'rejected', 'discarded')) then
    insert into notice (client, submission_id, type, at)
    select s.client, s.submission_id, case e.type when 'reply' then 'new-replies' else 'new-state' end, e.at
    from told e join submission s using (submission_id) join callback c using (client)
    where e.type = 'reply'
      or (e.type in ('rejected', 'discarded') and exists (
        select from task t
        where t.submission_id = s.submission_id
          and (t.state = 'discarded' or (t.state = 'dead' and t.outcome = 'rejected'))))
      or (e.type in ('delivered', 'found', 'settled')
        and jsonb_array_length(s.steps) = (
          select count(*) from task t where t.submission_id = s.submission_id and t.state = 'done'));
  end if;
  return null;
end $$;
