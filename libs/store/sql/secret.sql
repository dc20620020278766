-- name: parameter_secrets :many
-- Secrets of parameters behind version `after` that do not begin with `begin`: those that are under another key.
select version_id::text as version_id, region, leistung, name, secret
from parameter
where secret is not null and version_id > @after::bigint and substring(secret for 5) <> @begin::bytea
order by version_id
limit @most;

-- name: reseal_parameters :exec
-- Puts each secret in place of the same one under another key.
-- type @version_ids: readonly string[]
-- type @before: readonly Uint8Array[]
-- type @secrets: readonly Uint8Array[]
update parameter
set secret = resealed.secret
from unnest(@version_ids::bigint[], @before::bytea[], @secrets::bytea[]) resealed (version_id, before, secret)
where parameter.version_id = resealed.version_id and parameter.secret = resealed.before;

-- name: callback_secrets :many
-- The same for the secrets of portals, behind client `after`.
select client, secret
from callback
where client > @after and substring(secret for 5) <> @begin::bytea
order by client
limit @most;

-- name: reseal_callbacks :exec
-- type @clients: readonly string[]
-- type @before: readonly Uint8Array[]
-- type @secrets: readonly Uint8Array[]
update callback
set secret = resealed.secret
from unnest(@clients::text[], @before::bytea[], @secrets::bytea[]) resealed (client, before, secret)
where callback.client = resealed.client and callback.secret = resealed.before;

-- name: count_secrets :many
-- How many secrets begin with the same five bytes: format and id of the key.
-- type count: number
select substring(secret for 5) as begin, count(*) as count
from (
  select secret from parameter where secret is not null
  union all
  select secret from callback
) sealed
group by substring(secret for 5);
