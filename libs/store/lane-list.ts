import type { Database, Row, Sql } from './database.js';
import { noteAction } from './operator.js';

export interface LaneFilter {
  state?: 'open' | 'closed' | undefined;
  adapter?: string | undefined;
  /** An ARS or a prefix of one. */
  region?: string | undefined;
  /** Region prefixes the asker may see; absent: the whole Land. */
  reach?: string[] | undefined;
}

/** A lane and what lies on it. */
export interface LaneView {
  lane: string;
  adapter: string;
  ars: string;
  state: 'open' | 'closed';
  why: string | null;
  reason: string | null;
  /** The parameter to look at. */
  parameter: string | null;
  failures: number;
  closedAt: string | null;
  probeAt: string | null;
  probes: number;
  /** Tasks that are due now or later; counted up to 10 000. */
  waiting: number;
  running: number;
  dead: number;
  /** Acceptance of the oldest that waits. */
  oldest: string | null;
}

const laneStatement = `
with page as (
  select l.* from lane l
  where ($1::text is null or l.lane = $1) and ($2::text is null or l.state = $2) and ($3::text is null or l.adapter = $3) and ($4::text is null or starts_with(l.ars, $4))
    and ($5::text[] is null or exists (select from unnest($5) own where starts_with(l.ars, own)))
    and ($6::text is null or (l.state, l.lane) > ($6, $7))
  order by l.state, l.lane limit $8
)
select page.*, w.waiting, w.oldest,
  (select count(*) from task t where t.lane = page.lane and t.state = 'running') as running,
  (select count(*) from task t where t.lane = page.lane and t.state = 'dead') as dead
from page cross join lateral (
  select count(*) as waiting, min(created_at) as oldest from (select t.created_at from task t where t.lane = page.lane and t.state in ('queued', 'waiting') limit 10000) backlog
) w order by page.state, page.lane`;

export async function readLane(sql: Sql, lane: string): Promise<LaneView | undefined> {
  const { rows } = await sql.query(laneStatement, [lane, null, null, null, null, null, null, 1]);
  return rows[0] && laneView(rows[0]);
}

/** Closed ones first, then by name. `after` is the last lane of the page before. */
export async function listLanes(
  sql: Sql,
  { state, adapter, region, reach }: LaneFilter,
  limit: number,
  after?: Pick<LaneView, 'state' | 'lane'>,
): Promise<{ items: LaneView[]; more: boolean }> {
  const filter = [null, state, adapter, region, reach, after?.state, after?.lane].map((value) => value ?? null);
  const { rows } = await sql.query(laneStatement, [...filter, limit + 1]);
  return { items: rows.slice(0, limit).map(laneView), more: rows.length > limit };
}

function laneView(row: Row): LaneView {
  const { lane, adapter, ars, state, why, reason, parameter, failures, probes, waiting, running, dead } =
    row as LaneView;
  const times = { closedAt: iso(row['closed_at']), probeAt: iso(row['probe_at']), oldest: iso(row['oldest']) };
  return { lane, adapter, ars, state, why, reason, parameter, failures, probes, waiting, running, dead, ...times };
}

/** Has a worker probe the lane now. False when it is not closed. */
export async function probeLaneNow(db: Database, lane: string, actor: string, reason?: string): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const { rowCount } = await sql.query(`update lane set probe_at = $2 where lane = $1 and state = 'closed'`, [
      lane,
      at,
    ]);
    if (rowCount === 1) await noteAction(sql, { at, actor, type: 'lane-probed', subject: lane, reason });
    return rowCount === 1;
  });
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
