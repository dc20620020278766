import { setTimeout as sleep } from 'node:timers/promises';
import { deadlineOf } from '#adapter-host/call.js';
import { versionsOf } from '#adapter-host/load.js';
import { opened } from '#store/contents.js';
import { claimTasks } from '#store/sql/claim.js';
import { laneOf } from '#submission/submission.js';
import type { Ticket } from '#submission/vocabulary.js';
import { targetOf } from './target.js';
import type { Asked, ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/** Milliseconds of a lease for an adapter that this worker does not run. */
const otherLease = 60_000;

/** Milliseconds after which a worker that can hold nothing looks whether it can again. */
const heldAgain = 100;

/** The newest revision of the parameters that a claim has seen, by worker. */
const revisions = new WeakMap<Worker['db'], number>();

/** Takes the task for a new attempt. Undefined: somebody else has it, or there is nothing to do. */
export async function claim(worker: WorkerOnTheWay, ticket: Ticket): Promise<ClaimedTask | undefined> {
  await untilHeld(worker);
  const target = await targetOf(worker, ticket, revisions.get(worker.db)).catch(() => undefined);
  const slots = target && worker.slots.of(laneOf(ticket.adapter, ticket.ars), target.slots);
  return worker.writes.claim({ taskId: ticket.taskId, target: target && { ...target, slots } });
}

/** Who can hold nothing keeps the tickets that it has, and so gets no more: others work on the rest. */
async function untilHeld({ pulse, stop }: Worker): Promise<void> {
  while (pulse && !pulse.hold() && !stop.aborted) await sleep(heldAgain);
}

/**
 * Claims a group; one answer for each, in the order asked. Of a doubled ticket in the group only the first gets the
 * task.
 */
export async function claimGroup(worker: Worker, asked: Asked[]): Promise<(ClaimedTask | undefined)[]> {
  const { db, name, settings, pulse } = worker;
  const hold = pulse?.hold();
  if (pulse && !hold) return asked.map(() => undefined); // the tickets come again
  const unique = [...new Map(asked.map((one) => [one.taskId, one])).values()];
  const claimed = await claimTasks(db, {
    taskIds: unique.map(({ taskId }) => taskId),
    hosts: unique.map(({ target }) => target?.host ?? null),
    ownSlots: unique.map(({ target }) => target?.slots ?? null),
    rates: unique.map(({ target }) => target?.callsPerMinute ?? null),
    now: db.now(),
    slots: settings.LANE_SLOTS,
    hostSlots: settings.HOST_SLOTS,
    leases: leasesOf(worker),
    worker: name,
  });
  for (const { revision } of claimed) revisions.set(db, Math.max(revision, revisions.get(db) ?? 0));
  const mine = new Map(claimed.map((task) => [task.taskId, { ...opened(db, task), ...(hold && { hold }) }]));
  return asked.map(({ taskId }) => {
    const task = mine.get(taskId);
    mine.delete(taskId);
    return task;
  });
}

/**
 * How long an attempt may hold its task, in milliseconds by adapter: the longest deadline of its versions and a grace.
 */
function leasesOf({ adapters, settings }: Worker): Record<string, number> {
  const leases = [...adapters].map(([id, adapter]) => {
    const deadlines = versionsOf(adapter).map((version) => deadlineOf(version, settings.ADAPTER_DEADLINE));
    return [id, Math.max(...deadlines) + settings.LEASE_GRACE];
  });
  return { ...Object.fromEntries(leases), '*': otherLease };
}
