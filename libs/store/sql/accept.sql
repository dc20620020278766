-- name: accept_submissions :many :prepared
-- Accepting is this one statement for each group, so a task exists exactly when its submission does; only the bytes of
-- large files follow, in the same transaction. The advisory lock answers a twin that is being accepted at once; the
-- unique key alone would wait for it. No key is twice in a group. Answers every submission of the group by its place
-- `n`, from 1. `acquired`: no twin was in flight. `accepted`: the submission is stored.
-- type @submissions: NewSubmission[]
-- about @bytes: Keys, contents and small files, one behind the other: a list of them would be written as text.
-- type @bytes: Uint8Array
-- type n: number
-- type acquired: boolean
-- type accepted: boolean
-- type number: number | null
with given as materialized (
  select *
  from jsonb_to_recordset(@submissions) submission (
    n int, submission_id uuid, case_id uuid, client text, idempotency_key text, content_hash text, channel text,
    leistung text, ars text, process_version text, schema_id text, schema_version text, form_id text,
    trust_level text, traceparent text, steps jsonb, files jsonb, events jsonb,
    task_id uuid, step_name text, kind text, optional boolean, adapter text, lane text, next text,
    wrapped_from int, wrapped_size int, data_from int, data_size int, metadata_from int, metadata_size int,
    persons text[], key_version smallint
  )
), latch as materialized (
  select n, idempotency_key is null
    or pg_try_advisory_xact_lock(hashtextextended(client || E'\x1f' || idempotency_key, 0)) as acquired
  from given
), new_key as (
  insert into idempotency (client, key, content_hash, submission_id, at)
  select client, idempotency_key, content_hash, submission_id, @now
  from given
  join latch using (n)
  where acquired and idempotency_key is not null
  on conflict (client, key) do nothing
  returning submission_id
), accepting as materialized (
  select given.*
  from given
  join latch using (n)
  where acquired and (idempotency_key is null or submission_id in (select submission_id from new_key))
), new_submission as (
  insert into submission (
    submission_id, case_id, client, channel, leistung, ars,
    process_version, schema_id, schema_version, form_id,
    steps, traceparent, received_at, accepted_at, trust_level
  )
  select
    submission_id, case_id, client, channel, leistung, ars,
    process_version, schema_id, schema_version, form_id,
    steps, traceparent, @now, @now, trust_level
  from accepting
), new_lane as (
  insert into lane (lane, adapter, ars)
  select distinct lane, adapter, ars
  from accepting
  order by lane
  on conflict do nothing
), new_task as (
  insert into task (
    task_id, submission_id, case_id, step, step_name, kind, optional, adapter,
    leistung, ars, lane, traceparent, state, next, due_at, created_at
  )
  select
    task_id, submission_id, case_id, 0, step_name, kind, optional, adapter,
    leistung, ars, lane, traceparent, 'queued', next, @now, @now
  from accepting
), new_submission_key as (
  insert into submission_key (submission_id, wrapped)
  select submission_id, substring(@bytes::bytea, wrapped_from, wrapped_size)
  from accepting
), new_payload as (
  insert into payload (submission_id, kind, content, at)
  select submission_id, content.kind, substring(@bytes::bytea, content.since, content.size), @now
  from accepting
  cross join lateral (
    values ('data', data_from, data_size), ('metadata', metadata_from, metadata_size)
  ) content (kind, since, size)
), file as materialized (
  select submission_id, file.*
  from accepting
  cross join jsonb_to_recordset(files) file (
    attachment_id uuid, field text, filename text, mimetype text, size bigint, sha256 text
  )
), new_attachments as (
  insert into attachment (attachment_id, submission_id, field, filename, mimetype, size, sha256)
  select attachment_id, submission_id, field, filename, mimetype, size, sha256
  from file
), new_chunks as (
  insert into attachment_chunk (attachment_id, n, bytes)
  select attachment_id, chunk.n, substring(@bytes::bytea, chunk.since, chunk.size)
  from unnest(
    @chunk_ids::uuid[], @chunk_numbers::int[], @chunk_from::int[], @chunk_sizes::int[]
  ) chunk (attachment_id, n, since, size)
  join file using (attachment_id)
), new_events as (
  insert into event (submission_id, at, type, actor, data)
  select submission_id, @now, event.type, client, event.data
  from accepting
  cross join jsonb_to_recordset(events) event (type text, data jsonb)
), new_persons as (
  insert into person_index (submission_id, pseudonym, key_version)
  select submission_id, decode(pseudonym, 'hex'), key_version
  from accepting
  cross join unnest(persons) pseudonym
), new_number as (
  insert into submission_number (submission_id)
  select submission_id
  from accepting
  returning submission_id, number
)
select latch.n, latch.acquired, accepting.n is not null as accepted, new_number.number
from latch
left join accepting using (n)
left join new_number using (submission_id)
order by latch.n;

-- name: add_chunk :exec :prepared
-- Bytes of a large file, in the transaction that accepts it.
-- type @bytes: Uint8Array
insert into attachment_chunk (attachment_id, n, bytes)
values (@attachment_id, @n, @bytes);

-- name: accepted_under_key :one
-- What a client was answered under an idempotency key.
-- about content_hash: Salted with the submission's key, so that it tells nothing without it.
-- about wrapped: That key; null once it is erased.
-- type number: number | null
select
  idempotency.content_hash, submission.submission_id, submission.case_id, submission_number.number,
  submission_key.wrapped
from idempotency
join submission using (submission_id)
left join submission_key using (submission_id)
left join submission_number using (submission_id)
where idempotency.client = @client and idempotency.key = @key;

-- name: forget_idempotency_keys :exec
-- At most so many, the oldest first.
with oldest as (
  select client, key
  from idempotency
  where at < @before
  order by at
  limit @most
  for update skip locked
)
delete from idempotency
using oldest
where idempotency.client = oldest.client and idempotency.key = oldest.key;
