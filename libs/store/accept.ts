import { randomUUID } from 'node:crypto';
import { type Acceptance, laneOf, type Sender, type Submission } from '#submission/submission.js';
import { attachmentRow, chunkColumns, chunksOf } from './attachments.js';
import { type Database, isUnavailable, type Sql } from './database.js';
import type { NewEvent } from './rows.js';
import { acceptedUnderKey, acceptSubmission, addChunk } from './sql/accept.js';

/** Bytes of attachments up to which they travel in the accepting statement, where they cost several times as much. */
const inOneStatement = 256 * 1024;

/** Chunks after which what the database client made of them is cleared away. */
const clearedAfter = 8;

/** Stores a submission with its first task. Resolves once it is durable, or says why it is not. */
export async function insertSubmission(
  db: Database,
  submission: Submission,
  sender: Sender,
  skipped: { step: string; reason: string }[] = [],
): Promise<Acceptance> {
  const submissionId = randomUUID();
  const caseId = randomUUID();
  const { schema, attachments } = submission;
  const first = submission.steps[0]!;
  const events: NewEvent[] = [
    { type: 'accepted', data: {} },
    ...skipped.map((data) => ({ type: 'task-skipped' as const, data })),
  ];
  const isLarge = attachments.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) > inOneStatement;
  const insert = async (sql: Sql) =>
    (await acceptSubmission(sql, {
      ...submission,
      submissionId,
      caseId,
      now: db.now(),
      client: sender.client,
      idempotencyKey: sender.idempotencyKey,
      contentHash: sender.contentHash,
      traceparent: sender.traceparent,
      schemaId: schema.id,
      schemaVersion: schema.version,
      metadata: submission.metadata ?? {},
      files: attachments.map(attachmentRow),
      ...chunkColumns(isLarge ? [] : attachments),
      events,
      taskId: randomUUID(),
      stepName: first.name,
      kind: first.kind,
      optional: first.optional,
      adapter: first.adapter,
      lane: laneOf(first.adapter, submission.ars),
      next: first.kind === 'register' ? 'lookup' : 'deliver',
    }))!;
  const insertLarge = async (sql: Sql) => {
    const answer = await insert(sql);
    if (!answer.accepted) return answer;
    for (const [i, chunk] of chunksOf(attachments).entries()) {
      await addChunk(sql, chunk);
      if (i % clearedAfter === clearedAfter - 1) globalThis.gc?.({ type: 'minor' });
    }
    return answer;
  };
  try {
    const { acquired, accepted } = await (isLarge ? db.transaction(insertLarge) : insert(db));
    if (accepted) return { kind: 'accepted', submissionId, caseId, replayed: false };
    return acquired ? await answeredUnderKey(db, sender) : { kind: 'twin' };
  } catch (error) {
    if (isUnavailable(error)) return { kind: 'unavailable' };
    throw error;
  }
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

function repeated({ submissionId, caseId }: { submissionId: string; caseId: string }): Acceptance {
  return { kind: 'accepted', submissionId, caseId, replayed: true };
}
