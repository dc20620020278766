import { randomUUID } from 'node:crypto';
import { type EventType, eventText } from '#submission/events.js';
import { type Acceptance, laneOf, type NewAttachment, type Sender, type Submission } from '#submission/submission.js';
import type { Json, ReplyStatus, SubmissionState, TaskState } from '#submission/vocabulary.js';
import { type Database, isUnavailable, type Sql } from './database.js';

/** Bytes per row of an attachment. */
const chunkSize = 256 * 1024;

/**
 * Accepting is this one statement, so the task exists exactly when the submission does. The advisory lock answers a twin in flight at once:
 * the unique key alone would wait for it.
 */
const acceptStatement = `
with latch as materialized (
  select $2::text is null or pg_try_advisory_xact_lock(hashtextextended($1 || E'\\x1f' || $2, 0)) as got
), key as (
  insert into idempotency (client, key, content_hash, submission_id, at)
  select $1, $2, $3, $4, $5 from latch where got and $2 is not null
  on conflict (client, key) do nothing returning 1
), go as materialized (
  select 1 from latch where got and ($2 is null or exists (select from key))
), s as (
  insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id, schema_version, form_id, steps, traceparent, received_at, accepted_at, trust_level)
  select $4, $6, $1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $5, $5, $29 from go
), l as (
  insert into lane (lane, adapter, ars) select $16, $17, $9 from go on conflict do nothing
), t as (
  insert into task (task_id, submission_id, case_id, step, step_name, kind, optional, adapter, leistung, ars, lane, traceparent, state, next, due_at, created_at)
  select $18, $4, $6, 0, $19, $20, $21, $17, $8, $9, $16, $15, 'queued', case $20 when 'register' then 'lookup' else 'deliver' end, $5, $5 from go
), p as (
  insert into payload (submission_id, kind, content, at)
  select $4, v.kind, v.content, $5 from go, (values ('data', $22::jsonb), ('metadata', $23::jsonb)) v (kind, content)
), a as (
  insert into attachment (attachment_id, submission_id, field, filename, mimetype, size, sha256)
  select v.* from go, jsonb_to_recordset($24) v (attachment_id uuid, submission_id uuid, field text, filename text, mimetype text, size bigint, sha256 text)
), c as (
  insert into attachment_chunk (attachment_id, n, bytes) select v.* from go, unnest($25::uuid[], $26::int[], $27::bytea[]) v
), e as (
  insert into event (submission_id, at, type, actor, data)
  select $4, $5, v.type, $1, v.data from go, jsonb_to_recordset($28) v (type text, data jsonb)
)
select (select got from latch) as got, exists (select from go) as accepted`;

/** Stores a submission with its first task. Resolves once it is durable, or says why it is not. */
export async function insertSubmission(
  db: Database,
  submission: Submission,
  sender: Sender,
  skipped: { step: string; reason: string }[] = [],
): Promise<Acceptance> {
  const submissionId = randomUUID();
  const caseId = randomUUID();
  const first = submission.steps[0]!;
  const files = submission.attachments.map((file) => ({ ...describe(file), submission_id: submissionId }));
  const chunks = submission.attachments.flatMap(cut);
  const events = [{ type: 'accepted', data: {} }, ...skipped.map((data) => ({ type: 'task-skipped', data }))];
  const values = [
    sender.client,
    sender.idempotencyKey ?? null,
    sender.contentHash,
    submissionId,
    db.now(),
    caseId,
    submission.channel,
    submission.leistung,
    submission.ars,
    submission.processVersion,
    submission.schema.id,
    submission.schema.version,
    submission.formId ?? null,
    JSON.stringify(submission.steps),
    sender.traceparent,
    laneOf(first.adapter, submission.ars),
    first.adapter,
    randomUUID(),
    first.name,
    first.kind,
    first.optional,
    JSON.stringify(submission.data),
    JSON.stringify(submission.metadata ?? {}),
    JSON.stringify(files),
    chunks.map((chunk) => chunk.id),
    chunks.map((chunk) => chunk.n),
    chunks.map((chunk) => chunk.bytes),
    JSON.stringify(events),
    submission.trustLevel ?? null,
  ];
  try {
    const { rows } = await db.query<{ got: boolean; accepted: boolean }>(acceptStatement, values, 'accept');
    const { got, accepted } = rows[0]!;
    if (accepted) return { kind: 'accepted', submissionId, caseId, replayed: false };
    return got ? await earlier(db, sender) : { kind: 'twin' };
  } catch (error) {
    if (isUnavailable(error)) return { kind: 'unavailable' };
    throw error;
  }
}

/** What the same key was answered before; undefined where nothing was, or not to this content. `hash` is asked only where there was something. */
export async function answeredBefore(
  db: Sql,
  { client, idempotencyKey }: Pick<Sender, 'client' | 'idempotencyKey'>,
  hash: () => string,
): Promise<Acceptance | undefined> {
  const before = idempotencyKey && (await underKey(db, client, idempotencyKey));
  return before && before.contentHash === hash() ? before.acceptance : undefined;
}

async function earlier(db: Database, { client, idempotencyKey, contentHash }: Sender): Promise<Acceptance> {
  const before = await underKey(db, client, idempotencyKey!);
  if (!before) return { kind: 'twin' };
  return before.contentHash === contentHash ? before.acceptance : { kind: 'mismatch' };
}

async function underKey(db: Sql, client: string, key: string) {
  const { rows } = await db.query(
    `select i.content_hash, s.submission_id, s.case_id from idempotency i join submission s using (submission_id) where i.client = $1 and i.key = $2`,
    [client, key],
  );
  const row = rows[0];
  if (!row) return undefined;
  const acceptance: Acceptance = {
    kind: 'accepted',
    submissionId: row['submission_id'],
    caseId: row['case_id'],
    replayed: true,
  };
  return { contentHash: row['content_hash'] as string, acceptance };
}

/** The row of a file, without what it belongs to. */
export function describe(file: NewAttachment) {
  return {
    attachment_id: file.attachmentId,
    field: file.field ?? null,
    filename: file.filename,
    mimetype: file.mimetype,
    size: file.bytes.byteLength,
    sha256: file.sha256,
  };
}

/** Its bytes as rows. */
export function cut(file: NewAttachment) {
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  const count = Math.max(1, Math.ceil(bytes.length / chunkSize));
  return Array.from({ length: count }, (_, n) => ({
    id: file.attachmentId,
    n,
    bytes: bytes.subarray(n * chunkSize, (n + 1) * chunkSize),
  }));
}

export interface TaskView {
  taskId: string;
  step: string;
  adapter: string;
  state: TaskState;
  next: string;
  attempts: number;
  outcome: string | null;
  dueAt: string | null;
}

/** What the Fachverfahren said, without its content. */
export interface ReplyView {
  replyId: string;
  status: ReplyStatus;
  /** When it says that it said so; ISO 8601, UTC. */
  at: string;
  receivedAt: string;
  documents: number;
}

/** A submission without its payload. */
export interface SubmissionView {
  submissionId: string;
  caseId: string;
  client: string;
  leistung: string;
  ars: string;
  receivedAt: string;
  state: SubmissionState;
  /** A person is needed. */
  attention: boolean;
  tasks: TaskView[];
  /** Oldest first. */
  replies: ReplyView[];
  events: { at: string; type: EventType; text: string }[];
}

const viewStatement = `
select s.submission_id, s.case_id, s.client, s.leistung, s.ars, s.received_at, jsonb_array_length(s.steps) as steps,
  (select jsonb_agg(jsonb_build_object('taskId', t.task_id, 'step', t.step_name, 'adapter', t.adapter, 'state', t.state, 'next', t.next,
     'attempts', t.attempts - t.polls, 'outcome', t.outcome, 'dueAt', case when t.state in ('queued', 'waiting') then t.due_at end) order by t.step)
   from task t where t.submission_id = s.submission_id) as tasks,
  (select jsonb_agg(jsonb_build_object('replyId', r.reply_id, 'status', r.status, 'at', r.at, 'receivedAt', r.received_at, 'documents', r.documents)
     order by r.received_at, r.at) from reply r where r.submission_id = s.submission_id) as replies,
  (select jsonb_agg(jsonb_build_object('at', e.at, 'type', e.type, 'data', e.data) order by e.event_id) from event e where e.submission_id = s.submission_id) as events
from submission s where s.submission_id = $1`;

export async function readSubmission(db: Database, submissionId: string): Promise<SubmissionView | undefined> {
  const { rows } = await db.query(viewStatement, [submissionId], 'view');
  const row = rows[0];
  if (!row) return undefined;
  const tasks: TaskView[] = row['tasks'];
  return {
    submissionId: row['submission_id'],
    caseId: row['case_id'],
    client: row['client'],
    leistung: row['leistung'],
    ars: row['ars'],
    receivedAt: row['received_at'].toISOString(),
    state: submissionState(tasks, row['steps']),
    attention: tasks.some((task) => task.state === 'dead'),
    tasks: tasks.map((task) => ({ ...task, dueAt: task.dueAt && new Date(task.dueAt).toISOString() })),
    replies: ((row['replies'] ?? []) as ReplyView[]).map((reply) => ({
      ...reply,
      at: new Date(reply.at).toISOString(),
      receivedAt: new Date(reply.receivedAt).toISOString(),
    })),
    events: (row['events'] as { at: string; type: EventType; data: Record<string, Json> }[]).map(
      ({ at, type, data }) => ({
        at: new Date(at).toISOString(),
        type,
        text: eventText(type, data),
      }),
    ),
  };
}

/** The derived state of `states.md`. */
export function submissionState(
  tasks: Pick<TaskView, 'state' | 'attempts' | 'outcome'>[],
  steps: number,
): SubmissionState {
  if (tasks.some((task) => task.state === 'discarded')) return 'abandoned';
  if (tasks.some((task) => task.state === 'dead' && task.outcome === 'rejected')) return 'rejected';
  if (tasks.length === steps && tasks.every((task) => task.state === 'done')) return 'delivered';
  return tasks.some((task) => task.attempts > 0) ? 'processing' : 'accepted';
}

/** A file's bytes in the pieces in which they are stored; none once erased. */
export async function* readChunks(db: Database, attachmentId: string): AsyncGenerator<Buffer> {
  for (let n = 0; ; n++) {
    const { rows } = await db.query<{ bytes: Buffer }>(
      'select bytes from attachment_chunk where attachment_id = $1 and n = $2',
      [attachmentId, n],
    );
    if (!rows[0]) return;
    yield rows[0].bytes;
  }
}

/** What a submission holds and who sent it, to say about whom it is. Undefined: no such submission. */
export async function readSubject(db: Database, submissionId: string) {
  const { rows } = await db.query(
    `select s.leistung, s.ars, s.case_id, s.process_version, d.content as data, m.content ->> 'postfachHandleId' as handle
     from submission s left join payload d on d.submission_id = s.submission_id and d.kind = 'data'
       left join payload m on m.submission_id = s.submission_id and m.kind = 'metadata' where s.submission_id = $1`,
    [submissionId],
  );
  const row = rows[0];
  if (!row) return undefined;
  return {
    leistung: row['leistung'] as string,
    ars: row['ars'] as string,
    caseId: row['case_id'] as string,
    processVersion: row['process_version'] as string,
    /** Null once erased. */
    data: row['data'] as Json,
    handle: row['handle'] as string | null,
  };
}

/** An attachment's bytes; undefined once erased. */
export async function readAttachment(db: Database, attachmentId: string): Promise<Uint8Array | undefined> {
  const { rows } = await db.query<{ bytes: Buffer }>(
    'select bytes from attachment_chunk where attachment_id = $1 order by n',
    [attachmentId],
  );
  return rows.length ? Buffer.concat(rows.map((row) => row.bytes)) : undefined;
}

/** The same, a piece at a time. Throws when it is erased, also midway. */
export async function* attachmentChunks(db: Database, attachmentId: string): AsyncGenerator<Uint8Array> {
  const { rows } = await db.query<{ n: number }>('select n from attachment_chunk where attachment_id = $1 order by n', [
    attachmentId,
  ]);
  if (rows.length === 0) throw new Error('erased');
  for (const { n } of rows) {
    const piece = await db.query<{ bytes: Buffer }>(
      'select bytes from attachment_chunk where attachment_id = $1 and n = $2',
      [attachmentId, n],
    );
    if (!piece.rows[0]) throw new Error('erased');
    yield piece.rows[0].bytes;
  }
}

export interface StoredAttachment {
  attachmentId: string;
  field?: string;
  filename: string;
  mimetype: string;
  size: number;
  sha256: string;
}

/** What was handed in; documents of replies are not among them. */
export async function readAttachments(db: Database, submissionId: string): Promise<StoredAttachment[]> {
  const { rows } = await db.query(
    'select * from attachment where submission_id = $1 and reply_id is null order by attachment_id',
    [submissionId],
  );
  return rows.map((row) => ({
    attachmentId: row['attachment_id'],
    ...(row['field'] && { field: row['field'] }),
    filename: row['filename'],
    mimetype: row['mimetype'],
    size: row['size'],
    sha256: row['sha256'],
  }));
}

/** Idempotency keys older than `before` are forgotten. */
export async function dropOldKeys(db: Database, before: Date): Promise<void> {
  await db.query('delete from idempotency where at < $1', [before]);
}
