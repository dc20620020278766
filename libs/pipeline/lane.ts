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
import { SecretUnreadable } from '#parameters/secrets.js';
import { parameterRevision } from '#store/parameters.js';
import {
  closeMisconfiguredLane,
  countLaneFailure,
  type LanesToProbeRow,
  lanesToProbe,
  type MisconfiguredLanesRow,
  misconfiguredLanes,
  noteFailedProbe,
  takeProbe,
} from '#store/sql/lane.js';
import { noteUnanswered } from './host.js';
import type { Verdict } from './judge.js';
import { open } from './open-lane.js';
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

/** Lanes that one statement reads, and probes that one look makes. */
const lanesAtOnce = 100;

/** Opens misconfigured lanes whose parameters have changed. */
export async function openCorrectedLanes(worker: Worker): Promise<void> {
  const { db } = worker;
  const adapters = [...worker.adapters.keys()];
  const revision = await parameterRevision(db);
  for (let after = ''; ; ) {
    const lanes = await misconfiguredLanes(db, { adapters, after, most: lanesAtOnce });
    await Promise.all(lanes.map((lane) => openIfCorrected(worker, lane, revision)));
    if (lanes.length < lanesAtOnce) return;
    after = lanes.at(-1)!.lane;
  }
}

async function openIfCorrected(worker: Worker, lane: MisconfiguredLanesRow, revision: number): Promise<void> {
  const { ars, leistung } = lane;
  const set = await worker.parameters.effective({ ars, leistung: leistung ?? '*', revision });
  if (lane.parameterSet !== parameterSetOf(set)) await open(worker, lane.lane);
}

/**
 * Probes the lanes that are due, all at the same time: a probe may hang as long as its adapter's deadline. Opens those
 * whose check succeeds.
 */
export async function probeLanes(worker: Worker): Promise<void> {
  const { db, adapters } = worker;
  const lanes = await lanesToProbe(db, { adapters: [...adapters.keys()], now: db.now(), most: lanesAtOnce });
  await Promise.all(lanes.map((lane) => openIfSound(worker, lane)));
}

async function openIfSound(worker: Worker, lane: LanesToProbeRow): Promise<void> {
  const tested = await testedWith(worker, lane);
  if (tested instanceof SecretUnreadable) await stayClosed(worker, lane, tested);
  else if (await probe(worker, lane, tested)) await open(worker, lane.lane);
}

async function stayClosed(worker: Worker, { lane, probes }: LanesToProbeRow, secret: SecretUnreadable): Promise<void> {
  const { db } = worker;
  const probeAt = nextProbe(worker, probes);
  if ((await takeProbe(db, { lane, probes, now: db.now(), againAt: probeAt })) !== 1) return;
  await noteFailedProbe(db, { lane, reason: secret.message, parameter: secret.parameter, probeAt });
}

/** Runs the adapter's check, if no other worker does. True when it succeeds. */
async function probe(worker: Worker, lane: LanesToProbeRow, tested: Tested): Promise<boolean> {
  const { db } = worker;
  const { lane: name, probes } = lane;
  if ((await takeProbe(db, { lane: name, probes, now: db.now(), againAt: tested.againAt })) !== 1) return false;
  const { failed } = await probeLane(worker, lane, tested);
  if (!failed) return true;
  const { message: reason, parameter } = failed;
  await noteFailedProbe(db, { lane: name, reason, parameter, probeAt: nextProbe(worker, probes) });
  return false;
}
