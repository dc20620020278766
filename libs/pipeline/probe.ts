import { deadlineOf, probe, type Silence } from '#adapter-host/call.js';
import { versionOf } from '#adapter-host/load.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter, CheckStep } from '#adapters/contract.js';
import { type EffectiveSet, readableValues } from '#parameters/effective.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import type { Json } from '#submission/vocabulary.js';
import { newTrace } from '#telemetry/trace.js';
import { pause } from './judge.js';
import type { Worker } from './worker.js';

/** A closed lane. `leistung`: of a waiting task; says which parameters count. */
interface ClosedLane {
  lane: string;
  adapter: string;
  ars: string;
  leistung: string | null;
}

/** With what a lane is probed, and when again, should this worker die meanwhile. */
export interface Tested {
  adapter: Adapter;
  set: EffectiveSet;
  values: Record<string, Json>;
  deadline: Date;
  againAt: Date;
}

/** With what a lane's adapter is asked now, or the secret that no key opens. */
export async function testedWith(worker: Worker, lane: ClosedLane): Promise<Tested | SecretUnreadable> {
  const { db, adapters, parameters, settings } = worker;
  const set = await parameters.effective({ ars: lane.ars, leistung: lane.leistung ?? '*' });
  const values = readableValues(parameters, set, lane.adapter);
  if (values instanceof SecretUnreadable) return values;
  const family = adapters.get(lane.adapter)!;
  const adapter = versionOf(family, values[`${lane.adapter}.version`]) ?? family;
  const milliseconds = deadlineOf(adapter, settings.ADAPTER_DEADLINE);
  const after = (ms: number) => new Date(db.now().getTime() + ms);
  return { adapter, set, values, deadline: after(milliseconds), againAt: after(2 * milliseconds) };
}

/** Runs the adapter's check. `failed`: its first step that did. */
export async function probeLane(
  { db, settings, stop, log }: Worker,
  { lane, ars }: ClosedLane,
  { adapter, values, deadline }: Tested,
): Promise<{ failed: CheckStep | undefined } & Silence> {
  const { steps, ...silence } = await probe({
    adapter,
    values,
    idempotencyKey: `probe-${lane}`,
    attempt: 1,
    deadline,
    traceparent: newTrace(),
    signal: stop,
    ...surroundings(settings, ars),
    now: db.now,
    log: (message, fields) => log(message, { ...fields, lane }),
  });
  return { failed: steps.find((step) => !step.ok), ...silence };
}

/** When a lane or host is probed again after so many probes: growing pauses, ± jitter. */
export function nextProbe({ db, settings }: Worker, probes: number): Date {
  const schedule = { pauses: settings.LANE_PROBE_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
  return new Date(db.now().getTime() + pause(schedule, probes));
}
