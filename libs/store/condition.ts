import type { Database, Sql } from './database.js';
import type { LaneWhy } from './rows.js';
import { unsealed } from './seals.js';
import {
  countLanes,
  countOpenTasks,
  longestClosedLanes,
  mostUrgentTask,
  newestMigration,
  owningLogin,
  ping,
  serverVersion,
  troubledHosts,
  waitingBecause,
} from './sql/condition.js';
import { failingCallbacks } from './sql/inform.js';
import { pendingInShort } from './sql/pending.js';
import { lastSeal, oldestTransaction } from './sql/seal.js';
import { type BacklogRow, backlog } from './sql/sweep.js';
import { texts } from './texts.js';

/**
 * How the backlog is, for `stellwerk doctor`. Times are ISO 8601, UTC. Whatever is counted is counted up to
 * {@link countedUpTo}, so that the question costs the same however much waits.
 */
export interface Condition {
  serverVersion: string;
  /** Newest applied migration; undefined: none. */
  migration: string | undefined;
  /** Tasks by state; those that have ended well are not counted. */
  tasks: { queued: number; waiting: number; running: number; dead: number };
  lanes: {
    open: number;
    closedCount: number;
    /** Those that have been closed longest. */
    closed: Array<{ lane: string; why: LaneWhy | null; reason: string | null; since: string | null }>;
  };
  /**
   * Hosts that do not answer (lanes closed because of them, for how long), and hosts with all the calls they may have.
   */
  hosts: Array<{ host: string; calls: number; closedLanes: number; seconds: number }>;
  /** Portals that cannot be told their news; `seconds`: age of the oldest. */
  portals: Array<{ client: string; failures: number; reason: string | null; notices: number; seconds: number }>;
  evidence: Evidence;
  /** Tasks that wait because a key of the operator is missing. */
  keyless: number;
  /**
   * Answers that are awaited, and the one that has been longest: `seconds` since anything new came. Undefined: none is.
   */
  pending?: { count: number; adapter: string; ars: string; since: string; seconds: number } | undefined;
  /**
   * The task in an open lane that has been due longest, or will be due first; no poll. `seconds`: since it was made,
   * `overdue`: since it was due.
   */
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

/** How the evidence log is. Seconds. */
export interface Evidence {
  /** Entries, and since when; undefined: nothing is sealed yet. */
  sealed?: { size: number; seconds: number } | undefined;
  /** Age of the oldest entry that is committed and not sealed; 0: there is none. */
  lag: number;
  /** Transaction that has been open longest, as far as this user sees it: application and process, and since when. */
  transaction?: { name: string; seconds: number } | undefined;
  /** Whether transactions of other users are seen. */
  seesAll: boolean;
}

const closedShown = 50;
export const countedUpTo = 10_000;

/** Reads only. `hostSlots`: calls that a host may have at once. */
export async function readCondition(db: Database, hostSlots: number): Promise<Condition> {
  const now = db.now();
  const most = countedUpTo;
  const [server, migration, tasks, lanes, closed, hosts, urgent, portals, pending, evidence, keyless] =
    await Promise.all([
      serverVersion(db),
      newestMigration(db),
      countOpenTasks(db, { most }),
      countLanes(db, { most }),
      longestClosedLanes(db, { most: closedShown }),
      troubledHosts(db, { hostSlots, most: closedShown }),
      mostUrgentTask(db),
      failingCallbacks(db, { most }),
      pendingInShort(db, { most }),
      readEvidence(db),
      waitingBecause(db, { reason: texts.unreadable['master-key'], most }),
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
      open: lanes!.open,
      closedCount: lanes!.closed,
      closed: closed.map(({ closedAt, ...lane }) => ({ ...lane, since: closedAt?.toISOString() ?? null })),
    },
    hosts: hosts.map(({ since, ...host }) => ({ ...host, seconds: since ? secondsSince(since) : 0 })),
    portals: portals.map(({ oldest: from, ...portal }) => ({ ...portal, seconds: from ? secondsSince(from) : 0 })),
    evidence,
    keyless: keyless!.count,
    pending: pending && {
      count: pending.count,
      adapter: pending.adapter,
      ars: pending.ars,
      since: pending.pendingSince.toISOString(),
      seconds: secondsSince(pending.pendingSince),
    },
    oldest: urgent && {
      taskId: urgent.taskId,
      adapter: urgent.adapter,
      ars: urgent.ars,
      createdAt: urgent.createdAt.toISOString(),
      dueAt: urgent.dueAt.toISOString(),
      seconds: secondsSince(urgent.createdAt),
      overdue: Math.max(0, secondsSince(urgent.dueAt)),
    },
  };
}

/** Who logs in here, where that user could change the tables; applications need not. */
export async function readOwner(db: Sql): Promise<string | undefined> {
  return (await owningLogin(db))?.login ?? undefined;
}

/** What waits, for metrics; each count up to {@link countedUpTo}. */
export async function readBacklog(db: Database, hostSlots: number): Promise<BacklogRow & { evidence: Evidence }> {
  const [waiting, evidence] = await Promise.all([
    backlog(db, { now: db.now(), most: countedUpTo, hostSlots }),
    readEvidence(db),
  ]);
  return { ...waiting!, evidence };
}

export async function readEvidence(db: Database): Promise<Evidence> {
  const [last, open] = await Promise.all([lastSeal(db), oldestTransaction(db)]);
  const [oldest] = (await unsealed(db, last, 1)).entries;
  const since = (at: Date) => Math.max(0, (db.now().getTime() - at.getTime()) / 1000);
  return {
    sealed: last && { size: last.size, seconds: since(last.at) },
    lag: oldest ? since(oldest.at) : 0,
    transaction: open?.since ? { name: open.transaction!, seconds: since(open.since) } : undefined,
    seesAll: open?.seesAll ?? true,
  };
}

/** @throws Error where it does not answer */
export async function databaseAnswers(db: Sql): Promise<boolean> {
  return (await ping(db))?.answers ?? false;
}
