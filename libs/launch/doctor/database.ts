import { type Condition, readCondition } from '#store/condition.js';
import { openDatabase } from '#store/database.js';
import { cause } from '../obstacle.js';
import { texts } from '../texts.js';
import { duration } from './duration.js';
import { type Finding, fault, hint, ok, type ServerToExamine } from './finding.js';

/** A due task in an open lane should not be late by more; seconds. */
const longestDelay = 60;
/** More closed lanes are only counted. */
const lanesShown = 5;

const { about } = texts.doctor;

/** What PostgreSQL says about itself and about the tasks. */
export async function examineDatabase(
  { url, from }: ServerToExamine,
  hostSlots: number,
): Promise<{ findings: Finding[]; condition?: Condition }> {
  if (!url) return { findings: [fault(about.postgres, texts.doctor.neverStarted)] };
  try {
    const database = await openDatabase(url, { max: 2, application: 'stellwerk-doctor' });
    try {
      const condition = await readCondition(database, hostSlots);
      const findings = [ok(about.postgres, texts.doctor.connected(from)), ...findingsOf(condition, hostSlots)];
      return { condition, findings };
    } finally {
      await database.close();
    }
  } catch (error) {
    return { findings: [fault(about.postgres, texts.doctor.unusable(from, cause(error)))] };
  }
}

function findingsOf({ oldest, lanes, hosts, tasks, portals }: Condition, hostSlots: number): Finding[] {
  return [
    backlog(oldest),
    closedLanes(lanes),
    ...troubledHosts(hosts, hostSlots),
    deadLetters(tasks.dead),
    ...portals.map(({ client, notices, seconds, reason }) =>
      hint(about.portals, texts.doctor.portal(client, notices, duration(seconds), reason ?? '')),
    ),
  ];
}

function backlog(oldest: Condition['oldest']): Finding {
  const said = texts.doctor.backlog;
  if (!oldest) return ok(about.backlog, said.none);
  const text = said.oldest(duration(oldest.seconds), oldest.adapter, oldest.ars);
  if (oldest.overdue <= longestDelay) return ok(about.backlog, text);
  return fault(about.backlog, text + said.overdue(duration(oldest.overdue)));
}

function closedLanes({ closed, open }: Condition['lanes']): Finding {
  const counts = texts.doctor.lanes.counts(closed.length, open);
  if (!closed.length) return ok(about.lanes, counts);
  const shown = closed.slice(0, lanesShown).map(({ lane, why }) => `${lane} (${why})`);
  return hint(about.lanes, texts.doctor.lanes.closed(counts, shown.join(', ')));
}

function troubledHosts(hosts: Condition['hosts'], hostSlots: number): Finding[] {
  const said = texts.doctor.hosts;
  if (!hosts.length) return [ok(about.hosts, said.fine(hostSlots))];
  return hosts.slice(0, lanesShown).map(({ host, calls, closedLanes, seconds }) => {
    if (closedLanes === 0) return hint(about.hosts, said.full(host, calls));
    return hint(about.hosts, said.silent(host, closedLanes, duration(seconds)));
  });
}

function deadLetters(count: number): Finding {
  const said = texts.doctor.deadLetters;
  return count ? hint(about.deadLetters, said.some(count)) : ok(about.deadLetters, said.none);
}
