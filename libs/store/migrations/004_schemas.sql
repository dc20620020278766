-- Up Migration

-- FIM schemas that an operator imported: the file as it came, and what was derived from it then. Rows are only ever
-- added.
create table imported_schema (
  schema_id text not null,
  version text not null,
  sha256 text not null unique,               -- of the file, hex
  file bytea not null,
  lists jsonb not null,                      -- which version of which code list was bound, with the hash of its file
  json_schema text not null,
  report jsonb not null,                     -- how much is enforced, and the findings
  forced text,                               -- why it was taken although it is not released
  author text not null,
  created_at timestamptz not null,
  primary key (schema_id, version)
);

-- The code lists that imported schemas were bound to, as they came.
create table code_list (
  sha256 text primary key,
  version_uri text not null,
  file bytea not null
);

-- What an imported schema is used for: a process, from a day on. The process stands here whole, so that what was
-- accepted with it can be delivered whatever is shipped later. parameter_revision counts every change here too: who
-- knows processes looks again when it grows.
create table schema_use (
  use_id bigint generated always as identity primary key,
  schema_id text not null,
  version text not null,
  leistung text not null,
  region text,                               -- prefix of the ARS; null: everywhere
  process_version text not null,
  process jsonb not null,                    -- process.json, its expressions in place
  valid_from date not null,
  valid_to date,                             -- last day; before valid_from: withdrawn before it began
  foreign key (schema_id, version) references imported_schema,
  unique (leistung, process_version)
);
create index schema_use_schema on schema_use (schema_id, version);
