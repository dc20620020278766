-- Up Migration

-- Months are made and dropped with the rights of the owner, by whom grants.ts names.
alter function access_log.open_month(date) security definer;
alter function access_log.open_month(date) set search_path = pg_catalog, pg_temp;
revoke execute on function access_log.open_month(date) from public;

alter function access_log.forget_month(date, timestamptz) security definer;
alter function access_log.forget_month(date, timestamptz) set search_path = pg_catalog, pg_temp;
revoke execute on function access_log.forget_month(date, timestamptz) from public;
