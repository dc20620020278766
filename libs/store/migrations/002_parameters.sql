-- Up Migration

-- What a region set for a Leistung (or for all, '*'), and when. Rows are only ever added: where periods overlap, the
-- row written last counts. A row without value and secret says: from here on inherit again.
create table parameter (
  version_id bigint generated always as identity primary key,
  region text not null check (region ~ '^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$'),
  leistung text not null check (leistung ~ '^(99\d{12}|\*)$'),
  name text not null,
  value jsonb,
  secret bytea,                              -- AES-256-GCM, bound to region, Leistung and name
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  author text not null,
  reason text not null,
  created_at timestamptz not null,
  check (value is null or secret is null)
);
create index parameter_key on parameter (region, leistung, name, version_id);

create function parameter_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of parameter are never changed';
end $$;
create trigger parameter_append_only before update or delete or truncate on parameter
  for each statement execute function parameter_is_append_only();
