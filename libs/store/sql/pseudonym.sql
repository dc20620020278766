-- name: pseudonym_keys :many
-- In the order in which they came.
select version, key_id
from pseudonym_key
order by version;

-- name: add_pseudonym_key :exec
-- Changes nothing where it is there, or another one came first: look again.
insert into pseudonym_key (version, key_id, since)
select coalesce(max(version), 0) + 1, @key_id, @now
from pseudonym_key
on conflict do nothing;
