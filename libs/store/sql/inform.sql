-- name: save_callback :exec
-- Where a portal wants to be told news. Another address or secret counts from now on, and is tried at once.
insert into callback (client, url, secret, since, due_at)
values (@client, @url, @secret, @at, @at)
on conflict (client) do update
set url = excluded.url, secret = excluded.secret, since = excluded.since, due_at = excluded.due_at,
  failures = 0, reason = null;

-- name: read_callback :one
-- `failures`: calls in a row that failed. `secret` is sealed.
select client, url, secret, since, failures, reason
from callback
where client = @client;

-- name: drop_callback :one
-- The portal ended it; what was still to be told goes with it, without a trace.
with ended as (
  delete from callback
  where client = @client
  returning client
), untold as (
  delete from notice
  where client = @client
)
select client
from ended;

-- name: take_callbacks :many :prepared
-- Takes callbacks that have news. Until `until` nobody else takes them.
with due as (
  select client
  from callback
  where due_at <= @now and exists (select from notice where notice.client = callback.client)
  order by due_at
  limit @most
  for no key update skip locked
)
update callback
set due_at = @until
from due
where callback.client = due.client
returning callback.client, callback.url, callback.secret, callback.since, callback.failures, callback.reason;

-- name: oldest_notices :many :prepared
-- The oldest notices of a portal, all of one type.
select notice.notice_id, notice.type, notice.submission_id, submission.case_id
from notice
join submission using (submission_id)
where notice.client = @client
  and notice.type = (select type from notice where client = @client order by notice_id limit 1)
order by notice.notice_id
limit @most;

-- name: forget_notices :exec
-- The portal took these notices: they are no longer to be told, and stand among the events of their submissions.
with taken as (
  delete from notice
  where notice_id = any(@notices)
  returning submission_id, type
), new_event as (
  insert into event (submission_id, at, type, actor, data)
  select distinct
    submission_id, @now::timestamptz, 'portal-informed', 'gateway',
    jsonb_build_object('client', @client::text, 'news', type)
  from taken
)
update callback
set failures = 0, reason = null, due_at = @now
where client = @client;

-- name: postpone_notices :exec
-- The portal did not take its notices: they are told again at `again_at`. What is older than `before` is given up.
with given_up as (
  delete from notice
  where client = @client and at < @before
  returning submission_id
), new_event as (
  insert into event (submission_id, at, type, actor, data)
  select distinct
    submission_id, @now::timestamptz, 'portal-not-informed', 'gateway',
    jsonb_build_object('client', @client::text, 'reason', @reason::text)
  from given_up
)
update callback
set failures = failures + 1, reason = @reason, due_at = @again_at
where client = @client;

-- name: end_callback :exec
-- The portal answered that it wants no more calls (410); unless it has registered another address since.
with ended as (
  delete from callback
  where client = @client and url = @url
  returning client
), untold as (
  delete from notice
  where client in (select client from ended)
  returning submission_id
)
insert into event (submission_id, at, type, actor, data)
select distinct
  submission_id, @now::timestamptz, 'portal-not-informed', 'gateway',
  jsonb_build_object('client', @client::text, 'reason', @reason::text)
from untold;

-- name: failing_callbacks :many
-- Portals that cannot be told their news, for operators. `notices` counts up to `most`. `oldest`: since when the oldest
-- waits.
-- type notices: number
-- type oldest: Date | null
select
  callback.client, callback.failures, callback.reason,
  (
    select count(*)
    from (
      select
      from notice
      where notice.client = callback.client
      order by notice_id
      limit @most
    ) untold
  ) as notices,
  (
    select at
    from notice
    where notice.client = callback.client
    order by notice_id
    limit 1
  ) as oldest
from callback
where callback.failures > 0
order by callback.client;
