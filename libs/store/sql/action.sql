-- name: note_action :exec
-- What an operator did that belongs to no single submission.
insert into action (at, actor, type, subject, reason, data)
values (@at, @actor, @type, @subject, @reason?, @data);

-- name: actions_on :many
-- Oldest first.
select at, actor, type, reason
from action
where subject = @subject
order by action_id
limit 1000;
