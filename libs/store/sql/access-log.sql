-- name: add_access_log_entries :exec :prepared
-- Adds entries and whom they are about (`persons`: pseudonyms, hex). An entry that is there already stays as it is.
-- type @entries: AccessLogEntry[]
with given as materialized (
  select *
  from jsonb_to_recordset(@entries) given (
    "entryId" uuid, at timestamptz, kind text, actor text, authority text, leistung text, adapter text, source text,
    attributes text[], purpose text, "legalBasis" text, reason text, "submissionId" uuid, "caseId" uuid, persons text[]
  )
), new_entry as (
  insert into access_log.entry (
    entry_id, at, kind, actor, authority, leistung, adapter, source, attributes, purpose, legal_basis, reason,
    submission_id, case_id
  )
  select
    "entryId", at, kind, actor, authority, leistung, adapter, source, attributes, purpose, "legalBasis", reason,
    "submissionId", "caseId"
  from given
  on conflict do nothing
)
insert into access_log.person (person, at, entry_id)
select distinct decode(person, 'hex'), given.at, given."entryId"
from given, unnest(given.persons) person
on conflict do nothing;

-- name: add_access_log_outcomes :exec :prepared
-- type @outcomes: AccessLogOutcome[]
insert into access_log.outcome (entry_id, at, outcome)
select "entryId", at, outcome
from jsonb_to_recordset(@outcomes) given ("entryId" uuid, at timestamptz, outcome text)
on conflict do nothing;

-- name: access_log_of_person :many :prepared
-- A person's entries (`persons`: pseudonyms under several keys), newest first, from `since` up to, and without, the
-- entry (`before_at`, `before_id`); of these regions, or of all.
-- type @persons: Uint8Array[]
select
  entry.entry_id, entry.at, entry.kind, entry.actor, entry.authority, entry.leistung, entry.adapter, entry.source,
  entry.attributes, entry.purpose, entry.legal_basis, entry.reason, entry.submission_id, entry.case_id,
  (
    select outcome.outcome
    from access_log.outcome
    where outcome.entry_id = entry.entry_id and outcome.at >= entry.at
    order by outcome.at desc
    limit 1
  ) as outcome
from access_log.person
join access_log.entry on entry.at = person.at and entry.entry_id = person.entry_id
where person.person = any(@persons::bytea[])
  and person.at >= @since and person.at <= @before_at
  and (person.at, person.entry_id) < (@before_at, @before_id::uuid)
  and (@regions?::text[] is null or entry.authority ^@ any(@regions))
order by person.at desc, person.entry_id desc
limit @most;

-- name: open_access_log_month :exec
-- `month`: its first day, `YYYY-MM-DD`.
select access_log.open_month(@month);

-- name: access_log_months_before :many
-- First days of the months that have ended at `day`.
-- type month: string
select to_char(month, 'YYYY-MM-DD') as month
from (
  select to_date(right(partition.relname, 7), 'YYYY_MM') as month
  from pg_inherits
  join pg_class partition on partition.oid = pg_inherits.inhrelid
  where pg_inherits.inhparent = 'access_log.entry'::regclass
) of_entries
where month + interval '1 month' <= @day::date
order by month;

-- name: forget_access_log_month :one
-- Drops a month, and records when and how many entries went.
-- type entries: number
select access_log.forget_month(@month, @now) as entries;
