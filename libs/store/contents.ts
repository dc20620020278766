import type { Json } from '#submission/vocabulary.js';
import { ContentUnreadable, type MasterKeys, SubmissionKey } from './codec.js';
import type { Database } from './database.js';
import { submissionKey } from './sql/submission-key.js';

/** @throws Error where the database was opened without keys */
export function keysOf({ keys }: Pick<Database, 'keys'>): MasterKeys {
  if (!keys) throw new Error('the database was opened without keys for content');
  return keys;
}

/** The key of a submission. @throws ContentUnreadable */
export async function keyOf(db: Database, submissionId: string): Promise<SubmissionKey> {
  return SubmissionKey.unwrap(keysOf(db), submissionId, (await submissionKey(db, { submissionId }))?.wrapped);
}

/** What `open` answers; undefined where the content is erased. @throws ContentUnreadable for any other reason */
export function unlessErased<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof ContentUnreadable && error.why === 'erased') return undefined;
    throw error;
  }
}

/** What a task's row holds of its submission's content. */
interface SealedContent {
  submissionId: string;
  wrapped: Buffer | null;
  data: Buffer | null;
  metadata: Buffer | null;
  registerNames: string[] | null;
  registerAnswers: Buffer[] | null;
}

export interface TaskContent {
  /** Of the submission; undefined once it is erased, or where it cannot be read. */
  key: SubmissionKey | undefined;
  /** The validated form; null once it is erased, or where it cannot be read. */
  data: Json;
  /** Of a register step: the applicant's mailbox, if the portal named one. */
  handle: string | null;
  /** Answers of earlier register steps, by step name. */
  registers: Record<string, Json>;
  /** Why it cannot be read, although it is not erased. */
  unreadable?: ContentUnreadable;
}

export type Opened<Row extends SealedContent> = Omit<Row, Exclude<keyof SealedContent, 'submissionId'>> & TaskContent;

/** A task's row with its content in the clear. */
export function opened<Row extends SealedContent>(db: Pick<Database, 'keys'>, row: Row): Opened<Row> {
  const { wrapped, data, metadata, registerNames, registerAnswers, ...rest } = row;
  return { ...rest, ...contentOf(keysOf(db), row) };
}

const form = { kind: 'data', name: '' } as const;
const nothing: TaskContent = { key: undefined, data: null, handle: null, registers: {} };

function handleIn(key: SubmissionKey, metadata: Buffer | null): string | null {
  const value = metadata && (key.openJson({ kind: 'metadata', name: '' }, metadata) as { postfachHandleId?: Json });
  return typeof value?.postfachHandleId === 'string' ? value.postfachHandleId : null;
}

/** About whom a submission is; nulls once it is erased. @throws ContentUnreadable for any other reason */
export function openedSubject(
  db: Pick<Database, 'keys'>,
  submissionId: string,
  { wrapped, data, metadata }: Pick<SealedContent, 'wrapped' | 'data' | 'metadata'>,
): { data: Json; handle: string | null } {
  const key = unlessErased(() => SubmissionKey.unwrap(keysOf(db), submissionId, wrapped));
  return { data: key && data ? key.openJson(form, data) : null, handle: key ? handleIn(key, metadata) : null };
}

function contentOf(keys: MasterKeys, row: SealedContent): TaskContent {
  const { submissionId, wrapped, data, metadata } = row;
  if (!wrapped || !data) return nothing;
  try {
    const key = SubmissionKey.unwrap(keys, submissionId, wrapped);
    return { key, data: key.openJson(form, data), handle: handleIn(key, metadata), registers: registersOf(key, row) };
  } catch (error) {
    if (!(error instanceof ContentUnreadable)) throw error;
    return { ...nothing, unreadable: error };
  }
}

function registersOf(key: SubmissionKey, { registerNames, registerAnswers }: SealedContent): Record<string, Json> {
  const answers = (registerNames ?? []).map((name, n) => [
    name,
    key.openJson({ kind: 'register', name }, registerAnswers![n]!),
  ]);
  return Object.fromEntries(answers);
}
