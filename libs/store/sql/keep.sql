-- name: keep_reply :one :prepared
-- Stores a reply with its documents and events, for the task that it answers. The same id again is the same reply,
-- of which nothing is written. `attempt`: the attempt that must still hold the task; null where the target itself
-- came. `submission_id` is null where no such task is held.
-- about @content: Text and hash, sealed.
-- type @content: Uint8Array
-- type @documents: DocumentRow[]
-- type @events: NewEvent[]
-- about @bytes: The documents' chunks, sealed, one behind the other.
-- type @bytes: Uint8Array
with answered as materialized (
  select task_id, submission_id, adapter
  from task
  where task_id = @task_id
    and (
      @attempt?::int is null
      or (
        attempts = @attempt
        and (state = 'running' or (state = 'waiting' and next = 'find' and doubt_attempt = @attempt))
      )
    )
), new_reply as (
  insert into reply (reply_id, submission_id, task_id, adapter, external_id, status, documents, at, received_at)
  select @reply_id, submission_id, task_id, adapter, @external_id, @status, @document_count, @at, @now
  from answered
  on conflict (submission_id, adapter, external_id) do nothing
  returning *
), no_longer_silent as (
  update task
  set pending_since = @now
  from new_reply
  where task.task_id = new_reply.task_id and task.pending_since is not null
), new_content as (
  insert into payload (submission_id, kind, name, content, at)
  select submission_id, 'reply', reply_id::text, @content, @now
  from new_reply
), new_documents as (
  insert into attachment (attachment_id, submission_id, reply_id, n, filename, mimetype, size, sha256)
  select
    document.attachment_id, new_reply.submission_id, new_reply.reply_id, document.n,
    document.filename, document.mimetype, document.size, document.sha256
  from new_reply, jsonb_to_recordset(@documents) document (
    attachment_id uuid, n int, filename text, mimetype text, size bigint, sha256 text
  )
), new_chunks as (
  insert into attachment_chunk (attachment_id, n, bytes)
  select chunk.attachment_id, chunk.n, substring(@bytes::bytea, chunk.since, chunk.size)
  from new_reply, unnest(
    @chunk_ids::uuid[], @chunk_numbers::int[], @chunk_from::int[], @chunk_sizes::int[]
  ) chunk (attachment_id, n, since, size)
), new_events as (
  insert into event (submission_id, task_id, at, type, actor, data)
  select new_reply.submission_id, new_reply.task_id, @now, event.type, @actor, event.data
  from new_reply, jsonb_to_recordset(@events) event (type text, data jsonb)
)
select
  (select submission_id from answered) as submission_id,
  (select adapter from answered) as adapter,
  exists (select from new_reply) as stored;

-- name: reply_under_id :one
-- The reply that is stored under a target's own id. `content` is sealed, and null once it is erased.
select reply.reply_id, content.content
from reply
left join payload content
  on content.submission_id = reply.submission_id and content.kind = 'reply' and content.name = reply.reply_id::text
where reply.submission_id = @submission_id and reply.adapter = @adapter and reply.external_id = @external_id;

-- name: task_that_delivered :one
-- The newest task by which one of these adapters was given the submission, or may have been.
select task_id, ars, leistung
from task
where submission_id = @submission_id and kind = 'fachverfahren' and adapter = any(@adapters) and attempts > 0
order by step desc
limit 1;
