-- name: submission_key :one
-- The wrapped key of a submission.
select wrapped
from submission_key
where submission_id = @submission_id;

-- name: key_of_task :one
-- about wrapped: Null once it is erased.
select task.submission_id, submission_key.wrapped
from task
left join submission_key using (submission_id)
where task.task_id = @task_id;

-- name: keys_behind :many
-- Every key, by pages: each look costs the same, however many keys need nothing.
select submission_id, wrapped
from submission_key
where submission_id > @after
order by submission_id
limit @most;

-- name: rewrap_keys :exec
-- Puts each key in place of the same one under another key.
-- type @before: readonly Uint8Array[]
-- type @wrapped: readonly Uint8Array[]
update submission_key
set wrapped = rewrapped.wrapped
from unnest(@submission_ids::uuid[], @before::bytea[], @wrapped::bytea[]) rewrapped (submission_id, before, wrapped)
where submission_key.submission_id = rewrapped.submission_id and submission_key.wrapped = rewrapped.before;

-- name: count_keys :many
-- How many keys begin with the same five bytes: format and id of the operator's key.
-- type count: number
select substring(wrapped for 5) as begin, count(*) as count
from submission_key
group by substring(wrapped for 5);

-- name: submissions_behind :many
-- Every submission, by pages.
select submission_id
from submission
where submission_id > @after
order by submission_id
limit @most;

-- name: plain_payloads :many
-- What of these submissions is not yet sealed: it begins with a zero. About `most` bytes of it, at least one row.
select submission_id, kind, name, content
from (
  select
    submission_id, kind, name, content,
    sum(octet_length(content)) over (order by submission_id, kind, name) - octet_length(content) as before
  from payload
  where submission_id = any(@submission_ids) and substring(content for 1) = '\x00'
) plain
where before < @most;

-- name: add_missing_keys :exec
-- type @wrapped: readonly Uint8Array[]
insert into submission_key (submission_id, wrapped)
select submission_id, wrapped
from unnest(@submission_ids::uuid[], @wrapped::bytea[]) given (submission_id, wrapped)
on conflict (submission_id) do nothing;

-- name: keys_of_submissions :many
select submission_id, wrapped
from submission_key
where submission_id = any(@submission_ids);

-- name: seal_payloads :exec
-- type @contents: readonly Uint8Array[]
update payload
set content = sealed.content
from unnest(
  @submission_ids::uuid[], @kinds::text[], @names::text[], @contents::bytea[]
) sealed (submission_id, kind, name, content)
where payload.submission_id = sealed.submission_id and payload.kind = sealed.kind and payload.name = sealed.name;

-- name: plain_chunks :many
-- Which chunks of these submissions' files are not yet sealed.
select attachment.submission_id, attachment_id, attachment_chunk.n
from attachment
join attachment_chunk using (attachment_id)
where attachment.submission_id = any(@submission_ids) and substring(attachment_chunk.bytes for 1) = '\x00';

-- name: seal_chunk :exec
-- type @bytes: Uint8Array
update attachment_chunk
set bytes = @bytes
where attachment_id = @attachment_id and n = @n;
