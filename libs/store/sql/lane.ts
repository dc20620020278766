// Generated from lane.sql and the migrated schema: change the statements, then npm run sql
import type { LaneWhy } from '../rows.js';
import { exec, many } from '../statement.js';

export interface CountLaneFailureParameters {
  closesAfter: number;
  why: string;
  reason: string;
  now: Date;
  probeAt: Date;
  lane: string;
}

/** A call on this lane failed. Closes the lane when `closes_after` failures came in a row. */
export const countLaneFailure = exec<CountLaneFailureParameters>('lane.sql', 'count_lane_failure', (p) => [
  p.closesAfter,
  p.why,
  p.reason,
  p.now,
  p.probeAt,
  p.lane,
]);

export interface CloseMisconfiguredLaneParameters {
  reason: string;
  parameter: string;
  parameterSet: string;
  now: Date;
  probeAt: Date;
  lane: string;
}

export const closeMisconfiguredLane = exec<CloseMisconfiguredLaneParameters>(
  'lane.sql',
  'close_misconfigured_lane',
  (p) => [p.reason, p.parameter, p.parameterSet, p.now, p.probeAt, p.lane],
);

export interface ForgetLaneFailuresParameters {
  lanes: readonly string[];
}

/** After a success: the lanes' failures, and the silence of their hosts. */
export const forgetLaneFailures = exec<ForgetLaneFailuresParameters>('lane.sql', 'forget_lane_failures', (p) => [
  p.lanes,
]);

export interface CountUnansweredParameters {
  lane: string;
  closesAfter: number;
  probeAt: Date;
  host: string;
  reason: string;
  now: Date;
}

/**
 * The host left a call on this lane without an answer. When it has done so to `closes_after` lanes since it last
 * answered, all its lanes close, those that closed alone included. Answers how many did.
 */
export const countUnanswered = exec<CountUnansweredParameters>('lane.sql', 'count_unanswered', (p) => [
  p.lane,
  p.closesAfter,
  p.probeAt,
  p.host,
  p.reason,
  p.now,
]);

export interface LanesOfSilentHostsParameters {
  now: Date;
  adapters: readonly string[];
}

export interface LanesOfSilentHostsRow {
  lane: string;
  adapter: string;
  ars: string;
  host: string;
  probes: number;
  due: boolean;
  leistung: string | null;
}

/**
 * Lanes of these adapters that are closed because of their host. `leistung`: of a waiting task; says which parameters
 * count. `due`: the host is due for a probe.
 */
export const lanesOfSilentHosts = many<LanesOfSilentHostsParameters, LanesOfSilentHostsRow>(
  'lane.sql',
  'lanes_of_silent_hosts',
  (p) => [p.now, p.adapters],
  ['lane', 'adapter', 'ars', 'host', 'probes', 'due', 'leistung'],
);

export interface TakeHostProbeParameters {
  againAt: Date;
  host: string;
  probes: number;
  now: Date;
}

/**
 * Claims the right to probe a host: only one of several workers gets a row. `again_at`: the next probe, should this
 * worker die.
 */
export const takeHostProbe = exec<TakeHostProbeParameters>('lane.sql', 'take_host_probe', (p) => [
  p.againAt,
  p.host,
  p.probes,
  p.now,
]);

export interface NoteFailedHostProbeParameters {
  probeAt: Date;
  host: string;
}

export const noteFailedHostProbe = exec<NoteFailedHostProbeParameters>('lane.sql', 'note_failed_host_probe', (p) => [
  p.probeAt,
  p.host,
]);

export interface ForgetSilenceParameters {
  host: string;
}

/** The host answers again, and its lanes are open. */
export const forgetSilence = exec<ForgetSilenceParameters>('lane.sql', 'forget_silence', (p) => [p.host]);

export interface MoveLaneParameters {
  host: string;
  lane: string;
}

/** The lane's parameters name another host, or none (empty). */
export const moveLane = exec<MoveLaneParameters>('lane.sql', 'move_lane', (p) => [p.host, p.lane]);

export interface MisconfiguredLanesParameters {
  adapters: readonly string[];
  after: string;
  most: number;
}

export interface MisconfiguredLanesRow {
  lane: string;
  adapter: string;
  ars: string;
  parameterSet: string | null;
  leistung: string | null;
}

/**
 * Closed lanes of these adapters whose parameters may have been corrected: the next ones behind the lane `after`.
 * `leistung`: of a waiting task; says which parameters count.
 */
export const misconfiguredLanes = many<MisconfiguredLanesParameters, MisconfiguredLanesRow>(
  'lane.sql',
  'misconfigured_lanes',
  (p) => [p.adapters, p.after, p.most],
  ['lane', 'adapter', 'ars', 'parameterSet', 'leistung'],
);

export interface LanesToProbeParameters {
  adapters: readonly string[];
  now: Date;
  most: number;
}

export interface LanesToProbeRow {
  lane: string;
  adapter: string;
  ars: string;
  probes: number;
  leistung: string | null;
}

/** Closed lanes of these adapters that are due for a probe. `leistung`: as above. */
export const lanesToProbe = many<LanesToProbeParameters, LanesToProbeRow>(
  'lane.sql',
  'lanes_to_probe',
  (p) => [p.adapters, p.now, p.most],
  ['lane', 'adapter', 'ars', 'probes', 'leistung'],
);

export interface TakeProbeParameters {
  againAt: Date;
  lane: string;
  probes: number;
  now: Date;
}

/**
 * Claims the right to probe a lane: only one of several workers gets a row. `again_at`: the next probe, should this
 * worker die.
 */
export const takeProbe = exec<TakeProbeParameters>('lane.sql', 'take_probe', (p) => [
  p.againAt,
  p.lane,
  p.probes,
  p.now,
]);

export interface NoteFailedProbeParameters {
  reason: string;
  parameter?: string | null | undefined;
  probeAt: Date;
  lane: string;
}

/** `reason` is for people. */
export const noteFailedProbe = exec<NoteFailedProbeParameters>('lane.sql', 'note_failed_probe', (p) => [
  p.reason,
  p.parameter,
  p.probeAt,
  p.lane,
]);

export interface OpenLaneParameters {
  now: Date;
  lane: string;
}

/** The time it was closed does not count against retry windows. */
export const openLane = exec<OpenLaneParameters>('lane.sql', 'open_lane', (p) => [p.now, p.lane]);

export interface WakeLaneParameters {
  lane: string;
  now: Date;
  most: number;
}

/**
 * What waits on a lane that opens is due now, at most so many at once. Polls, and the first look after doubt, keep
 * their time: the target, not the lane, said when.
 */
export const wakeLane = exec<WakeLaneParameters>('lane.sql', 'wake_lane', (p) => [p.lane, p.now, p.most]);

export interface ListLanesParameters {
  lane?: string | null | undefined;
  state?: string | null | undefined;
  adapter?: string | null | undefined;
  region?: string | null | undefined;
  reach?: readonly string[] | null | undefined;
  afterState?: string | null | undefined;
  afterLane?: string | null | undefined;
  most: number;
}

export interface ListLanesRow {
  lane: string;
  adapter: string;
  ars: string;
  state: 'open' | 'closed';
  why: LaneWhy | null;
  reason: string | null;
  parameter: string | null;
  failures: number;
  closedAt: Date | null;
  probeAt: Date | null;
  probes: number;
  waiting: number;
  oldest: Date | null;
  running: number;
  dead: number;
}

/**
 * Lanes with what lies on them; closed ones first, then by name. `after_state` and `after_lane`: the last lane of
 * the page before. `waiting` counts up to 10 000, without those whose answer is awaited.
 */
export const listLanes = many<ListLanesParameters, ListLanesRow>(
  'lane.sql',
  'list_lanes',
  (p) => [p.lane, p.state, p.adapter, p.region, p.reach, p.afterState, p.afterLane, p.most],
  [
    'lane',
    'adapter',
    'ars',
    'state',
    'why',
    'reason',
    'parameter',
    'failures',
    'closedAt',
    'probeAt',
    'probes',
    'waiting',
    'oldest',
    'running',
    'dead',
  ],
);

export interface ProbeLaneNowParameters {
  now: Date;
  lane: string;
}

export const probeLaneNow = exec<ProbeLaneNowParameters>('lane.sql', 'probe_lane_now', (p) => [p.now, p.lane]);
