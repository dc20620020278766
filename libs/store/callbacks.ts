import type { Sql } from './database.js';

/** Where a portal is told news, with the secret still sealed. */
export interface Callback {
  client: string;
  url: string;
  secret: Buffer;
  since: Date;
  /** Calls in a row that failed. */
  failures: number;
  reason: string | null;
}

/** Notices that one call tells at most. */
const together = 100;

const asCallback = (row: Record<string, unknown>) => row as unknown as Callback;
const columns = 'client, url, secret, since, failures, reason';

/** Another address or secret counts from now on, and is tried at once. */
export async function saveCallback(
  sql: Sql,
  { client, url, secret, at }: { client: string; url: string; secret: Buffer; at: Date },
): Promise<void> {
  await sql.query(
    `insert into callback (client, url, secret, since, due_at) values ($1, $2, $3, $4, $4)
     on conflict (client) do update set url = $2, secret = $3, since = $4, due_at = $4, failures = 0, reason = null`,
    [client, url, secret, at],
  );
}

export async function readCallback(sql: Sql, client: string): Promise<Callback | undefined> {
  const { rows } = await sql.query(`select ${columns} from callback where client = $1`, [client]);
  return rows[0] && asCallback(rows[0]);
}

/** What was still to be told goes with it, without a trace: the portal wanted it so. */
export async function dropCallback(sql: Sql, client: string): Promise<boolean> {
  const { rows } = await sql.query(
    `with gone as (delete from callback where client = $1 returning client), untold as (delete from notice where client = $1) select client from gone`,
    [client],
  );
  return rows.length > 0;
}

/** Takes callbacks with news, at most `limit`; until `until` nobody else takes them. */
export async function takeCallbacks(sql: Sql, now: Date, until: Date, limit: number): Promise<Callback[]> {
  const { rows } = await sql.query(
    `with due as (
       select client from callback c where due_at <= $1 and exists (select from notice n where n.client = c.client)
       order by due_at limit $3 for no key update skip locked
     ) update callback c set due_at = $2 from due where c.client = due.client returning c.client, c.url, c.secret, c.since, c.failures, c.reason`,
    [now, until, limit],
    'take-callbacks',
  );
  return rows.map(asCallback);
}

export interface News {
  type: 'new-replies' | 'new-state';
  notices: number[];
  submissions: { submissionId: string; caseId: string }[];
}

/** The oldest news of one type, each submission once. */
export async function newsFor(sql: Sql, client: string): Promise<News | undefined> {
  const { rows } = await sql.query(
    `select n.notice_id, n.type, n.submission_id, s.case_id from notice n join submission s using (submission_id)
     where n.client = $1 and n.type = (select type from notice where client = $1 order by notice_id limit 1) order by n.notice_id limit ${together}`,
    [client],
    'news',
  );
  if (!rows[0]) return undefined;
  const cases = new Map(rows.map((row) => [row['submission_id'] as string, row['case_id'] as string]));
  return {
    type: rows[0]['type'],
    notices: rows.map((row) => row['notice_id']),
    submissions: [...cases].map(([submissionId, caseId]) => ({ submissionId, caseId })),
  };
}

/** The portal took them: no longer to be told, and seen in the submissions' events. */
export async function noticesTold(sql: Sql, client: string, { notices }: News, now: Date): Promise<void> {
  await sql.query(
    `with told as (
       delete from notice where notice_id = any($2) returning submission_id, type
     ), e as (
       insert into event (submission_id, at, type, actor, data) select distinct submission_id, $3::timestamptz, 'portal-informed', 'gateway', jsonb_build_object('client', $1::text, 'news', type) from told
     ) update callback set failures = 0, reason = null, due_at = $3 where client = $1`,
    [client, notices, now],
  );
}

/** The portal did not take them: again at `again`. What is older than `before` is given up. */
export async function callFailed(
  sql: Sql,
  client: string,
  { reason, again, before, now }: { reason: string; again: Date; before: Date; now: Date },
): Promise<void> {
  await sql.query(
    `with old as (
       delete from notice where client = $1 and at < $4 returning submission_id
     ), e as (
       insert into event (submission_id, at, type, actor, data)
       select distinct submission_id, $5::timestamptz, 'portal-not-informed', 'gateway', jsonb_build_object('client', $1::text, 'reason', $2::text) from old
     ) update callback set failures = failures + 1, reason = $2, due_at = $3 where client = $1`,
    [client, reason, again, before, now],
  );
}

/** The portal ended it itself; unless it has registered another address since. */
export async function callbackEnded(sql: Sql, { client, url }: Callback, reason: string, now: Date): Promise<void> {
  await sql.query(
    `with gone as (
       delete from callback where client = $1 and url = $2 returning client
     ), untold as (
       delete from notice where client in (select client from gone) returning submission_id
     ) insert into event (submission_id, at, type, actor, data)
       select distinct submission_id, $4::timestamptz, 'portal-not-informed', 'gateway', jsonb_build_object('client', $1::text, 'reason', $3::text) from untold`,
    [client, url, reason, now],
  );
}

/** Portals that cannot be reached, for operators. */
export async function failingCallbacks(
  sql: Sql,
): Promise<{ client: string; failures: number; reason: string | null; notices: number; oldest: Date | null }[]> {
  const { rows } = await sql.query(
    `select c.client, c.failures, c.reason, count(n) as notices, min(n.at) as oldest from callback c left join notice n using (client)
     where c.failures > 0 group by c.client order by c.client`,
  );
  return rows as Awaited<ReturnType<typeof failingCallbacks>>;
}
