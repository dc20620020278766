-- name: files_of :many :prepared
-- What was handed in with these submissions, in order; documents of replies are not among it.
-- about bytes: Where it has at most @small bytes; null: it is larger, or erased.
-- type bytes: Uint8Array | null
select
  attachment.submission_id, attachment.attachment_id, attachment.field, attachment.filename, attachment.mimetype,
  attachment.size, attachment.sha256,
  chunk.bytes
from attachment
left join attachment_chunk chunk
  on chunk.attachment_id = attachment.attachment_id and chunk.n = 0 and attachment.size <= @small
where attachment.submission_id = any(@submission_ids) and attachment.reply_id is null
order by attachment.attachment_id;

-- name: attachment_chunk_numbers :many :prepared
select n
from attachment_chunk
where attachment_id = @attachment_id
order by n;

-- name: attachment_chunk :one :prepared
select bytes
from attachment_chunk
where attachment_id = @attachment_id and n = @n;

-- name: attachment_bytes :many :prepared
select bytes
from attachment_chunk
where attachment_id = @attachment_id
order by n;
