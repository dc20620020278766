import type { Sql } from './database.js';

export interface Lane {
  lane: string;
  adapter: string;
  ars: string;
  why: 'down' | 'busy' | 'misconfigured' | 'operator';
  parameterSet: string | null;
  probes: number;
  /** A waiting task's Leistung: which parameters the probe resolves. */
  leistung: string | null;
}

/** Something failed on this lane: counts, and closes it when `closes` failures came in a row. */
export async function countFailure(
  db: Sql,
  lane: string,
  failure: { why: 'down' | 'busy'; reason: string; closes: number; now: Date; probeAt: Date },
): Promise<void> {
  await db.query(
    `update lane set failures = failures + 1,
       state = case when failures + 1 >= $2 then 'closed' else state end,
       why = case when failures + 1 >= $2 then $3 else why end, reason = case when failures + 1 >= $2 then $4 else reason end,
       closed_at = case when failures + 1 >= $2 then $5 else closed_at end, probe_at = case when failures + 1 >= $2 then $6 else probe_at end,
       parameter = null, parameter_set = null
     where lane = $1 and state = 'open'`,
    [lane, failure.closes, failure.why, failure.reason, failure.now, failure.probeAt],
  );
}

export async function closeMisconfigured(
  db: Sql,
  lane: string,
  failure: { parameter: string; reason: string; parameterSet: string; now: Date; probeAt: Date },
): Promise<void> {
  await db.query(
    `update lane set state = 'closed', why = 'misconfigured', reason = $2, parameter = $3, parameter_set = $4, closed_at = $5, probe_at = $6, failures = failures + 1
     where lane = $1 and state = 'open'`,
    [lane, failure.reason, failure.parameter, failure.parameterSet, failure.now, failure.probeAt],
  );
}

/** Forgets failures after a success. */
export async function forgetFailures(db: Sql, lanes: string[]): Promise<void> {
  await db.query(
    `update lane set failures = 0, probes = 0 where lane = any($1) and state = 'open' and (failures > 0 or probes > 0)`,
    [lanes],
    'forget-failures',
  );
}

/** Closed lanes of these adapters: due for a probe, or misconfigured (their parameters may have changed). */
export async function closedLanes(db: Sql, adapters: string[], now: Date): Promise<(Lane & { due: boolean })[]> {
  const { rows } = await db.query(
    `select l.*, l.probe_at <= $2 as due,
       (select t.leistung from task t where t.lane = l.lane and t.state in ('queued', 'waiting') order by t.due_at limit 1) as leistung
     from lane l where l.state = 'closed' and l.adapter = any($1) and (l.probe_at <= $2 or l.why = 'misconfigured') order by l.probe_at limit 100`,
    [adapters, now],
  );
  return rows.map((row) => ({
    lane: row['lane'],
    adapter: row['adapter'],
    ars: row['ars'],
    why: row['why'],
    parameterSet: row['parameter_set'],
    probes: row['probes'],
    leistung: row['leistung'],
    due: row['due'],
  }));
}

/** Takes the right to probe: of several workers one gets it. */
export async function takeProbe(db: Sql, lane: Lane, now: Date, again: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update lane set probe_at = $4, probes = probes + 1 where lane = $1 and state = 'closed' and probes = $2 and probe_at <= $3`,
    [lane.lane, lane.probes, now, again],
  );
  return rowCount === 1;
}

/** Why a probe failed, for people, and when the next one is due. */
export async function noteProbe(
  db: Sql,
  lane: string,
  { reason, parameter, next }: { reason: string; parameter: string | null; next: Date },
): Promise<void> {
  await db.query(
    `update lane set reason = $2, parameter = coalesce($3, parameter), probe_at = $4 where lane = $1 and state = 'closed'`,
    [lane, reason, parameter, next],
  );
}

/** Opens the lane: what waits there is due now, and the closed time does not count against retry windows. */
export async function openLane(db: Sql, lane: string, now: Date): Promise<void> {
  await db.query(
    `with o as (
       update lane set state = 'open', why = null, reason = null, parameter = null, parameter_set = null, probe_at = null, closed_at = null, failures = 0,
         closed_ms = closed_ms + greatest(0, extract(epoch from $2 - closed_at) * 1000)::bigint
       where lane = $1 and state = 'closed' returning lane)
     update task t set due_at = $2 from o where t.lane = o.lane and t.state = 'waiting' and t.due_at > $2
       and t.next <> 'status' and not (t.next = 'find' and t.retries = 0)`,
    [lane, now],
  );
}
