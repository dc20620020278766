import type { AttemptRecord, FollowingTask } from '#store/rows.js';
import { recordAttempts } from '#store/sql/record.js';
import { causeOf } from '#submission/cause.js';
import { newId } from '#submission/id.js';
import { laneOf, type PlannedStep } from '#submission/submission.js';
import type { Verdict } from './judge.js';
import { noteOnLane } from './lane.js';
import { untilLeaseEnds } from './lease.js';
import { municipalityOf } from './question.js';
import type { RanWith } from './ran-with.js';
import { texts } from './texts.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/**
 * Writes a verdict: the task, its attempt, the event, a register's answer, the following task, the lane. Where the
 * attempt no longer held its task, nothing is written.
 */
export async function record(worker: WorkerOnTheWay, task: ClaimedTask, verdict: Verdict, ran: RanWith): Promise<void> {
  const follow = verdict.state === 'done' ? following(task) : undefined;
  const isHeld = await untilLeaseEnds(worker, task, () => worker.writes.record(recordOf(task, verdict, ran, follow)));
  if (!isHeld) return;
  await noteOnLane(worker, task, verdict, ran);
  worker.relay.wake(task.lane);
  if (follow) worker.relay.wake(follow.lane);
}

/** Writes a group; one answer for each, in the order asked: did the attempt still hold its task? */
export async function recordGroup({ db }: Worker, records: AttemptRecord[]): Promise<boolean[]> {
  const written = await recordAttempts(db, { records, now: db.now(), lost: false });
  const held = new Set(written.map(({ taskId }) => taskId));
  return records.map(({ taskId }) => held.has(taskId));
}

function recordOf(
  task: ClaimedTask,
  { lane, count, parameter, ...verdict }: Verdict,
  { adapterVersion, parameters, sent }: RanWith,
  follow: FollowingTask | undefined,
): AttemptRecord {
  return {
    ...verdict,
    ...causeOfDeath(task.adapter, verdict),
    taskId: task.taskId,
    attempt: task.attempt,
    adapterVersion,
    parameters,
    follow,
    eventData: {
      step: task.steps[task.step]?.title ?? task.stepName,
      adapter: task.adapter,
      attempt: task.attempt,
      ...(verdict.reason && { reason: told(verdict.reason, parameter, task) }),
      ...(count && { count }),
      ...(sent && { sent }),
    },
  };
}

/** What is to be recorded of a task that is dead now. */
export function causeOfDeath(
  adapter: string,
  { state, outcome, reason }: Pick<AttemptRecord, 'state' | 'outcome' | 'reason'>,
): { cause?: string } {
  return state === 'dead' ? { cause: causeOf({ adapter, outcome, reason: reason ?? null }) } : {};
}

/** A reason for people who do not see the lane: which parameter, and whose. */
const told = (reason: string, parameter: string | undefined, task: ClaimedTask) =>
  parameter === undefined ? reason : texts.aboutParameter(parameter, municipalityOf(task), reason);

/** The task of the step after this one; undefined after the last. */
export function following(task: { steps: PlannedStep[]; step: number; ars: string }): FollowingTask | undefined {
  const step = task.steps[task.step + 1];
  if (!step) return undefined;
  return {
    taskId: newId(),
    step: task.step + 1,
    stepName: step.name,
    kind: step.kind,
    optional: step.optional,
    adapter: step.adapter,
    lane: laneOf(step.adapter, task.ars),
    next: step.kind === 'register' ? 'lookup' : 'deliver',
  };
}
