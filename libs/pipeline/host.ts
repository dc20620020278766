/*
 * A host that leaves several lanes without an answer is one cause.
 *
 * - Many lanes may have the same host: a data centre that serves many municipalities. The lane's row names it, and
 *   changes with the parameters (`claim`).
 * - A host has at most HOST_SLOTS calls at once, so that others go on while it hangs. Relay and claim count them, but
 *   lock no host: claims of the same moment may exceed it by a group.
 * - When LANE_CLOSES_AFTER lanes in a row got no answer from it, all its lanes close (`host`). One probe, of any of
 *   them, stands for all: when it succeeds, all of them open.
 * - A lane whose parameters name another host meanwhile opens at once.
 */
import { SecretUnreadable } from '#parameters/secrets.js';
import { parameterRevision } from '#store/parameters.js';
import {
  countUnanswered,
  forgetSilence,
  type LanesOfSilentHostsRow,
  lanesOfSilentHosts,
  moveLane,
  noteFailedHostProbe,
  takeHostProbe,
} from '#store/sql/lane.js';
import { open } from './open-lane.js';
import { nextProbe, probeLane, testedWith } from './probe.js';
import { targetOf } from './target.js';
import { texts } from './texts.js';
import type { ClaimedTask, Worker } from './worker.js';

/** The host left a call on this lane without an answer. */
export async function noteUnanswered(worker: Worker, { lane, host }: ClaimedTask): Promise<void> {
  if (host === null) return;
  const closed = await countUnanswered(worker.db, {
    lane,
    host,
    closesAfter: worker.settings.LANE_CLOSES_AFTER,
    reason: texts.hostSilent(host),
    now: worker.db.now(),
    probeAt: nextProbe(worker, 0),
  });
  if (closed > 0) worker.log('lanes closed: their host does not answer', { host, lanes: closed });
}

/** Makes a sweep of the hosts that do not answer. It remembers which parameters it has seen. */
export function hostSweep(): (worker: Worker) => Promise<void> {
  let seen = 0;
  return async (worker) => {
    const lanes = await lanesOfSilentHosts(worker.db, { adapters: [...worker.adapters.keys()], now: worker.db.now() });
    if (lanes.length === 0) return;
    const revision = Number(await parameterRevision(worker.db));
    const stays = seen === revision ? lanes : await moveLanes(worker, lanes, revision);
    seen = revision;
    const due = stays.filter((lane) => lane.due);
    const hosts = [...new Set(due.map(({ host }) => host))];
    const lanesOf = (host: string) => due.filter((lane) => lane.host === host);
    await Promise.all(hosts.map((host) => probeHost(worker, lanesOf(host))));
  };
}

/** Opens the lanes whose parameters name another host; answers the others. */
async function moveLanes(worker: Worker, lanes: LanesOfSilentHostsRow[], revision: number) {
  const stays: LanesOfSilentHostsRow[] = [];
  for (const lane of lanes) {
    const target = await targetOf(worker, { ...lane, leistung: lane.leistung ?? '*' }, revision);
    const host = target?.host;
    if (host === undefined || host === lane.host) {
      stays.push(lane);
      continue;
    }
    await moveLane(worker.db, { lane: lane.lane, host });
    await open(worker, lane.lane);
  }
  return stays;
}

/** One lane's check stands for all lanes of the host: another one each time. What it answers does not matter. */
async function probeHost(worker: Worker, lanes: LanesOfSilentHostsRow[]): Promise<void> {
  const { db, adapters } = worker;
  const { host, probes } = lanes[0]!;
  const lane = lanes[probes % lanes.length]!;
  const tested = await testedWith(worker, lane);
  const now = db.now();
  const isReadable = !(tested instanceof SecretUnreadable);
  const againAt = isReadable ? tested.againAt : nextProbe(worker, probes);
  if ((await takeHostProbe(db, { host, probes, now, againAt })) !== 1) return;
  if (!isReadable || (await probeLane(worker, lane, tested)).unanswered) {
    await noteFailedHostProbe(db, { host, probeAt: nextProbe(worker, probes) });
    return;
  }
  for (const each of await lanesOfSilentHosts(db, { adapters: [...adapters.keys()], now }))
    if (each.host === host) await open(worker, each.lane);
  await forgetSilence(db, { host });
}
