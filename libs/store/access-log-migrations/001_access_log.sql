-- Up Migration

-- Who looked up or viewed what about whom, when, why and on what legal basis. It has a clock of its own (two years,
-- whatever becomes of the payloads) and may stand in a database of its own. A month is a partition, so that
-- forgetting one is dropping a table. Rows are only ever added.
create table access_log.entry (
  entry_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('lookup', 'view')),
  actor text not null,                       -- the client who viewed, the worker that asked
  authority text not null,                   -- ARS or the beginning of one: on whose behalf
  leistung text,
  adapter text,                              -- the register's
  source text not null,                      -- where the data came from, for people
  attributes text[] not null,                -- names, never values
  purpose text not null,
  legal_basis text not null,
  reason text,                               -- of a view
  submission_id uuid,
  case_id uuid,
  primary key (at, entry_id)
) partition by range (at);

-- About whom: pseudonyms (HMAC-SHA256), several where several persons were asked about, or one is known by several
-- identifiers.
create table access_log.person (
  person bytea not null,
  at timestamptz not null,                   -- the entry's
  entry_id uuid not null,
  primary key (person, at, entry_id)
) partition by range (at);

-- What came of it. The last row counts: a register may answer days later.
create table access_log.outcome (
  entry_id uuid not null,
  at timestamptz not null,
  outcome text not null,
  primary key (entry_id, at)
) partition by range (at);

-- What was forgotten, when, and how much it was.
create table access_log.erasure (
  month date primary key,
  at timestamptz not null,
  entries bigint not null
);

create function access_log.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'rows of the access log are never changed';
end $$;
create trigger append_only before update or delete or truncate on access_log.entry
  for each statement execute function access_log.refuse();
create trigger append_only before update or delete or truncate on access_log.person
  for each statement execute function access_log.refuse();
create trigger append_only before update or delete or truncate on access_log.outcome
  for each statement execute function access_log.refuse();
create trigger append_only before update or delete or truncate on access_log.erasure
  for each statement execute function access_log.refuse();

-- Makes the partitions of a month (UTC), unless they are there or were forgotten.
create function access_log.open_month(first date) returns void language plpgsql as $$
declare
  name text;
  part text;
begin
  perform pg_advisory_xact_lock(hashtextextended('access_log', 0));
  foreach name in array array['entry', 'person', 'outcome'] loop
    part := name || to_char(first, '_YYYY_MM');
    if to_regclass('access_log.' || part) is null then
      execute format('create table access_log.%I partition of access_log.%I for values from (%L) to (%L)',
        part, name, first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
      execute format(
        'create trigger append_only before update or delete or truncate on access_log.%I
          for each statement execute function access_log.refuse()',
        part
      );
    end if;
  end loop;
end $$;

-- Drops a month at once and says so.
create function access_log.forget_month(first date, at timestamptz) returns bigint language plpgsql as $$
declare
  name text;
  gone bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('access_log', 0));
  if to_regclass('access_log.entry' || to_char(first, '_YYYY_MM')) is null then
    return null;
  end if;
  execute format('select count(*) from access_log.%I', 'entry' || to_char(first, '_YYYY_MM')) into gone;
  foreach name in array array['entry', 'person', 'outcome'] loop
    execute format('drop table if exists access_log.%I', name || to_char(first, '_YYYY_MM'));
  end loop;
  insert into access_log.erasure values (first, at, gone);
  return gone;
end $$;
