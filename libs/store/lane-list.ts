import { noteAction } from './actions.js';
import type { Database, Sql } from './database.js';
import { type ListLanesRow, listLanes as listRows, probeLaneNow as probeNow } from './sql/lane.js';

export interface LaneFilter {
  state?: 'open' | 'closed' | undefined;
  adapter?: string | undefined;
  /** An ARS or a prefix of one. */
  region?: string | undefined;
  /** Region prefixes the asker may see; absent: the whole Land. */
  reach?: string[] | undefined;
}

/** A lane and what lies on it. Times are ISO 8601, UTC. */
export interface LaneView extends Omit<ListLanesRow, 'closedAt' | 'probeAt' | 'oldest'> {
  closedAt: string | null;
  probeAt: string | null;
  /** Acceptance of the oldest that waits. */
  oldest: string | null;
}

export async function readLane(sql: Sql, lane: string): Promise<LaneView | undefined> {
  const [row] = await listRows(sql, { lane, most: 1 });
  return row && viewOf(row);
}

/** Closed ones first, then by name. `after` is the last lane of the page before. */
export async function listLanes(
  sql: Sql,
  filter: LaneFilter,
  limit: number,
  after?: Pick<LaneView, 'state' | 'lane'>,
): Promise<{ items: LaneView[]; more: boolean }> {
  const rows = await listRows(sql, { ...filter, afterState: after?.state, afterLane: after?.lane, most: limit + 1 });
  return { items: rows.slice(0, limit).map(viewOf), more: rows.length > limit };
}

function viewOf({ closedAt, probeAt, oldest, ...lane }: ListLanesRow): LaneView {
  return {
    ...lane,
    closedAt: closedAt?.toISOString() ?? null,
    probeAt: probeAt?.toISOString() ?? null,
    oldest: oldest?.toISOString() ?? null,
  };
}

/** Has a worker probe the lane now. False when it is not closed. */
export async function probeLaneNow(db: Database, lane: string, actor: string, reason?: string): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const isClosed = (await probeNow(sql, { lane, now: at })) === 1;
    if (isClosed) await noteAction(sql, { at, actor, type: 'lane-probed', subject: lane, reason });
    return isClosed;
  });
}
