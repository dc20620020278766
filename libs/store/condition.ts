import { failingCallbacks } from './callbacks.js';
import type { Database } from './database.js';

/** How the backlog is, for `stellwerk doctor`. */
export interface Condition {
  serverVersion: string;
  /** Newest applied migration. */
  migration: string;
  /** Tasks by state; those that are done are not counted. */
  tasks: { queued: number; waiting: number; running: number; dead: number };
  lanes: {
    open: number;
    closed: Array<{ lane: string; why: string | null; reason: string | null; since: string | null }>;
  };
  /** Portals that cannot be told their news; `seconds`: age of the oldest. */
  portals: Array<{ client: string; failures: number; reason: string | null; notices: number; seconds: number }>;
  /** The task that has waited longest in an open lane. */
  oldest?:
    | {
        taskId: string;
        adapter: string;
        ars: string;
        createdAt: string;
        dueAt: string;
        seconds: number;
        overdue: number;
      }
    | undefined;
}

const closedShown = 50;

/** Reads only. */
export async function readCondition(db: Database): Promise<Condition> {
  const now = db.now();
  const [server, migration, tasks, open, closed, oldest, portals] = await Promise.all([
    db.query(`select current_setting('server_version') as version`),
    db.query('select name from migration order by run_on desc, id desc limit 1'),
    db.query(
      `select state, count(*) as n from task where state in ('queued', 'waiting', 'running', 'dead') group by state`,
    ),
    db.query(`select count(*) as n from lane where state = 'open'`),
    db.query(`select lane, why, reason, closed_at from lane where state = 'closed' order by closed_at limit $1`, [
      closedShown,
    ]),
    db.query(
      `select t.task_id, t.adapter, t.ars, t.created_at, t.due_at from task t left join lane l using (lane)
       where t.state in ('queued', 'waiting') and coalesce(l.state, 'open') = 'open' order by t.created_at limit 1`,
    ),
    failingCallbacks(db),
  ]);
  const first = oldest.rows[0];
  const since = (at: Date) => Math.round((now.getTime() - at.getTime()) / 1000);
  return {
    serverVersion: server.rows[0]!['version'],
    migration: migration.rows[0]?.['name'] ?? 'keine',
    tasks: {
      queued: 0,
      waiting: 0,
      running: 0,
      dead: 0,
      ...Object.fromEntries(tasks.rows.map((row) => [row['state'], row['n']])),
    },
    lanes: {
      open: open.rows[0]!['n'],
      closed: closed.rows.map(({ lane, why, reason, closed_at: at }) => ({
        lane,
        why,
        reason,
        since: at?.toISOString() ?? null,
      })),
    },
    portals: portals.map(({ oldest: from, ...portal }) => ({ ...portal, seconds: from ? since(from) : 0 })),
    oldest: first && {
      taskId: first['task_id'],
      adapter: first['adapter'],
      ars: first['ars'],
      createdAt: first['created_at'].toISOString(),
      dueAt: first['due_at'].toISOString(),
      seconds: since(first['created_at']),
      overdue: Math.max(0, since(first['due_at'])),
    },
  };
}
