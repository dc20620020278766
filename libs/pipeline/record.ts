import { randomUUID } from 'node:crypto';
import { closeMisconfigured, countFailure, forgetFailures } from '#store/lanes.js';
import { type ClaimedTask, type Record_, recordAttempts } from '#store/tasks.js';
import { laneOf } from '#submission/submission.js';
import type { Json } from '#submission/vocabulary.js';
import { grouped } from './group.js';
import { pause, type Verdict } from './verdict.js';
import type { Worker } from './worker.js';

/** What an attempt ran with; goes into its row, so that the delivery can be explained later (P5). */
export interface RanWith {
  adapterVersion: string;
  /** `[{ name, versionId, region, level }]`. */
  parameters: Json;
  /** The same as one text, to see whether they changed since. */
  parameterSet: string;
}

/** Writes a verdict: the task, its attempt, the event, a register's answer, the following task, the lane. Resolves false when the attempt no longer held its task. */
export function recorder(worker: Worker): (task: ClaimedTask, verdict: Verdict, ran: RanWith) => Promise<boolean> {
  const write = grouped(async (records: Record_[]) => {
    const written = await recordAttempts(worker.db, records, worker.db.now());
    return records.map((record) => written.has(record.taskId));
  });
  const succeeded = grouped(async (lanes: string[]) => {
    await forgetFailures(worker.db, [...new Set(lanes)]);
    return lanes;
  });

  return async (task, verdict, ran) => {
    const follow = verdict.state === 'done' ? following(task) : undefined;
    const held = await untilLeaseEnds(worker, task, () => write(asRecord(task, verdict, ran, follow)));
    if (!held) return false;
    if (verdict.lane === 'success') {
      if (task.laneFailures + task.laneProbes > 0) await succeeded(task.lane);
    } else if (verdict.lane !== 'silent') {
      await tellLane(worker, task, verdict, ran);
    }
    worker.relay.wake(follow?.lane ?? task.lane);
    if (follow) worker.relay.wake(task.lane);
    return true;
  };
}

function asRecord(task: ClaimedTask, verdict: Verdict, ran: RanWith, follow: Record_['follow']): Record_ {
  const { state, next, dueAt, retries, doubtAttempt, windowFrom, outcome, reason, externalReference, answer, event } =
    verdict;
  return {
    taskId: task.taskId,
    attempt: task.attempt,
    ...{
      state,
      next,
      dueAt,
      retries,
      doubtAttempt,
      windowFrom,
      outcome,
      reason,
      externalReference,
      answer,
      event,
      follow,
    },
    adapterVersion: ran.adapterVersion,
    parameters: ran.parameters,
    eventData: {
      step: task.steps[task.step]?.title ?? task.stepName,
      adapter: task.adapter,
      attempt: task.attempt,
      ...(reason && { reason }),
      ...(verdict.count && { count: verdict.count }),
    },
  };
}

/** The step after this one, as its task. */
export function following(task: Pick<ClaimedTask, 'steps' | 'step' | 'ars'>): Record_['follow'] {
  const step = task.steps[task.step + 1];
  if (!step) return undefined;
  return {
    taskId: randomUUID(),
    step: task.step + 1,
    stepName: step.name,
    kind: step.kind,
    optional: step.optional,
    adapter: step.adapter,
    lane: laneOf(step.adapter, task.ars),
    next: step.kind === 'register' ? 'lookup' : 'deliver',
  };
}

/** When a closed lane is probed after so many probes: growing pauses, ± jitter. */
export function nextProbe({ db, settings }: Pick<Worker, 'db' | 'settings'>, probes: number): Date {
  const schedule = { pauses: settings.LANE_PROBE_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
  return new Date(db.now().getTime() + pause(schedule, probes));
}

async function tellLane({ db, settings }: Worker, task: ClaimedTask, verdict: Verdict, ran: RanWith): Promise<void> {
  const now = db.now();
  const reason = verdict.reason ?? '';
  const probeAt = nextProbe({ db, settings }, task.laneProbes);
  if (verdict.lane === 'misconfigured') {
    await closeMisconfigured(db, task.lane, {
      parameter: verdict.parameter ?? '',
      reason,
      parameterSet: ran.parameterSet,
      now,
      probeAt,
    });
  } else {
    const busy = verdict.lane === 'busy';
    await countFailure(db, task.lane, {
      why: busy ? 'busy' : 'down',
      reason,
      closes: settings.LANE_CLOSES_AFTER,
      now,
      probeAt: busy ? verdict.dueAt : probeAt,
    });
  }
}

/** The store may be away for a moment: the result is worth trying for until the lease ends. After that the sweeper looks. */
export async function untilLeaseEnds<T>(
  { db, log }: Worker,
  task: ClaimedTask,
  work: () => Promise<T>,
): Promise<T | false> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (db.now().getTime() + 1000 > task.leaseUntil.getTime()) throw error;
      log('recording failed, trying again', { taskId: task.taskId, submissionId: task.submissionId, error });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
