import type { Database, Sql } from './database.js';
import type { LaneWhy } from './rows.js';
import {
  countOpenLanes,
  countOpenTasks,
  longestClosedLanes,
  longestWaitingTask,
  newestMigration,
  ping,
  serverVersion,
  troubledHosts,
} from './sql/condition.js';
import { failingCallbacks } from './sql/inform.js';
import { type BacklogRow, backlog } from './sql/sweep.js';

/** How the backlog is, for `stellwerk doctor`. Times are ISO 8601, UTC. */
export interface Condition {
  serverVersion: string;
  /** Newest applied migration; undefined: none. */
  migration: string | undefined;
  /** Tasks by state; those that have ended well are not counted. */
  tasks: { queued: number; waiting: number; running: number; dead: number };
  lanes: {
    open: number;
    /** Those that have been closed longest. */
    closed: Array<{ lane: string; why: LaneWhy | null; reason: string | null; since: string | null }>;
  };
  /**
   * Hosts that do not answer (lanes closed because of them, for how long), and hosts with all the calls they may have.
   */
  hosts: Array<{ host: string; calls: number; closedLanes: number; seconds: number }>;
  /** Portals that cannot be told their news; `seconds`: age of the oldest. */
  portals: Array<{ client: string; failures: number; reason: string | null; notices: number; seconds: number }>;
  /** The task that has waited longest in an open lane. `seconds`: since it was made, `overdue`: since it was due. */
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

/** Reads only. `hostSlots`: calls that a host may have at once. */
export async function readCondition(db: Database, hostSlots: number): Promise<Condition> {
  const now = db.now();
  const [server, migration, tasks, open, closed, hosts, oldest, portals] = await Promise.all([
    serverVersion(db),
    newestMigration(db),
    countOpenTasks(db),
    countOpenLanes(db),
    longestClosedLanes(db, { most: closedShown }),
    troubledHosts(db, { hostSlots, most: closedShown }),
    longestWaitingTask(db),
    failingCallbacks(db),
  ]);
  const secondsSince = (at: Date) => Math.round((now.getTime() - at.getTime()) / 1000);
  return {
    serverVersion: server?.version ?? '',
    migration: migration?.name,
    tasks: {
      queued: 0,
      waiting: 0,
      running: 0,
      dead: 0,
      ...Object.fromEntries(tasks.map(({ state, count }) => [state, count])),
    },
    lanes: {
      open: open!.count,
      closed: closed.map(({ closedAt, ...lane }) => ({ ...lane, since: closedAt?.toISOString() ?? null })),
    },
    hosts: hosts.map(({ since, ...host }) => ({ ...host, seconds: since ? secondsSince(since) : 0 })),
    portals: portals.map(({ oldest: from, ...portal }) => ({ ...portal, seconds: from ? secondsSince(from) : 0 })),
    oldest: oldest && {
      taskId: oldest.taskId,
      adapter: oldest.adapter,
      ars: oldest.ars,
      createdAt: oldest.createdAt.toISOString(),
      dueAt: oldest.dueAt.toISOString(),
      seconds: secondsSince(oldest.createdAt),
      overdue: Math.max(0, secondsSince(oldest.dueAt)),
    },
  };
}

/** What waits, for metrics. */
export async function readBacklog(db: Database, hostSlots: number): Promise<BacklogRow> {
  return (await backlog(db, { now: db.now(), hostSlots }))!;
}

/** @throws Error where it does not answer */
export async function databaseAnswers(db: Sql): Promise<boolean> {
  return (await ping(db))?.answers ?? false;
}
