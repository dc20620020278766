-- Up Migration

-- Which transaction wrote a row, so that the sealer knows which are committed since it last looked. Rows from before
-- count as written by this one.
alter table event add column tx xid8 not null default pg_current_xact_id();
create index event_tx on event (tx, event_id);

-- What belongs to no submission: in the log it stands beside the events.
alter table action
  add column tx xid8 not null default pg_current_xact_id(),
  add column data jsonb not null default '{}';
create index action_tx on action (tx, action_id);

-- Entries of the log, numbered and signed in batches. Number `start` is the first of a batch, so no two batches can
-- have the same numbers. From `done` on: what the sealer has seen (libs/store/seals.ts).
create table seal (
  start bigint primary key,
  size bigint not null,                      -- entries in the log after this batch
  at timestamptz not null,
  entries bigint[] not null,                 -- in the log's order: event_id, or minus action_id
  leaves bytea not null,                     -- their hashes, 32 bytes each
  frontier bytea not null,                   -- hashes of the tree's full subtrees, the largest first
  checkpoint text not null,                  -- signed note: the log's name, size, root
  done pg_snapshot not null,
  goal pg_snapshot,
  after_tx xid8,
  after_id bigint,
  newest_event bigint not null,              -- the highest ids in the log
  newest_action bigint not null,
  server bigint not null,                    -- whose transactions these are: system_identifier
  floor_event bigint not null,               -- up to these ids tx is another server's, from which a dump was restored
  floor_action bigint not null,
  check (start >= 0 and size = start + cardinality(entries) and length(leaves) = 32 * cardinality(entries)),
  check (cardinality(entries) > 0)
);
alter table seal alter column leaves set storage external;

create function row_is_never_changed() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name;
end $$;
create trigger seal_append_only before update or delete or truncate on seal
  for each statement execute function row_is_never_changed();
create trigger action_append_only before update or delete or truncate on action
  for each statement execute function row_is_never_changed();
-- Erasing will delete rows of event, nobody ever changes one.
create trigger event_unchanged before update on event
  for each statement execute function row_is_never_changed();
