-- name: attachments_of :many
-- What was handed in; documents of replies are not among them.
select attachment_id, field, filename, mimetype, size, sha256
from attachment
where submission_id = @submission_id and reply_id is null
order by attachment_id;

-- name: attachment_chunk_numbers :many
select n
from attachment_chunk
where attachment_id = @attachment_id
order by n;

-- name: attachment_chunk :one
select bytes
from attachment_chunk
where attachment_id = @attachment_id and n = @n;
