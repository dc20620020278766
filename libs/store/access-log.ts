import type { Row, Sql } from './database.js';

/** Who looked up or viewed what about whom. Nothing personal but pseudonyms. */
export interface Entry {
  entryId: string;
  at: Date;
  kind: 'lookup' | 'view';
  /** The client who viewed, the worker that asked. */
  actor: string;
  /** ARS or the beginning of one: on whose behalf. */
  authority: string;
  leistung?: string | undefined;
  /** The register's. */
  adapter?: string | undefined;
  /** Where the data came from, for people. */
  source: string;
  /** Names, never values. */
  attributes: string[];
  purpose: string;
  legalBasis: string;
  /** Of a view. */
  reason?: string | undefined;
  submissionId?: string | undefined;
  caseId?: string | undefined;
  /** Pseudonyms, hex. */
  persons: string[];
}

/** What came of it; of several, the last counts. */
export interface EntryOutcome {
  entryId: string;
  at: Date;
  outcome: string;
}

export type ReadEntry = Omit<Entry, 'persons'> & { outcome?: string };

const columns = `"entryId" uuid, at timestamptz, kind text, actor text, authority text, leistung text, adapter text, source text, attributes text[],
  purpose text, "legalBasis" text, reason text, "submissionId" uuid, "caseId" uuid, persons text[]`;

const insertStatement = `
with v as materialized (select * from jsonb_to_recordset($1) v (${columns})), e as (
  insert into access_log.entry select "entryId", at, kind, actor, authority, leistung, adapter, source, attributes, purpose, "legalBasis", reason, "submissionId", "caseId" from v
  on conflict do nothing
)
insert into access_log.person select distinct decode(p, 'hex'), at, "entryId" from v, unnest(persons) p on conflict do nothing`;

/** Durable when it resolves. An entry that is there already stays as it is. */
export async function insertEntries(sql: Sql, entries: Entry[]): Promise<void> {
  await inOpenMonth(sql, entries, () => sql.query(insertStatement, [JSON.stringify(entries)], 'access-log-insert'));
}

export async function insertOutcomes(sql: Sql, outcomes: EntryOutcome[]): Promise<void> {
  await inOpenMonth(sql, outcomes, () =>
    sql.query(
      `insert into access_log.outcome select "entryId", at, outcome from jsonb_to_recordset($1) v ("entryId" uuid, at timestamptz, outcome text) on conflict do nothing`,
      [JSON.stringify(outcomes)],
      'access-log-outcome',
    ),
  );
}

const ofPersonStatement = `
select e.*, (select o.outcome from access_log.outcome o where o.entry_id = e.entry_id and o.at >= e.at order by o.at desc limit 1) as outcome
from access_log.person p join access_log.entry e on e.at = p.at and e.entry_id = p.entry_id
where p.person = decode($1, 'hex') and p.at >= $2 and p.at <= $3 and (p.at, p.entry_id) < ($3, $4::uuid)
  and ($5::text[] is null or exists (select from unnest($5::text[]) region where starts_with(e.authority, region)))
order by p.at desc, p.entry_id desc limit $6`;

/** A person's entries, newest first, from `since` up to (and without) `before`; of these regions, or of all. */
export async function entriesOf(
  sql: Sql,
  asked: {
    person: string;
    since: Date;
    before: { at: Date; id: string };
    regions: string[] | undefined;
    limit: number;
  },
): Promise<ReadEntry[]> {
  const { person, since, before, regions, limit } = asked;
  const values = [person, since, before.at, before.id, regions ?? null, limit];
  const { rows } = await sql.query(ofPersonStatement, values, 'access-log-person');
  return rows.map(readEntry);
}

function readEntry(row: Row): ReadEntry {
  return {
    entryId: row['entry_id'],
    at: row['at'],
    kind: row['kind'],
    actor: row['actor'],
    authority: row['authority'],
    leistung: row['leistung'] ?? undefined,
    adapter: row['adapter'] ?? undefined,
    source: row['source'],
    attributes: row['attributes'],
    purpose: row['purpose'],
    legalBasis: row['legal_basis'],
    reason: row['reason'] ?? undefined,
    submissionId: row['submission_id'] ?? undefined,
    caseId: row['case_id'] ?? undefined,
    ...(row['outcome'] && { outcome: row['outcome'] }),
  };
}

/** The month of `now` and the two after it. */
export async function openMonths(sql: Sql, now: Date): Promise<void> {
  for (const ahead of [0, 1, 2]) await sql.query('select access_log.open_month($1)', [monthOf(now, ahead)]);
}

/** Drops every month whose last entry is from before `before`, and records when and how many. Answers how many entries. */
export async function forgetMonths(sql: Sql, before: Date, now: Date): Promise<number> {
  const { rows } = await sql.query<{ month: string }>(
    `select to_char(month, 'YYYY-MM-DD') as month from (
       select to_date(right(c.relname, 7), 'YYYY_MM') as month from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'access_log.entry'::regclass
     ) m where month + interval '1 month' <= $1::date order by month`,
    [before.toISOString().slice(0, 10)],
  );
  let gone = 0;
  for (const { month } of rows) {
    const { rows: forgotten } = await sql.query('select access_log.forget_month($1, $2) as entries', [month, now]);
    gone += forgotten[0]?.['entries'] ?? 0;
  }
  return gone;
}

/** The sweeper makes months ahead; should it have been away that long, the first who writes makes the month. */
async function inOpenMonth(sql: Sql, rows: { at: Date }[], insert: () => Promise<unknown>): Promise<void> {
  if (rows.length === 0) return;
  try {
    await insert();
  } catch (error) {
    if ((error as { code?: string }).code !== '23514') throw error;
    for (const month of new Set(rows.map(({ at }) => monthOf(at))))
      await sql.query('select access_log.open_month($1)', [month]);
    await insert();
  }
}

/** First day, ISO 8601, UTC. */
function monthOf(at: Date, ahead = 0): string {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10);
}
