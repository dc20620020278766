-- Up Migration

-- A region lets a level above see or set something in its name. A row is added, and revoked once; `action` says who did
-- either.
create table mandate (
  mandate_id uuid primary key,
  region text not null check (region ~ '^(\d{3}|\d{5}|\d{9}|\d{12})$'),
  client text not null,                      -- who may act, as the access token names it
  scope text not null check (scope in ('parameters', 'content')),
  valid_until timestamptz not null,
  reason text not null,
  given_by text not null,
  given_at timestamptz not null,
  revoked_at timestamptz,
  check (valid_until > given_at)
);
create index mandate_client on mandate (client) where revoked_at is null;
create index mandate_region on mandate (region, given_at);

create function mandate_only_ends() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.revoked_at is not null
    or to_jsonb(new) - 'revoked_at' <> to_jsonb(old) - 'revoked_at' then
    raise exception 'a mandate is never changed, only revoked';
  end if;
  return new;
end $$;
create trigger mandate_only_ends before update or delete on mandate
  for each row execute function mandate_only_ends();
