-- Up Migration

-- What a Fachverfahren said about a case once it had it. Text and documents are personal: they stand in payload
-- (kind reply, named by reply_id) and in attachment.
create table reply (
  reply_id uuid primary key,
  submission_id uuid not null references submission,
  task_id uuid not null references task,
  adapter text not null,
  external_id text not null,                 -- the target's own; the same again is the same reply
  status text not null check (status in ('inBearbeitung', 'rueckfrage', 'bescheid')),
  documents int not null,
  at timestamptz not null,
  received_at timestamptz not null,
  unique (submission_id, adapter, external_id)
);

alter table payload drop constraint payload_kind_check;
alter table payload add constraint payload_kind_check check (kind in ('data', 'metadata', 'register', 'sent', 'reply'));

-- Documents of a reply, numbered from 1; what was handed in has no reply.
alter table attachment
  add column reply_id uuid references reply,
  add column n int;
create index attachment_reply on attachment (reply_id, n) where reply_id is not null;

-- Where a portal wants to be told that there is something new. Like a lane: what fails is the portal, not a notice.
create table callback (
  client text primary key,
  url text not null,
  secret bytea not null,                     -- AES-256-GCM, bound to the client
  since timestamptz not null,
  due_at timestamptz not null,               -- not before; while somebody tells it, until then nobody else does
  failures int not null default 0,           -- in a row
  reason text
);

-- What a portal is still to be told. No key to callback: that somebody ends it must not fail what is news.
create table notice (
  notice_id bigint generated always as identity primary key,
  client text not null,
  submission_id uuid not null references submission,
  type text not null check (type in ('new-replies', 'new-state')),
  at timestamptz not null
);
create index notice_client on notice (client, notice_id);

-- Whoever writes such an event also notes the news, in the same transaction: a reply, or that the submission has
-- come to an end (delivered, rejected or abandoned, as libs/submission/states.md derives it).
create function note_news() returns trigger language plpgsql as $$
begin
  if exists (select from told where type in ('reply', 'delivered', 'found', 'settled', 'rejected', 'discarded')) then
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
create trigger event_news after insert on event referencing new table as told
  for each statement execute function note_news();
