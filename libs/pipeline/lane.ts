import { check, deadlineOf } from '#adapter-host/call.js';
import { versionOf } from '#adapter-host/load.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter } from '#adapters/contract.js';
import {
  closedLanes,
  closeMisconfigured,
  countFailure,
  type Lane,
  noteProbe,
  openLane,
  takeProbe,
} from '#store/lanes.js';
import type { ClaimedTask } from '#store/tasks.js';
import type { Json } from '#submission/vocabulary.js';
import { newTrace } from '#telemetry/trace.js';
import { pause, type Verdict } from './judge.js';
import { parameterSetOf, type RanWith } from './ran-with.js';
import type { Worker } from './worker.js';

/** When a closed lane is probed after so many probes: growing pauses, ± jitter. */
export function nextProbe({ db, settings }: Pick<Worker, 'db' | 'settings'>, probes: number): Date {
  const schedule = { pauses: settings.LANE_PROBE_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
  return new Date(db.now().getTime() + pause(schedule, probes));
}

export async function tellLane(
  { db, settings }: Worker,
  task: ClaimedTask,
  verdict: Verdict,
  ran: RanWith,
): Promise<void> {
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

/** Closed lanes: open when their effective parameters changed or the probe succeeds. */
export async function sweepLanes(worker: Worker): Promise<void> {
  const lanes = await closedLanes(worker.db, [...worker.adapters.keys()], worker.db.now());
  await Promise.all(lanes.map((lane) => sweepLane(worker, lane)));
}

async function sweepLane(worker: Worker, lane: Lane & { due: boolean }): Promise<void> {
  const { db, adapters, parameters } = worker;
  const set = await parameters.effective({ ars: lane.ars, leistung: lane.leistung ?? '*' });
  const family = adapters.get(lane.adapter)!;
  const adapter = versionOf(family, parameters.values(set)[`${lane.adapter}.version`]) ?? family;
  const changed = lane.why === 'misconfigured' && lane.parameterSet !== parameterSetOf(set);
  if (!changed && !(lane.due && (await probe(worker, lane, adapter, parameters.values(set))))) return;
  await openLane(db, lane.lane, db.now());
  worker.log('lane opened', { lane: lane.lane });
  worker.relay.wake(lane.lane);
}

async function probe(worker: Worker, lane: Lane, adapter: Adapter, values: Record<string, Json>): Promise<boolean> {
  const { db, settings } = worker;
  const now = db.now();
  const deadline = deadlineOf(adapter, settings.ADAPTER_DEADLINE);
  const again = new Date(now.getTime() + 2 * deadline); // should this worker die meanwhile
  if (!(await takeProbe(db, lane, now, again))) return false;
  const steps = await check({
    adapter,
    values,
    idempotencyKey: `probe-${lane.lane}`,
    attempt: 1,
    deadline: new Date(now.getTime() + deadline),
    traceparent: newTrace(),
    signal: worker.stop,
    ...surroundings(settings),
    now: db.now,
    log: (message, fields) => worker.log(message, { ...fields, lane: lane.lane }),
  });
  const failed = steps.find((step) => !step.ok);
  if (failed) {
    const next = nextProbe(worker, lane.probes);
    await noteProbe(db, lane.lane, { reason: failed.message, parameter: failed.parameter ?? null, next });
  }
  return !failed;
}
