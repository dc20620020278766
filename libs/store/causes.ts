import type pg from 'pg';
import { causeOf, type Death } from '#submission/cause.js';

/** Dead letters that are looked at together. */
const batch = 2_000;

/**
 * Gives dead letters their cause that died before there were causes: the part of the migration that SQL cannot do.
 * Where all have one, it changes nothing.
 */
export async function fillCauses(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows: dead } = await client.query<Death & { task_id: string }>(reading, [batch]);
    if (dead.length === 0) return;
    await client.query(writing, [dead.map(({ task_id }) => task_id), dead.map(causeOf)]);
  }
}

/** In the order of the index of dead letters, so that nothing else is read. */
const reading = `
  select task_id, adapter, outcome, reason
  from task
  where state = 'dead' and cause is null
  order by finished_at desc, task_id
  limit $1`;

/** Who was brought back meanwhile needs no cause any more. */
const writing = `
  with held as materialized (
    select task_id
    from task
    where task_id = any($1::uuid[]) and state = 'dead' and cause is null
    order by task_id
    for no key update
  )
  update task
  set cause = given.cause
  from held
  join unnest($1::uuid[], $2::text[]) given (task_id, cause) using (task_id)
  where task.task_id = held.task_id`;
