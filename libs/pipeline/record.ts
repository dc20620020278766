import { randomUUID } from 'node:crypto';
import { forgetFailures } from '#store/lanes.js';
import { type ClaimedTask, type Record_, recordAttempts } from '#store/tasks.js';
import { laneOf } from '#submission/submission.js';
import { grouped } from './grouped.js';
import type { Verdict } from './judge.js';
import { tellLane } from './lane.js';
import { untilLeaseEnds } from './lease.js';
import type { RanWith } from './ran-with.js';
import type { Worker } from './worker.js';

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
