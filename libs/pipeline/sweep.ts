import { findableWithinOf } from '#adapter-host/call.js';
import { majorOf, versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { dropOldKeys } from '#store/submissions.js';
import { type ExpiredTask, expiredTasks, recordAttempts, wakeMissing } from '#store/tasks.js';
import { sweepLanes } from './lane.js';
import type { Worker } from './worker.js';

/** Claims in a row without a record after which a task is poison. */
const poisonous = 5;

/** Every second: leases that ended without a record, closed lanes, tasks whose parameter came, keys past their days; every hour: the access log's months. No turn waits for the one before: a probe may hang. */
export function startSweep(worker: Worker): { close(): Promise<void> } {
  const sweeps = [sweepLeases, sweepLanes, parameterSweep(), sweepKeys, accessLogSweep()];
  const running = new Set<Promise<unknown>>();
  const turn = () => {
    for (const sweep of sweeps) {
      const one = sweep(worker)
        .catch((error) => worker.log(`${sweep.name} failed`, { error }))
        .finally(() => running.delete(one));
      running.add(one);
    }
  };
  turn();
  const timer = setInterval(turn, 1000);
  return {
    async close() {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

/** A worker died, or hung beyond its lease: decide from what is durable whether anything may have been sent. */
export async function sweepLeases(worker: Worker): Promise<number> {
  const now = worker.db.now();
  const expired = await expiredTasks(worker.db, now, 100);
  const records = expired.map((task) => ({ task, ...afterLease(task, ranAdapter(worker, task), now) }));
  await recordAttempts(
    worker.db,
    records.map(({ task, ...verdict }) => ({
      taskId: task.taskId,
      attempt: task.attempt,
      retries: task.retries,
      windowFrom: task.windowFrom ?? undefined,
      adapterVersion: task.adapterVersion ?? '',
      parameters: task.parameters,
      eventData: { attempt: task.attempt, reason: verdict.reason },
      ...verdict,
    })),
    now,
    true,
  );
  for (const { task } of records) worker.relay.wake(task.lane);
  return records.length;
}

/** The version that the attempt ran with, as far as it is still there. */
function ranAdapter({ adapters }: Worker, { adapter, adapterVersion }: ExpiredTask): Adapter | undefined {
  const family = adapters.get(adapter);
  return family && ((adapterVersion && versionOf(family, majorOf({ version: adapterVersion }))) || family);
}

function afterLease(task: ExpiredTask, adapter: Adapter | undefined, now: Date) {
  const doubtAttempt = task.doubtAttempt ?? undefined;
  if (task.unrecorded >= poisonous) {
    const outcome = task.sent && task.next !== 'status' ? 'unknown' : 'poison';
    return {
      state: 'dead',
      next: task.next,
      dueAt: now,
      doubtAttempt,
      outcome,
      reason: `${poisonous} Versuche endeten ohne Ergebnis.`,
      event: 'dead',
    } as const;
  }
  if (task.next === 'status')
    return { state: 'queued', next: 'status', dueAt: now, outcome: 'lost', reason: 'Die Nachfrage brach ab.' } as const;
  if (task.next !== 'deliver' || !task.sent) {
    return {
      state: 'queued',
      next: task.next,
      dueAt: now,
      doubtAttempt,
      outcome: 'lost',
      reason: 'Der Versuch brach ab, bevor etwas gesendet war.',
      event: 'later',
    } as const;
  }
  const reason = 'Der Versuch brach ab; ob etwas angekommen ist, ist unklar.';
  if (adapter && !adapter.manifest.capabilities.find) {
    return {
      state: 'dead',
      next: 'deliver',
      dueAt: now,
      doubtAttempt: task.attempt,
      outcome: 'unknown',
      reason,
      event: 'unknown',
    } as const;
  }
  const dueAt = new Date(now.getTime() + (adapter ? findableWithinOf(adapter) : 0));
  return {
    state: 'waiting',
    next: 'find',
    dueAt,
    doubtAttempt: task.attempt,
    outcome: 'unknown',
    reason,
    event: 'unknown',
  } as const;
}

/** Remembers which parameters it has seen; its first turn sees them all. */
export function parameterSweep() {
  let seen = '0';
  return async function sweepParameters({ db, relay }: Worker): Promise<void> {
    const woken = await wakeMissing(db, seen, db.now());
    seen = woken.seen;
    for (const lane of woken.lanes) relay.wake(lane);
  };
}

async function sweepKeys(worker: Worker): Promise<void> {
  await dropOldKeys(worker.db, new Date(worker.db.now().getTime() - worker.settings.IDEMPOTENCY_DAYS * 86_400_000));
}

function accessLogSweep() {
  let next = 0;
  return async function sweepAccessLog({ db, accessLog, log }: Worker): Promise<void> {
    if (db.now().getTime() < next) return;
    next = db.now().getTime() + 3_600_000;
    const entries = await accessLog.sweep();
    if (entries > 0) log('access log entries forgotten after two years', { entries });
  };
}
