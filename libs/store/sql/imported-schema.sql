-- name: schema_uses :many
-- Every use of an imported schema, oldest first, each with the revision they belong to. Where there is none, one
-- row of which all but `revision` is null. Days are `YYYY-MM-DD`.
select
  parameter_revision.revision,
  schema_use.use_id, schema_use.schema_id, schema_use.version, schema_use.rules_version,
  schema_use.leistung, schema_use.region,
  schema_use.process_version, schema_use.process,
  schema_use.valid_from::text as first_day, schema_use.valid_to::text as last_day
from parameter_revision
left join schema_use on true
order by schema_use.use_id;

-- name: imported_schemas :many
-- Without files; newest import first. Each filter is optional. The report is that with the newest added rules.
-- type report: Json
select
  imported_schema.schema_id, imported_schema.version, imported_schema.sha256, lists,
  coalesce(newest.report, imported_schema.report) as report, newest.rules_version,
  forced, imported_schema.author, imported_schema.created_at
from imported_schema
left join lateral (
  select added_rules.rules_version, added_rules.report
  from added_rules
  where added_rules.schema_id = imported_schema.schema_id and added_rules.version = imported_schema.version
  order by added_rules.created_at desc
  limit 1
) newest on true
where (@schema_id?::text is null or imported_schema.schema_id = @schema_id)
  and (@version?::text is null or imported_schema.version = @version)
  and (@sha256?::text is null or imported_schema.sha256 = @sha256)
order by imported_schema.created_at desc, imported_schema.schema_id, imported_schema.version desc;

-- name: added_rules_of :many
-- The files of rules beside a schema, oldest first.
select rules_version, sha256, author, created_at
from added_rules
where schema_id = @schema_id and version = @version
order by created_at, rules_version;

-- name: added_rules_file :one
select file
from added_rules
where schema_id = @schema_id and version = @version and rules_version = @rules_version;

-- name: schema_files :one
-- The file as it came, and what was derived from it.
select file, json_schema
from imported_schema
where schema_id = @schema_id and version = @version;

-- name: code_list_files :many
select sha256, file
from code_list
where sha256 = any(@hashes);

-- name: add_code_list :exec
insert into code_list (sha256, version_uri, file)
values (@sha256, @version_uri, @file)
on conflict (sha256) do nothing;

-- name: add_schema :exec
insert into imported_schema (
  schema_id, version, sha256, file, lists, json_schema, report, forced, author, created_at
)
values (
  @schema_id, @version, @sha256, @file, @lists, @json_schema, @report, @forced?, @author, @created_at
)
on conflict do nothing;

-- name: add_rules :exec
insert into added_rules (
  schema_id, version, rules_version, sha256, file, report, author, created_at
)
values (
  @schema_id, @version, @rules_version, @sha256, @file, @report, @author, @created_at
)
on conflict do nothing;

-- name: add_schema_use :exec
insert into schema_use (
  schema_id, version, rules_version, leistung, region, process_version, process, valid_from, valid_to
)
values (
  @schema_id, @version, @rules_version?, @leistung, @region?, @process_version, @process, @valid_from, @valid_to?
);

-- name: end_schema_uses :exec
update schema_use
set valid_to = @last_day::date
where schema_id = @schema_id and version = @version and process_version = any(@process_versions);
