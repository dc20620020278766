-- Up Migration

-- Files of rules that an operator imported beside a schema: they translate rules that the schema has only as text.
-- Rows are only ever added.
create table added_rules (
  schema_id text not null,
  version text not null,                     -- of the schema
  rules_version text not null,
  sha256 text not null,                      -- of the file, hex
  file bytea not null,
  report jsonb not null,                     -- of the schema with these rules
  author text not null,
  created_at timestamptz not null,
  primary key (schema_id, version, rules_version),
  foreign key (schema_id, version) references imported_schema
);

-- The rules that a process checks beside its schema; null: none.
alter table schema_use
  add rules_version text,
  add foreign key (schema_id, version, rules_version) references added_rules;
