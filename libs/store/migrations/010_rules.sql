-- Up Migration

-- Rules that several statements share, each written once. PostgreSQL puts them in place of their call, so they cost
-- nothing and use the indexes.

-- Something may have been sent and no answer is recorded: only looking, or a person, can say whether it arrived.
create function in_doubt(task task) returns boolean language sql immutable as $$
  select task.kind = 'fachverfahren'
    and (task.outcome is not distinct from 'unknown' or task.doubt_attempt is not null or task.next = 'find')
$$;

-- Does a dead letter fit a filter? Null fits all. region: an ARS or a prefix of one; reach: prefixes that the asker
-- may see.
create function dead_letter_fits(
  task task, adapter text, leistung text, region text, outcome text, reason text,
  died_before timestamptz, died_after timestamptz, reach text[]
) returns boolean language sql immutable as $$
  select ($2 is null or task.adapter = $2)
    and ($3 is null or task.leistung = $3)
    and ($4 is null or starts_with(task.ars, $4))
    and ($5 is null or task.outcome = $5)
    and ($6 is null or task.reason = $6)
    and ($7 is null or task.finished_at < $7)
    and ($8 is null or task.finished_at > $8)
    and ($9 is null or task.ars ^@ any($9))
$$;

-- What a bulk replay's item has become, by what its task says now.
create function replay_item_state(item replay_item, task task) returns text language sql immutable as $$
  select case
    when item.state <> 'replayed' then item.state
    when task.state = 'done' then 'processed'
    when task.state = 'dead' then 'failed-again'
    when task.state = 'discarded' then 'discarded'
    else 'under-way'
  end
$$;
