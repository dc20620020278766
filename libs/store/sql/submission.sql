-- name: view_submission :one :prepared
-- A submission without its content. `tasks` in the order of their steps, `replies` and `events` oldest first; times
-- in their JSON are PostgreSQL's text.
-- type number: number | null
-- type tasks: TaskRow[]
-- type replies: ReplyRow[] | null
-- type events: EventRow[]
select
  submission.submission_id, submission.case_id, submission.client, submission.leistung, submission.ars,
  submission.received_at, submission.state,
  (select number from submission_number where submission_number.submission_id = submission.submission_id) as number,
  (
    select jsonb_agg(
      jsonb_build_object(
        'taskId', task.task_id,
        'step', task.step_name,
        'adapter', task.adapter,
        'state', task.state,
        'next', task.next,
        'attempts', task.attempts - task.polls,
        'outcome', task.outcome,
        'dueAt', case when task.state in ('queued', 'waiting') then task.due_at end
      )
      order by task.step
    )
    from task
    where task.submission_id = submission.submission_id
  ) as tasks,
  (
    select jsonb_agg(
      jsonb_build_object(
        'replyId', reply.reply_id,
        'status', reply.status,
        'at', reply.at,
        'receivedAt', reply.received_at,
        'documents', reply.documents
      )
      order by reply.received_at, reply.at
    )
    from reply
    where reply.submission_id = submission.submission_id
  ) as replies,
  (
    select jsonb_agg(jsonb_build_object('at', event.at, 'type', event.type, 'data', event.data) order by event.event_id)
    from event
    where event.submission_id = submission.submission_id
  ) as events
from submission
where submission.submission_id = @submission_id;

-- name: read_subject :one
-- What a submission holds and who sent it, to say about whom it is. `data` and `handle` are null once erased.
select
  submission.leistung, submission.ars, submission.case_id, submission.process_version,
  data.content as data,
  metadata.content ->> 'postfachHandleId' as handle
from submission
left join payload data on data.submission_id = submission.submission_id and data.kind = 'data'
left join payload metadata on metadata.submission_id = submission.submission_id and metadata.kind = 'metadata'
where submission.submission_id = @submission_id;

-- name: read_reply :one
-- A reply with its text and the list of its documents, for the portal whose submission it answers. `text` is null
-- where there is none, or it is erased.
-- type documents: DocumentRow[]
select
  reply.reply_id, reply.status, reply.at, reply.received_at,
  content.content ->> 'text' as text,
  (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'n', attachment.n,
          'attachment_id', attachment.attachment_id,
          'filename', attachment.filename,
          'mimetype', attachment.mimetype,
          'size', attachment.size,
          'sha256', attachment.sha256
        )
        order by attachment.n
      ),
      '[]'
    )
    from attachment
    where attachment.reply_id = reply.reply_id
  ) as documents
from reply
join submission using (submission_id)
left join payload content
  on content.submission_id = reply.submission_id and content.kind = 'reply' and content.name = reply.reply_id::text
where reply.reply_id = @reply_id and reply.submission_id = @submission_id and submission.client = @client;

-- name: submission_of_number :one
-- By its place in the sequence.
select submission_id
from submission_number
where number = @number;
