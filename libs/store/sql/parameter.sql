-- name: parameter_revision :one :prepared
select revision
from parameter_revision;

-- name: bump_parameter_revision :exec
-- Takes the revision's row lock, so that writers of parameters follow each other.
update parameter_revision
set revision = revision + 1;

-- name: bump_parameter_revision_from :exec
-- The same, where nobody has written since `revision`.
update parameter_revision
set revision = revision + 1
where revision = @revision;

-- name: versions_for :many :prepared
-- All versions that may count in these regions for a Leistung (its own and `*`), oldest first, each with the
-- revision they belong to. Where there is none, one row of which all but `revision` is null.
select
  parameter_revision.revision,
  parameter.version_id::text as version_id, parameter.region, parameter.leistung, parameter.name,
  parameter.value, parameter.value is not null as has_value, parameter.secret,
  parameter.valid_from, parameter.valid_to, parameter.author, parameter.reason, parameter.created_at
from parameter_revision
left join parameter on parameter.region = any(@regions) and parameter.leistung in (@leistung, '*')
order by parameter.version_id;

-- name: versions_by_id :many :prepared
-- type @version_ids: readonly string[]
select
  version_id::text as version_id, region, leistung, name, value, value is not null as has_value, secret,
  valid_from, valid_to, author, reason, created_at
from parameter
where version_id = any(@version_ids::bigint[])
order by version_id;

-- name: parameter_history :many :prepared
-- The versions of one key, oldest first.
select
  version_id::text as version_id, region, leistung, name, value, value is not null as has_value, secret,
  valid_from, valid_to, author, reason, created_at
from parameter
where region = @region and leistung = @leistung and name = @name
order by version_id;

-- name: add_version :one :prepared
insert into parameter (region, leistung, name, value, secret, valid_from, valid_to, author, reason, created_at)
values (
  @region, @leistung, @name, @value?, @secret?, @valid_from, @valid_to?, @author, @reason, @created_at
)
returning version_id::text as version_id;
