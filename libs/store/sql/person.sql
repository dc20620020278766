-- name: submissions_of_person :many
-- Newest first. `pseudonyms`: of one person, under several keys. `municipalities`: ARS or their beginnings.
-- type @pseudonyms: Uint8Array[]
-- type number: number | null
select
  submission.submission_id, submission_number.number, submission.leistung, submission.ars, submission.received_at
from (
  select distinct submission_id
  from person_index
  where pseudonym = any(@pseudonyms::bytea[])
) found
join submission using (submission_id)
left join submission_number using (submission_id)
where submission.ars ^@ any(@municipalities::text[])
order by submission.received_at desc, submission.submission_id
limit @most;

-- name: person_backlog :one
-- After which submission the index is still to be filled; undefined where nothing is left.
select after
from person_backlog;

-- name: take_person_backlog :one
-- The same, for whoever goes on; undefined also while somebody else is at it.
select after
from person_backlog
for update skip locked;

-- name: submissions_after :many
select submission_id
from submission
where submission_id > @after
order by submission_id
limit @most;

-- name: index_persons :exec
-- type @pseudonyms: Uint8Array[]
with indexed as (
  insert into person_index (submission_id, pseudonym, key_version)
  select submission_id, pseudonym, @key_version
  from unnest(@submission_ids::uuid[], @pseudonyms::bytea[]) found (submission_id, pseudonym)
  on conflict do nothing
)
update person_backlog
set after = @after;

-- name: end_person_backlog :exec
delete from person_backlog;
