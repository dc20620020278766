import type { Database } from '#store/database.js';
import { openWorld } from '../kit/world.js';
import { type Figure, percentile } from './figure.js';
import { brief, scaled } from './scale.js';

const entries = scaled('BENCH_ENTRIES', 10_000_000, 24_000);
const months = 24;
const persons = entries / 20;
const chunk = 105_000;
const perMonth = Math.round(entries / months);
const questions = brief ? 80 : 2_000;
const connections = 8;

/** Lookups as a worker leaves them: an entry, one pseudonym, one outcome; evenly over a month, persons at random. */
const fill = (month: string) => `
with v as materialized (
  select gen_random_uuid() as id, date_trunc('milliseconds',
    $1::timestamptz + random() * ($2::timestamptz - $1::timestamptz - interval '1 minute')) as at,
    sha256(convert_to('person ' || floor(random() * $4::int), 'UTF8')) as person, (random() * 1100)::int as town
  from generate_series(1, $3::int)
), p as (
  insert into access_log.person_${month} select person, at, id from v
), o as (
  insert into access_log.outcome_${month} select id, at + interval '40 ms', 'found' from v
)
insert into access_log.entry_${month}
select id, at, 'lookup', 'worker-' || town % 8, '08'
  || lpad(town::text, 10, '0'), '99102013104000', 'melderegister', 'Melderegister', '{anschrift,einzugsdatum}',
  'Prüfung der Anschrift bei der Anmeldung zur Hundesteuer',
  'Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO; § 34 BMG', null, id, id
from v`;

const keys = { entry: 'at, entry_id', person: 'person, at, entry_id', outcome: 'entry_id, at' };

/** A past month whole: its tables are filled first and get their keys in one go, which is what takes the time. */
async function fillMonth(db: Database, first: Date, next: Date): Promise<void> {
  const month = first.toISOString().slice(0, 7).replace('-', '_');
  for (const table of Object.keys(keys))
    await db.query(
      `create table access_log.${table}_${month} (like access_log.${table} including all excluding indexes)`,
    );
  for (let left = perMonth; left > 0; left -= chunk)
    await db.query(fill(month), [first, next, Math.min(chunk, left), persons]);
  for (const [table, key] of Object.entries(keys)) {
    await db.query(`alter table access_log.${table}_${month} add primary key (${key})`);
    await db.query(
      `alter table access_log.${table} attach partition access_log.${table}_${month} for values
        from ('${first.toISOString()}') to ('${next.toISOString()}')`,
    );
  }
}

/**
 * How fast the console answers who looked somebody up, with two years of lookups of the whole Land in the log: an
 * auditor's question, which is itself an entry.
 */
export async function benchAccessLog(say: (text: string) => void): Promise<Figure[]> {
  const world = await openWorld({ environment: { LOG_LEVEL: 'error' } });
  try {
    await world.console.start();
    const from = performance.now();
    const now = world.db.now();
    const monthAgo = (ago: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
    for (let ago = months; ago > 0; ago--) {
      await fillMonth(world.db, monthAgo(ago), monthAgo(ago - 1));
      const seconds = Math.round((performance.now() - from) / 1000);
      say(`Zugriffsprotokoll: ${((months + 1 - ago) * perMonth).toLocaleString('de-DE')} Einträge nach ${seconds} s`);
    }
    const took = await ask(world.console.url, await world.bearer('auditor'));
    const [p50, p99] = [percentile(took, 0.5), percentile(took, 0.99)];
    return [
      {
        name: `Zugriffsprotokoll, Auskunft bei ${entries.toLocaleString('de-DE')} Einträgen`,
        value: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
        bound: 'p99 < 500 ms',
        ok: p99 < 500,
      },
    ];
  } finally {
    await world.close();
  }
}

/** Sorted milliseconds of questions about random persons, eight at a time. */
async function ask(console: string, token: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${token}` };
  const reason = encodeURIComponent('Messung');
  const took: number[] = [];
  let found = 0;
  const asking = async () => {
    for (let n = 0; n < questions / connections; n++) {
      const person = await pseudonym(Math.floor(Math.random() * persons));
      const at = performance.now();
      const answer = await fetch(`${console}/api/v1/access-log?person=${person}&reason=${reason}`, { headers });
      const { items } = (await answer.json()) as { items: unknown[] };
      took.push(performance.now() - at);
      found += items.length;
    }
  };
  await Promise.all(Array.from({ length: connections }, asking));
  const expected = (questions * entries) / persons;
  if (found < expected / 2) throw new Error(`${found} entries found, about ${expected} are there`);
  return took.sort((a, b) => a - b);
}

async function pseudonym(n: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`person ${n}`));
  return Buffer.from(digest).toString('hex');
}
