-- Up Migration

-- Rows of parameter are only added, but a secret may be encrypted anew under another key: by the owner, since the
-- application may not update.
create or replace function parameter_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_level = 'ROW' then
    if old.secret is not null and new.secret is not null and to_jsonb(new) - 'secret' = to_jsonb(old) - 'secret' then
      return new;
    end if;
  end if;
  raise exception 'rows of parameter are never changed';
end $$;
drop trigger parameter_append_only on parameter;
create trigger parameter_append_only before delete or truncate on parameter
  for each statement execute function parameter_is_append_only();
create trigger parameter_secret_only before update on parameter
  for each row execute function parameter_is_append_only();
