import { randomUUID } from 'node:crypto';
import { commitmentTo, formText } from '#submission/commitment.js';
import { newId } from '#submission/id.js';
import { type Acceptance, laneOf, type NewAttachment, type Sender, type Submission } from '#submission/submission.js';
import { attachmentRow, chunkColumns, chunksOf } from './attachments.js';
import { type Database, isUnavailable, type Sql } from './database.js';
import type { NewSubmission } from './rows.js';
import {
  type AcceptedUnderKeyRow,
  type AcceptSubmissionsRow,
  acceptedUnderKey,
  acceptSubmissions,
  addChunk,
} from './sql/accept.js';

/** Bytes of attachments up to which they travel in the accepting statement, where they cost several times as much. */
const inOneStatement = 256 * 1024;

/** Chunks after which what the database client made of them is cleared away. */
const clearedAfter = 8;

/** A submission on its way into the store. */
export interface Given {
  submission: Submission;
  sender: Sender;
  /** Steps that do not apply to it, and why. */
  skipped?: { step: string; reason: string }[];
  persons?: IndexedPersons;
}

/** Who finds a submission: pseudonyms (hex, each once) and the version of their key. */
export interface IndexedPersons {
  keyVersion: number;
  pseudonyms: string[];
}

/** With its validated form as JSON. */
export interface Written extends Given {
  content: string;
}

export const written = (given: Given): Written => ({ ...given, content: JSON.stringify(given.submission.data) });

/**
 * Stores a group, each with its first task, in one statement. Resolves once it is durable, or says why it is not: one
 * answer for each, in the order given. No idempotency key may be twice in it. A
 * submission with large files is a group of its own.
 */
export async function insertSubmissions(db: Database, group: Written[]): Promise<Acceptance[]> {
  const rows = group.map(rowOf);
  const files = group.flatMap(({ submission }) => submission.attachments);
  const isLarge = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) > inOneStatement;
  const insert = (sql: Sql) =>
    acceptSubmissions(sql, {
      submissions: rows,
      contents: group.map(({ content }) => content),
      ...chunkColumns(isLarge ? [] : files),
      now: db.now(),
    });
  try {
    const answers = await (isLarge ? db.transaction((sql) => withChunks(sql, files, insert)) : insert(db));
    return Promise.all(answers.map((answer, i) => acceptanceOf(db, answer, rows[i]!, group[i]!)));
  } catch (error) {
    if (isUnavailable(error)) return group.map(() => ({ kind: 'unavailable' }));
    throw error;
  }
}

/** Never throws: what others of the group have stored is stored, whatever becomes of one look-up. */
async function acceptanceOf(
  db: Database,
  { acquired, accepted, number }: AcceptSubmissionsRow,
  { submission_id: submissionId, case_id: caseId }: NewSubmission,
  { sender }: Given,
): Promise<Acceptance> {
  if (accepted) return { kind: 'accepted', submissionId, number, caseId, replayed: false };
  if (!acquired) return { kind: 'twin' };
  return answeredUnderKey(db, sender).catch((): Acceptance => ({ kind: 'unavailable' }));
}

async function withChunks(
  sql: Sql,
  files: NewAttachment[],
  insert: (sql: Sql) => Promise<AcceptSubmissionsRow[]>,
): Promise<AcceptSubmissionsRow[]> {
  const answers = await insert(sql);
  if (!answers[0]!.accepted) return answers;
  for (const [i, chunk] of chunksOf(files).entries()) {
    await addChunk(sql, chunk);
    if (i % clearedAfter === clearedAfter - 1) globalThis.gc?.({ type: 'minor' });
  }
  return answers;
}

function rowOf({ submission, sender, skipped = [], persons, content }: Written, i: number): NewSubmission {
  const { channel, leistung, ars, schema, steps } = submission;
  const { name, kind, optional, adapter } = steps[0]!;
  const salt = randomUUID();
  const accepted = { content: commitmentTo(salt, formText(content, submission.attachments)) };
  return {
    n: i + 1,
    submission_id: newId(),
    case_id: newId(),
    client: sender.client,
    idempotency_key: sender.idempotencyKey ?? null,
    content_hash: sender.contentHash,
    traceparent: sender.traceparent,
    channel,
    leistung,
    ars,
    process_version: submission.processVersion,
    schema_id: schema.id,
    schema_version: schema.version,
    form_id: submission.formId ?? null,
    trust_level: submission.trustLevel ?? null,
    salt,
    metadata: submission.metadata ?? {},
    steps,
    files: submission.attachments.map(attachmentRow),
    events: [{ type: 'accepted', data: accepted }, ...skipped.map((data) => ({ type: 'task-skipped' as const, data }))],
    task_id: newId(),
    step_name: name,
    kind,
    optional,
    adapter,
    lane: laneOf(adapter, ars),
    next: kind === 'register' ? 'lookup' : 'deliver',
    persons: persons?.pseudonyms ?? [],
    key_version: persons?.keyVersion ?? null,
  };
}

/**
 * What the same key was answered before. Undefined where nothing was, or not to this content. `hash` is asked only
 * where there was something, since it takes the whole body.
 */
export async function answeredBefore(
  db: Sql,
  { client, idempotencyKey }: Pick<Sender, 'client' | 'idempotencyKey'>,
  hash: () => string,
): Promise<Acceptance | undefined> {
  const before = idempotencyKey && (await acceptedUnderKey(db, { client, key: idempotencyKey }));
  return before && before.contentHash === hash() ? repeated(before) : undefined;
}

async function answeredUnderKey(db: Sql, { client, idempotencyKey, contentHash }: Sender): Promise<Acceptance> {
  const before = await acceptedUnderKey(db, { client, key: idempotencyKey! });
  if (!before) return { kind: 'twin' };
  return before.contentHash === contentHash ? repeated(before) : { kind: 'mismatch' };
}

function repeated({ submissionId, number, caseId }: AcceptedUnderKeyRow): Acceptance {
  return { kind: 'accepted', submissionId, number, caseId, replayed: true };
}
