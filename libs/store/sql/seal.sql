-- name: take_sealing :one
-- One sealer at a time in the whole database; until the transaction ends.
-- type taken: boolean
select pg_try_advisory_xact_lock(hashtextextended('stellwerk seal', 0)) as taken;

-- name: last_seal :one :prepared
-- `is_restored`: it was written by another server, whose transactions had other numbers.
-- type is_restored: boolean
select
  size, at, frontier, checkpoint, done, goal, after_tx, after_id,
  newest_event, newest_action, floor_event, floor_action,
  server <> (
    select control.id
    from pg_control_system() control (version, catalog, id, modified)
  ) as is_restored
from seal
order by start desc
limit 1;

-- name: unsealed_entries :many :prepared
-- Committed entries that are not in the log, ordered by transaction and id; at most so many. What was committed before
-- the snapshot `done` is in the log; not so what ran then (`running`), and what began later (from `from_tx` on, behind
-- `from_id`). `goal`: an earlier answer that was cut off goes on behind `after_tx` and `after_id`, up to the same
-- snapshot; null: up to now. `floor_event`, `floor_action`: up to these ids all is in the log.
-- type entry: number
-- type tx: string
-- type at: Date
-- type type: string
-- type actor: string
-- type submission_id: string | null
-- type data: Record<string, Json>
-- type goal: string
-- about entry: The id of an event, or minus that of an action.
-- about subject: Of an action.
with goal as materialized (
  select coalesce(@goal?::pg_snapshot, pg_current_snapshot()) as snapshot
), entry as (
  (
    select event_id as entry, tx, at, type, actor, submission_id, task_id, null::text as subject, data
    from event
    where tx = any(@running::xid8[])
      and event_id > @floor_event
      and (tx, event_id) > (@after_tx::xid8, @after_id::bigint)
      and pg_visible_in_snapshot(tx, (select snapshot from goal))
    order by tx, event_id
    limit @most
  )
  union all
  (
    select event_id, tx, at, type, actor, submission_id, task_id, null, data
    from event
    where (tx, event_id) > (@from_tx::xid8, @from_id::bigint)
      and event_id > @floor_event
      and tx < (select pg_snapshot_xmax(snapshot) from goal)
      and pg_visible_in_snapshot(tx, (select snapshot from goal))
    order by tx, event_id
    limit @most
  )
  union all
  (
    select -action_id, tx, at, type, actor, null, null, subject, data
    from action
    where (tx = any(@running::xid8[]) or tx >= @from_tx::xid8)
      and action_id > @floor_action
      and (tx, -action_id) > (@after_tx::xid8, @after_id::bigint)
      and pg_visible_in_snapshot(tx, (select snapshot from goal))
    order by tx, action_id desc
    limit @most
  )
)
select
  entry.entry, entry.tx, entry.at, entry.type, entry.actor, entry.submission_id, entry.task_id, entry.subject,
  entry.data, goal.snapshot as goal
from entry
cross join goal
order by entry.tx, entry.entry
limit @most;

-- name: foreign_entries :one
-- Whether there are entries whose transaction, by its number, has yet to begin here: they come from another server.
-- type are_there: boolean
select
  exists (select from event where tx >= pg_snapshot_xmax(pg_current_snapshot()))
  or exists (select from action where tx >= pg_snapshot_xmax(pg_current_snapshot())) as are_there;

-- name: restored_entries :many
-- All entries that are not in the log, after a dump was restored into another server: what the old one had not sealed
-- by the numbers of its transactions, and what has been written since, whose ids are behind the highest in the log.
-- type entry: number
-- type tx: string
-- type at: Date
-- type type: string
-- type actor: string
-- type submission_id: string | null
-- type data: Record<string, Json>
-- type goal: string
-- type is_old: boolean
-- about is_old: By its number, its transaction has yet to begin in this server.
with entry as (
  select event_id as entry, tx, at, type, actor, submission_id, task_id, null::text as subject, data
  from event
  where event_id > @newest_event
    or (event_id > @floor_event and (
      (tx = any(@running::xid8[]) and (tx, event_id) > (@after_tx::xid8, @after_id::bigint))
      or (tx, event_id) > (@from_tx::xid8, @from_id::bigint)
    ))
  union all
  select -action_id, tx, at, type, actor, null, null, subject, data
  from action
  where action_id > @newest_action
    or (action_id > @floor_action and (tx = any(@running::xid8[]) or tx >= @from_tx::xid8)
      and (tx, -action_id) > (@after_tx::xid8, @after_id::bigint))
)
select
  entry.entry, entry.tx, entry.at, entry.type, entry.actor, entry.submission_id, entry.task_id, entry.subject,
  entry.data, pg_current_snapshot() as goal, entry.tx >= pg_snapshot_xmax(pg_current_snapshot()) as is_old
from entry
order by entry.tx, entry.entry;

-- name: add_seal :exec :prepared
insert into seal (
  start, size, at, entries, leaves, frontier, checkpoint, done, goal, after_tx, after_id,
  newest_event, newest_action, server, floor_event, floor_action
)
select
  @start, @size, @at, @entries, @leaves, @frontier, @checkpoint, @done, @goal?, @after_tx?, @after_id?,
  @newest_event, @newest_action, control.id, @floor_event, @floor_action
from pg_control_system() control (version, catalog, id, modified);

-- name: oldest_transaction :one
-- Which transaction of this database has been open longest, as far as this user may see it, prepared ones included;
-- null: none. `sees_all`: those of every user.
-- type transaction: string | null
-- type since: Date | null
-- type sees_all: boolean
with open as (
  select
    coalesce(nullif(application_name, ''), usename::text, '') || ', ' || pid as transaction,
    xact_start as since
  from pg_stat_activity
  where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
    and backend_type is distinct from 'autovacuum worker'
  union all
  select gid, prepared
  from pg_prepared_xacts
  where database = current_database()
)
select
  oldest.transaction, oldest.since,
  pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all
from (select) here
left join (
  select *
  from open
  order by since
  limit 1
) oldest on true;

-- name: kept_steps :many
-- What a task's generation has kept before it was sent.
-- type step: string
select
  task.submission_id, submission_key.wrapped,
  split_part(sent.name, ':', 3) as step, sent.name, sent.content
from task
left join submission_key using (submission_id)
join payload sent
  on sent.submission_id = task.submission_id and sent.kind = 'sent'
  and starts_with(sent.name, task.task_id || ':' || task.generation || ':')
where task.task_id = @task_id
order by sent.name;
