import { findableWithinOf } from '#adapter-host/call.js';
import { majorOf, versionOf, versionsOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import type { AttemptRecord } from '#store/rows.js';
import { forgetIdempotencyKeys } from '#store/sql/accept.js';
import { recordAttempts } from '#store/sql/record.js';
import { type ExpiredTasksRow, expiredTasks, holdExpired, wakeMissing } from '#store/sql/sweep.js';
import { forgetDead, forgetWorkers } from '#store/sql/worker.js';
import { inBatches } from './batches.js';
import { departuresFolder, sweepAway } from './departures.js';
import { type Gone, watchWorkers } from './gone.js';
import { hostSweep } from './host.js';
import { pause } from './judge.js';
import { openCorrectedLanes, probeLanes } from './lane.js';
import { causeOfDeath } from './record.js';
import { sentBy } from './run.js';
import { texts } from './texts.js';
import { WakeLoop } from './wake-loop.js';
import type { Worker } from './worker.js';

/** Claims in a row without a record after which a task is poison. */
const poisonous = 5;
/** Milliseconds until what an adapter has sent that is not installed here is looked for. */
const unknownFindable = 600_000;
/** Milliseconds between two looks. */
const everySecond = 1_000;
const everyHour = 3_600_000;
const day = 86_400_000;
/** Tasks that one look records. */
const leasesPerLook = 100;

/**
 * Looks after what nobody else does: tasks of workers that are gone, leases that ended without a record, closed lanes,
 * tasks whose parameter came, idempotency keys past their days, the access log's months. Each is a loop of its own, so
 * that none waits for another.
 */
export function startSweep(worker: Worker): { close(): Promise<void> } {
  const probes = new Set<Promise<unknown>>();
  const sweepParameters = parameterSweep();
  const sweepHosts = hostSweep();
  const watch = watchWorkers(worker);
  const chores = [
    chore('sweepLeases', everySecond, async () => sweepAll(worker, await watch())),
    chore('openCorrectedLanes', everySecond, () => openCorrectedLanes(worker)),
    chore('probeLanes', everySecond, async () => lookAtLanes()),
    chore('sweepHosts', everySecond, () => sweepHosts(worker)),
    chore('sweepParameters', everySecond, () => sweepParameters(worker)),
    chore('sweepKeys', everySecond, () => sweepKeys(worker)),
    chore('sweepAccessLog', everyHour, () => sweepAccessLog(worker)),
    chore('sweepWorkers', everyHour, () => sweepWorkers(worker)),
  ];

  function chore(name: string, pause: number, sweep: () => Promise<unknown>): WakeLoop {
    const failed = (error: unknown) => {
      worker.log(`${name} failed`, { error });
      return everySecond;
    };
    return new WakeLoop(() => sweep().then(() => pause), failed);
  }

  /** Nobody waits for a probe: it may hang, and other lanes could open meanwhile. */
  function lookAtLanes(): void {
    const probing = probeLanes(worker)
      .catch((error) => worker.log('probeLanes failed', { error }))
      .finally(() => probes.delete(probing));
    probes.add(probing);
  }

  return {
    async close() {
      await Promise.all(chores.map((loop) => loop.close()));
      await Promise.all(probes);
    },
  };
}

async function sweepAll(worker: Worker, gone: Gone): Promise<void> {
  while ((await sweepLeases(worker, gone)) === leasesPerLook);
  if (gone.dead.length === 0) return;
  for (const { worker: name } of await forgetDead(worker.db, { workers: gone.dead }))
    sweepAway(departuresFolder(worker.settings), name);
}

/**
 * A worker died, or hung beyond its lease: decides from what is durable whether anything may have been sent, under
 * locks, so that nothing is kept for sending meanwhile. Answers how many tasks it recorded.
 */
export async function sweepLeases(worker: Worker, gone = nobody): Promise<number> {
  const { db, relay } = worker;
  const now = db.now();
  const asked = { ...gone, now, findable: findableOf(worker), most: leasesPerLook };
  const seen = await expiredTasks(db, asked);
  if (seen.length === 0) return 0;
  const expired = await db.transaction(async (sql) => {
    const held = await holdExpired(sql, { taskIds: seen.map(({ taskId }) => taskId) });
    const expired = await expiredTasks(sql, { ...asked, taskIds: held.map(({ taskId }) => taskId) });
    const records: AttemptRecord[] = [];
    for (const task of expired) {
      const sent = task.sent ? await sentBy(worker, sql, task.taskId) : undefined;
      records.push(lostRecord(task, ranAdapter(worker, task), now, sent, againAt(worker, task, now)));
    }
    await recordAttempts(sql, { records, now, lost: true });
    return expired;
  });
  for (const { lane } of expired) relay.wake(lane);
  return expired.length;
}

const nobody: Gone = { workers: [], beats: [], dead: [], departed: [] };

const installedOf = ({ installed, adapters }: Worker) => installed ?? adapters;

/** The adapters that have `find`, in every version. */
const findableOf = (worker: Worker) =>
  [...installedOf(worker)]
    .filter(([, one]) => versionsOf(one).every(({ manifest }) => manifest.capabilities.find))
    .map(([id]) => id);

/** The version that the attempt ran with, as far as it is still there. */
function ranAdapter(worker: Worker, { adapter, adapterVersion }: ExpiredTasksRow): Adapter | undefined {
  const family = installedOf(worker).get(adapter);
  const ran = family && adapterVersion ? versionOf(family, majorOf({ version: adapterVersion })) : undefined;
  return ran ?? family;
}

/** At once; what was lost before comes at growing pauses, so that a worker that keeps dying kills no task with it. */
function againAt({ settings }: Worker, { unrecorded }: ExpiredTasksRow, now: Date): Date {
  const schedule = { pauses: settings.RETRY_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
  return new Date(now.getTime() + (unrecorded < 2 ? 0 : pause(schedule, unrecorded - 2)));
}

type Lost = Pick<AttemptRecord, 'state' | 'next' | 'outcome' | 'event'> & Partial<AttemptRecord> & { reason: string };

function lostRecord(
  task: ExpiredTasksRow,
  adapter: Adapter | undefined,
  now: Date,
  sent: Record<string, string> | undefined,
  dueAt: Date,
): AttemptRecord {
  const lost = afterLease(task, adapter, now);
  return {
    taskId: task.taskId,
    attempt: task.attempt,
    retries: task.retries,
    dueAt,
    windowFrom: task.windowFrom ?? undefined,
    adapterVersion: task.adapterVersion ?? '',
    parameters: task.parameters ?? [],
    eventData: { attempt: task.attempt, reason: lost.reason, ...(sent && { sent }) },
    ...lost,
    ...causeOfDeath(task.adapter, lost),
  };
}

function afterLease(task: ExpiredTasksRow, adapter: Adapter | undefined, now: Date): Lost {
  const doubtAttempt = task.doubtAttempt ?? undefined;
  if (task.unrecorded >= poisonous) {
    const outcome = task.sent && task.next !== 'status' ? 'unknown' : 'poison';
    return { state: 'dead', next: task.next, doubtAttempt, outcome, reason: texts.poison(poisonous), event: 'dead' };
  }
  if (task.next === 'status')
    return { state: 'queued', next: 'status', outcome: 'lost', reason: texts.pollLost, event: undefined };
  if (task.next !== 'deliver' || !task.sent) {
    const reason = texts.lostBeforeSending;
    return { state: 'queued', next: task.next, doubtAttempt, outcome: 'lost', reason, event: 'later' };
  }
  const inDoubt = { doubtAttempt: task.attempt, outcome: 'unknown', reason: texts.lostAfterSending } as const;
  if (adapter && !adapter.manifest.capabilities.find)
    return { state: 'dead', next: 'deliver', ...inDoubt, event: 'unknown' };
  // until its lease ends, a worker that only looks dead, and its target, may be at it
  const ended = Math.max(now.getTime(), task.leaseUntil.getTime());
  const dueAt = new Date(ended + (adapter ? findableWithinOf(adapter) : unknownFindable));
  return { state: 'waiting', next: 'find', dueAt, ...inDoubt, event: 'unknown' };
}

/** Makes a sweep that remembers which parameters it has seen. Its first look sees them all. */
export function parameterSweep(): (worker: Pick<Worker, 'db' | 'relay'>) => Promise<void> {
  let seen = 0;
  return async ({ db, relay }) => {
    const now = db.now();
    let newest = seen;
    await inBatches(async (most) => {
      const woken = (await wakeMissing(db, { seen, now, most }))!;
      newest = woken.seen;
      for (const lane of woken.lanes ?? []) relay.wake(lane);
      return woken.tasks;
    });
    seen = newest;
  };
}

async function sweepKeys({ db, settings }: Worker): Promise<void> {
  const before = new Date(db.now().getTime() - settings.IDEMPOTENCY_DAYS * day);
  await inBatches((most) => forgetIdempotencyKeys(db, { before, most }));
}

async function sweepWorkers({ db }: Worker): Promise<void> {
  await forgetWorkers(db, { before: new Date(db.now().getTime() - day) });
}

async function sweepAccessLog({ accessLog, log }: Worker): Promise<void> {
  const entries = await accessLog.sweep();
  if (entries > 0) log('access log entries forgotten after two years', { entries });
}
