-- name: keep_stray :exec
-- Keeps a message that nobody could read, for the operator's list.
insert into stray (stray_id, at, queue, reason, body)
values (@stray_id, @at, @queue?, @reason, @body);

-- name: dismiss_stray :exec
update stray
set dismissed_by = @actor, dismissed_at = @at
where stray_id = @stray_id and dismissed_at is null;
