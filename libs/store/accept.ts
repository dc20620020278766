import { commitmentTo, formText } from '#submission/commitment.js';
import { newId } from '#submission/id.js';
import { type Acceptance, laneOf, type Sender, type Submission } from '#submission/submission.js';
import { attachmentRow, chunkColumns, chunksOf, type FileUnderKey } from './attachments.js';
import { type MasterKeys, SubmissionKey } from './codec.js';
import { keysOf, unlessErased } from './contents.js';
import { type Database, isUnavailable, type Sql } from './database.js';
import { Pieces } from './pieces.js';
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
  const pieces = new Pieces();
  const keyed = group.map((one) => ({ ...one, key: SubmissionKey.create(newId()) }));
  const rows = keyed.map((one, i) => ({ ...rowOf(one, i), ...sealed(keysOf(db), one, pieces) }));
  const files = keyed.flatMap(({ submission, key }) => submission.attachments.map((file) => ({ file, key })));
  const isLarge = files.reduce((sum, { file }) => sum + file.bytes.byteLength, 0) > inOneStatement;
  const columns = chunkColumns(isLarge ? [] : files, pieces);
  const bytes = pieces.bytes();
  const insert = (sql: Sql) => acceptSubmissions(sql, { submissions: rows, ...columns, bytes, now: db.now() });
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
  files: FileUnderKey[],
  insert: (sql: Sql) => Promise<AcceptSubmissionsRow[]>,
): Promise<AcceptSubmissionsRow[]> {
  const answers = await insert(sql);
  if (!answers[0]!.accepted) return answers;
  let added = 0;
  for (const chunk of chunksOf(files)) {
    await addChunk(sql, chunk);
    if (++added % clearedAfter === 0) globalThis.gc?.({ type: 'minor' });
  }
  return answers;
}

type Keyed = Written & { key: SubmissionKey };

/** Key, form and metadata, and where they are among the pieces. */
function sealed(keys: MasterKeys, { key, content, submission: { metadata } }: Keyed, pieces: Pieces) {
  const wrapped = pieces.add(key.wrap(keys));
  const data = pieces.add(key.sealText({ kind: 'data', name: '' }, content));
  const others = pieces.add(key.sealJson({ kind: 'metadata', name: '' }, metadata ?? {}));
  return {
    wrapped_from: wrapped.since,
    wrapped_size: wrapped.size,
    data_from: data.since,
    data_size: data.size,
    metadata_from: others.since,
    metadata_size: others.size,
  };
}

function rowOf({ submission, sender, key, skipped = [], persons, content }: Keyed, i: number) {
  const { channel, leistung, ars, schema, steps } = submission;
  const { name, kind, optional, adapter } = steps[0]!;
  const { salt } = key;
  const accepted = { content: commitmentTo(salt, formText(content, submission.attachments)) };
  return {
    n: i + 1,
    submission_id: key.submissionId,
    case_id: newId(),
    client: sender.client,
    idempotency_key: sender.idempotencyKey ?? null,
    content_hash: commitmentTo(salt, sender.contentHash),
    traceparent: sender.traceparent,
    channel,
    leistung,
    ars,
    process_version: submission.processVersion,
    schema_id: schema.id,
    schema_version: schema.version,
    form_id: submission.formId ?? null,
    trust_level: submission.trustLevel ?? null,
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
  } satisfies Partial<NewSubmission>;
}

/**
 * What the same key was answered before. Undefined where nothing was, or not to this content. `hash` is asked only
 * where there was something, since it takes the whole body.
 */
export async function answeredBefore(
  db: Database,
  { client, idempotencyKey }: Pick<Sender, 'client' | 'idempotencyKey'>,
  hash: () => string,
): Promise<Acceptance | undefined> {
  const before = idempotencyKey && (await acceptedUnderKey(db, { client, key: idempotencyKey }));
  return before && isOf(db, before, hash()) ? repeated(before) : undefined;
}

async function answeredUnderKey(db: Database, { client, idempotencyKey, contentHash }: Sender): Promise<Acceptance> {
  const before = await acceptedUnderKey(db, { client, key: idempotencyKey! });
  if (!before) return { kind: 'twin' };
  return isOf(db, before, contentHash) ? repeated(before) : { kind: 'mismatch' };
}

/** Whether it was accepted from this content. Version 0.2 stored the hash as it is. @throws ContentUnreadable */
function isOf(db: Database, { submissionId, wrapped, contentHash }: AcceptedUnderKeyRow, hash: string): boolean {
  if (contentHash === hash) return true;
  const key = unlessErased(() => SubmissionKey.unwrap(keysOf(db), submissionId, wrapped));
  return key !== undefined && contentHash === commitmentTo(key.salt, hash);
}

function repeated({ submissionId, number, caseId }: AcceptedUnderKeyRow): Acceptance {
  return { kind: 'accepted', submissionId, number, caseId, replayed: true };
}
