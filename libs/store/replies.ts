import { randomUUID } from 'node:crypto';
import { replyTitles } from '#submission/events.js';
import { digestOf, type NewReply, type ReplyReceipt } from '#submission/reply.js';
import type { ReplyStatus } from '#submission/vocabulary.js';
import type { Database, Sql } from './database.js';
import { cut, describe } from './submissions.js';

/** With its event, in one statement. `$2`: the attempt that must still hold the task; null where the target itself came. */
const replyStatement = `
with t as materialized (
  select task_id, submission_id, adapter from task where task_id = $1 and ($2::int is null or (attempts = $2 and state = 'running'))
), r as (
  insert into reply (reply_id, submission_id, task_id, adapter, external_id, status, documents, at, received_at)
  select $3, submission_id, task_id, adapter, $4, $5, $6, $7, $8 from t
  on conflict (submission_id, adapter, external_id) do nothing returning *
), p as (
  insert into payload (submission_id, kind, name, content, at) select submission_id, 'reply', reply_id::text, $9::jsonb, $8 from r
), a as (
  insert into attachment (attachment_id, submission_id, reply_id, n, filename, mimetype, size, sha256)
  select v.attachment_id, r.submission_id, r.reply_id, v.n, v.filename, v.mimetype, v.size, v.sha256
  from r, jsonb_to_recordset($10) v (attachment_id uuid, n int, filename text, mimetype text, size bigint, sha256 text)
), c as (
  insert into attachment_chunk (attachment_id, n, bytes) select v.* from r, unnest($11::uuid[], $12::int[], $13::bytea[]) v
), e as (
  insert into event (submission_id, task_id, at, type, actor, data)
  select submission_id, task_id, $8, v.type, $14, v.data from r, jsonb_to_recordset($15) v (type text, data jsonb)
)
select (select submission_id from t) as submission_id, (select adapter from t) as adapter, exists (select from r) as stored`;

/** Keeps a reply for the task that it answers; the same id once more is the same reply. `cut`: documents beyond the limits that were left out. */
export async function insertReply(
  db: Database,
  reply: NewReply,
  from: { taskId: string; attempt?: number; actor: string; cut?: number },
): Promise<ReplyReceipt> {
  const replyId = randomUUID();
  const hash = digestOf(reply);
  const chunks = reply.documents.flatMap(cut);
  const events = [
    { type: 'reply', data: { status: replyTitles[reply.status], documents: reply.documents.length } },
    ...(from.cut ? [{ type: 'reply-cut', data: { count: from.cut } }] : []),
  ];
  const { rows } = await db.query(
    replyStatement,
    [
      from.taskId,
      from.attempt ?? null,
      replyId,
      reply.externalId,
      reply.status,
      reply.documents.length,
      reply.at,
      db.now(),
      JSON.stringify({ text: reply.text ?? null, hash }),
      JSON.stringify(reply.documents.map((file, index) => ({ ...describe(file), n: index + 1 }))),
      chunks.map((chunk) => chunk.id),
      chunks.map((chunk) => chunk.n),
      chunks.map((chunk) => chunk.bytes),
      from.actor,
      JSON.stringify(events),
    ],
    'reply',
  );
  const { submission_id: submissionId, adapter, stored } = rows[0]!;
  if (stored) return { kind: 'stored', replyId };
  return submissionId ? earlier(db, [submissionId, adapter, reply.externalId], hash) : { kind: 'gone' };
}

/** Once the content is erased, nobody can say that it was another. */
async function earlier(db: Sql, key: [string, string, string], hash: string): Promise<ReplyReceipt> {
  const { rows } = await db.query(
    `select r.reply_id, p.content ->> 'hash' as hash from reply r
     left join payload p on p.submission_id = r.submission_id and p.kind = 'reply' and p.name = r.reply_id::text
     where r.submission_id = $1 and r.adapter = $2 and r.external_id = $3`,
    key,
  );
  const { reply_id: replyId, hash: before } = rows[0]!;
  return before && before !== hash ? { kind: 'mismatch' } : { kind: 'known', replyId };
}

/** The newest task by which one of these adapters was given the submission, or may have been. */
export async function taskThatDelivered(
  db: Sql,
  submissionId: string,
  adapters: string[],
): Promise<{ taskId: string; ars: string; leistung: string } | undefined> {
  const { rows } = await db.query(
    `select task_id, ars, leistung from task where submission_id = $1 and kind = 'fachverfahren' and adapter = any($2) and attempts > 0 order by step desc limit 1`,
    [submissionId, adapters],
  );
  const row = rows[0];
  return row && { taskId: row['task_id'], ars: row['ars'], leistung: row['leistung'] };
}

export interface ReplyContent {
  replyId: string;
  status: ReplyStatus;
  at: string;
  receivedAt: string;
  /** null: there is none, or it is erased. */
  text: string | null;
  documents: { n: number; attachmentId: string; filename: string; mimetype: string; size: number; sha256: string }[];
}

/** A reply with its text and the list of its documents, for the portal whose submission it answers. */
export async function readReply(
  db: Sql,
  client: string,
  submissionId: string,
  replyId: string,
): Promise<ReplyContent | undefined> {
  const { rows } = await db.query(
    `select r.reply_id, r.status, r.at, r.received_at, p.content ->> 'text' as text,
       (select coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'attachmentId', a.attachment_id, 'filename', a.filename, 'mimetype', a.mimetype,
          'size', a.size, 'sha256', a.sha256) order by a.n), '[]') from attachment a where a.reply_id = r.reply_id) as documents
     from reply r join submission s using (submission_id)
     left join payload p on p.submission_id = r.submission_id and p.kind = 'reply' and p.name = r.reply_id::text
     where r.reply_id = $3 and r.submission_id = $2 and s.client = $1`,
    [client, submissionId, replyId],
  );
  const row = rows[0];
  return (
    row && {
      replyId: row['reply_id'],
      status: row['status'],
      at: row['at'].toISOString(),
      receivedAt: row['received_at'].toISOString(),
      text: row['text'],
      documents: row['documents'],
    }
  );
}
