-- name: accept_submission :one :prepared
-- Accepting is this one statement, so the task exists exactly when the submission does; only the bytes of large files
-- follow, in the same transaction. The advisory lock answers a
-- twin that is being accepted at once; the unique key alone would wait for it. `acquired`: no twin was in flight.
-- `accepted`: the submission is stored.
-- type @steps: PlannedStep[]
-- type @files: AttachmentRow[]
-- type @events: NewEvent[]
-- type @chunk_bytes: Uint8Array[]
-- type acquired: boolean
with latch as materialized (
  select @idempotency_key?::text is null
    or pg_try_advisory_xact_lock(hashtextextended(@client || E'\x1f' || @idempotency_key, 0)) as acquired
), new_key as (
  insert into idempotency (client, key, content_hash, submission_id, at)
  select @client, @idempotency_key, @content_hash, @submission_id, @now
  from latch
  where acquired and @idempotency_key is not null
  on conflict (client, key) do nothing
  returning key
), accepting as materialized (
  select acquired
  from latch
  where acquired and (@idempotency_key is null or exists (select from new_key))
), new_submission as (
  insert into submission (
    submission_id, case_id, client, channel, leistung, ars,
    process_version, schema_id, schema_version, form_id,
    steps, traceparent, received_at, accepted_at, trust_level
  )
  select
    @submission_id, @case_id, @client, @channel, @leistung, @ars,
    @process_version, @schema_id, @schema_version, @form_id?,
    @steps, @traceparent, @now, @now, @trust_level?
  from accepting
), new_lane as (
  insert into lane (lane, adapter, ars)
  select @lane, @adapter, @ars
  from accepting
  on conflict do nothing
), new_task as (
  insert into task (
    task_id, submission_id, case_id, step, step_name, kind, optional, adapter,
    leistung, ars, lane, traceparent, state, next, due_at, created_at
  )
  select
    @task_id, @submission_id, @case_id, 0, @step_name, @kind, @optional, @adapter,
    @leistung, @ars, @lane, @traceparent, 'queued', @next, @now, @now
  from accepting
), new_payload as (
  insert into payload (submission_id, kind, content, at)
  select @submission_id, given.kind, given.content, @now
  from accepting, (values ('data', @data::jsonb), ('metadata', @metadata::jsonb)) given (kind, content)
), new_attachments as (
  insert into attachment (attachment_id, submission_id, field, filename, mimetype, size, sha256)
  select file.attachment_id, @submission_id, file.field, file.filename, file.mimetype, file.size, file.sha256
  from accepting, jsonb_to_recordset(@files) file (
    attachment_id uuid, field text, filename text, mimetype text, size bigint, sha256 text
  )
), new_chunks as (
  insert into attachment_chunk (attachment_id, n, bytes)
  select chunk.attachment_id, chunk.n, chunk.bytes
  from accepting, unnest(
    @chunk_ids::uuid[], @chunk_numbers::int[], @chunk_bytes::bytea[]
  ) chunk (attachment_id, n, bytes)
), new_events as (
  insert into event (submission_id, at, type, actor, data)
  select @submission_id, @now, event.type, @client, event.data
  from accepting, jsonb_to_recordset(@events) event (type text, data jsonb)
)
select
  (select acquired from latch) as acquired,
  exists (select from accepting) as accepted;

-- name: add_chunk :exec :prepared
-- Bytes of a large file, in the transaction that accepts it: as a parameter of its own they travel as they are, in a
-- list they would be written as text.
-- type @bytes: Uint8Array
insert into attachment_chunk (attachment_id, n, bytes)
values (@attachment_id, @n, @bytes);

-- name: accepted_under_key :one
-- What a client was answered under an idempotency key.
select idempotency.content_hash, submission.submission_id, submission.case_id
from idempotency
join submission using (submission_id)
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
