-- name: mandates_of :many :prepared
-- What is entrusted to a client at this time.
-- type scope: 'parameters' | 'content'
select region, scope
from mandate
where client = @client and revoked_at is null and valid_until > @now;

-- name: list_mandates :many
-- Those that these regions gave, and those that a client has; newest first. Without `regions`: all.
-- type scope: 'parameters' | 'content'
select mandate_id, region, client, scope, valid_until, reason, given_by, given_at, revoked_at
from mandate
where @regions?::text[] is null or region = any(@regions) or client = @client
order by given_at desc, mandate_id
limit 500;

-- name: find_mandate :one
-- type scope: 'parameters' | 'content'
select mandate_id, region, client, scope, valid_until, reason, given_by, given_at, revoked_at
from mandate
where mandate_id = @mandate_id;

-- name: give_mandate :exec
with given as (
  insert into mandate (mandate_id, region, client, scope, valid_until, reason, given_by, given_at)
  values (@mandate_id, @region, @client, @scope, @valid_until, @reason, @given_by, @given_at)
  returning mandate_id, given_at, given_by, reason
)
insert into action (at, actor, type, subject, reason)
select given_at, given_by, 'mandate-given', mandate_id::text, reason
from given;

-- name: revoke_mandate :exec
with revoked as (
  update mandate
  set revoked_at = @at
  where mandate_id = @mandate_id and revoked_at is null
  returning mandate_id
)
insert into action (at, actor, type, subject, reason)
select @at, @actor, 'mandate-revoked', mandate_id::text, @reason
from revoked;
