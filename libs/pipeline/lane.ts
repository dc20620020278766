/*
 * Three failures in a row close a lane, a wrong setting closes it at once.
 *
 * A lane is one adapter for one municipality: what opens and closes together.
 * - Closes, `down`: LANE_CLOSES_AFTER calls in a row failed (three, unless the settings say otherwise). `busy`: as many
 *   asked to come later.
 * - Closes, `misconfigured`: one call found a parameter that does not fit. `operator`: a person closed it.
 * - Opens by itself, when the adapter's `check` succeeds, tried at the growing pauses of LANE_PROBE_PAUSES; a
 *   misconfigured one also as soon as its effective parameters change.
 * - Closes, `host`: its host leaves several lanes without an answer, see `host.ts`.
 * - While it is closed, its tasks wait in PostgreSQL, and the time does not count against their retry windows. Optional
 *   lookups pass it, and end as skipped without a call, unless an operator closed the lane.
 * - A success forgets the failures before it.
 */
import {
  type ClosedLanesRow,
  closedLanes,
  closeMisconfiguredLane,
  countLaneFailure,
  noteFailedProbe,
  openLane,
  takeProbe,
} from '#store/sql/lane.js';
import { noteUnanswered } from './host.js';
import type { Verdict } from './judge.js';
import { nextProbe, probeLane, type Tested, testedWith } from './probe.js';
import { parameterSetOf, type RanWith } from './ran-with.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/** What a verdict means for its lane. */
export async function noteOnLane(
  worker: WorkerOnTheWay,
  task: ClaimedTask,
  verdict: Verdict,
  ran: RanWith,
): Promise<void> {
  switch (verdict.lane) {
    case 'silent':
      return;
    case 'success':
      if (task.laneFailures + task.laneProbes + task.hostUnanswered > 0)
        await worker.writes.forgetLaneFailures(task.lane);
      return;
    case 'misconfigured':
      await close(worker, task, verdict, ran);
      return;
    case 'busy':
    case 'failure':
      await count(worker, task, verdict);
      return;
    case 'unanswered':
      await count(worker, task, verdict);
      await noteUnanswered(worker, task);
  }
}

async function close(worker: Worker, { lane, laneProbes }: ClaimedTask, verdict: Verdict, ran: RanWith): Promise<void> {
  await closeMisconfiguredLane(worker.db, {
    lane,
    parameter: verdict.parameter ?? '',
    reason: verdict.reason ?? '',
    parameterSet: ran.parameterSet,
    now: worker.db.now(),
    probeAt: nextProbe(worker, laneProbes),
  });
}

async function count(worker: Worker, { lane, laneProbes }: ClaimedTask, verdict: Verdict): Promise<void> {
  const isBusy = verdict.lane === 'busy';
  await countLaneFailure(worker.db, {
    lane,
    why: isBusy ? 'busy' : 'down',
    reason: verdict.reason ?? '',
    closesAfter: worker.settings.LANE_CLOSES_AFTER,
    now: worker.db.now(),
    probeAt: isBusy ? verdict.dueAt : nextProbe(worker, laneProbes),
  });
}

/**
 * Looks at the closed lanes of this worker's adapters, all at the same time: a probe may hang as long as its adapter's
 * deadline.
 */
export async function sweepLanes(worker: Worker): Promise<void> {
  const lanes = await closedLanes(worker.db, { adapters: [...worker.adapters.keys()], now: worker.db.now() });
  await Promise.all(lanes.map((lane) => sweepLane(worker, lane)));
}

async function sweepLane(worker: Worker, lane: ClosedLanesRow): Promise<void> {
  const { db, relay, log } = worker;
  const tested = await testedWith(worker, lane);
  const isCorrected = lane.why === 'misconfigured' && lane.parameterSet !== parameterSetOf(tested.set);
  if (!isCorrected && !(lane.due && (await probe(worker, lane, tested)))) return;
  await openLane(db, { lane: lane.lane, now: db.now() });
  log('lane opened', { lane: lane.lane });
  relay.wake(lane.lane);
}

/** Runs the adapter's check, if no other worker does. True when it succeeds. */
async function probe(worker: Worker, lane: ClosedLanesRow, tested: Tested): Promise<boolean> {
  const { db } = worker;
  const { lane: name, probes } = lane;
  if ((await takeProbe(db, { lane: name, probes, now: db.now(), againAt: tested.againAt })) !== 1) return false;
  const { failed } = await probeLane(worker, lane, tested);
  if (!failed) return true;
  const { message: reason, parameter } = failed;
  await noteFailedProbe(db, { lane: name, reason, parameter, probeAt: nextProbe(worker, probes) });
  return false;
}
