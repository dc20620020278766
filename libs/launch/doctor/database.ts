import { type Condition, countedUpTo, type Evidence, readCondition, readOwner } from '#store/condition.js';
import { openDatabase } from '#store/database.js';
import { cause } from '../obstacle.js';
import { texts } from '../texts.js';
import { duration } from './duration.js';
import { type Finding, fault, hint, ok, type ServerToExamine } from './finding.js';

/** A due task in an open lane should not be late by more; seconds. */
const longestDelay = 60;
/** When nothing new has come for so long, somebody should ask the authority; seconds. */
const longSilence = 30 * 86_400;
/** Entries should be in the evidence log sooner; seconds. */
const longestLag = 10;
/** A transaction that is open longer holds up clean-up; seconds. */
const longestTransaction = 60;
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
      const connected = ok(about.postgres, texts.doctor.connected(from));
      const login = rights(await readOwner(database));
      return { condition, findings: [connected, login, ...findingsOf(condition, hostSlots)] };
    } finally {
      await database.close();
    }
  } catch (error) {
    return { findings: [fault(about.postgres, texts.doctor.unusable(from, cause(error)))] };
  }
}

function findingsOf(condition: Condition, hostSlots: number): Finding[] {
  const { oldest, pending, lanes, hosts, tasks, portals, evidence, keyless } = condition;
  return [
    backlog(oldest),
    awaited(pending),
    closedLanes(lanes),
    ...troubledHosts(hosts, hostSlots),
    deadLetters(tasks.dead),
    ...(keyless ? [fault(about.keys, texts.doctor.keyless(keyless, keyless < countedUpTo))] : []),
    sealed(evidence),
    openTransactions(evidence),
    ...portals.map(({ client, notices, seconds, reason }) =>
      hint(about.portals, texts.doctor.portal(client, notices, duration(seconds), reason ?? '')),
    ),
  ];
}

function rights(owner: string | undefined): Finding {
  const said = texts.doctor.rights;
  return owner ? hint(about.rights, said.owner(owner)) : ok(about.rights, said.least);
}

function backlog(oldest: Condition['oldest']): Finding {
  const said = texts.doctor.backlog;
  if (!oldest) return ok(about.backlog, said.none);
  const text = said.mostUrgent(duration(oldest.seconds), oldest.adapter, oldest.ars);
  if (oldest.overdue <= longestDelay) return ok(about.backlog, text);
  return fault(about.backlog, text + said.overdue(duration(oldest.overdue)));
}

function awaited(pending: Condition['pending']): Finding {
  const said = texts.doctor.pending;
  if (!pending) return ok(about.pending, said.none);
  const { count, seconds, adapter, ars } = pending;
  const text = said.some(count, duration(seconds), adapter, ars);
  return seconds > longSilence ? hint(about.pending, text) : ok(about.pending, text);
}

function closedLanes({ closed, closedCount, open }: Condition['lanes']): Finding {
  const counts = texts.doctor.lanes.counts(closedCount, open);
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
  return count ? hint(about.deadLetters, said.some(count, count < countedUpTo)) : ok(about.deadLetters, said.none);
}

function sealed({ sealed, lag }: Evidence): Finding {
  const said = texts.doctor.evidence;
  const text = sealed ? said.sealed(sealed.size, duration(sealed.seconds)) : said.nothing;
  return lag > longestLag ? fault(about.evidence, text + said.lags(duration(lag))) : ok(about.evidence, text);
}

function openTransactions({ transaction, seesAll }: Evidence): Finding {
  const said = texts.doctor.transactions;
  if (transaction && transaction.seconds > longestTransaction)
    return hint(about.transactions, said.old(transaction.name, duration(transaction.seconds)));
  return ok(about.transactions, said.fine(seesAll));
}
