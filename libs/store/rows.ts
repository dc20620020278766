import type { EventType } from '#submission/events.js';
import type { PlannedStep } from '#submission/submission.js';
import type { AdapterKind, Call, Json, ReplyStatus, TaskState } from '#submission/vocabulary.js';

/*
 * Shapes inside JSON that statements take or answer: what PostgreSQL's types do not say. The keys are those of the
 * statements.
 */

/** `host`: the host of several lanes left them without an answer. */
export type LaneWhy = 'down' | 'busy' | 'misconfigured' | 'operator' | 'host';

/** With which parameters a replay runs: the set of the last attempt, or what is effective now. */
export type ReplayParameters = 'as-ran' | 'current';

/** What an item of a bulk replay has become. `processed` only when its task is done. */
export const replayItemStates = ['pending', 'skipped', 'under-way', 'processed', 'failed-again', 'discarded'] as const;
export type ReplayItemState = (typeof replayItemStates)[number];

/**
 * A parameter as an attempt ran with it: which version, and the level it came from. What nobody set has the value of
 * its definition, and no version.
 */
export type RanParameter =
  | { name: string; versionId: string; region: string; level: string; value?: undefined }
  | { name: string; level: 'default'; value: Json; versionId?: undefined; region?: undefined };

/** The task of a step that follows another. */
export interface FollowingTask {
  taskId: string;
  step: number;
  stepName: string;
  kind: AdapterKind;
  optional: boolean;
  adapter: string;
  lane: string;
  next: Call;
}

/** What an attempt leaves behind, all of it in one statement. Absent members become null. */
export interface AttemptRecord {
  taskId: string;
  attempt: number;
  state: TaskState;
  next: Call;
  dueAt: Date;
  retries: number;
  doubtAttempt?: number | undefined;
  windowFrom?: Date | undefined;
  /** Absent: it stays as it is. */
  pendingSince?: Date | undefined;
  outcome: string;
  reason?: string | undefined;
  /** Where the task is dead now: of what (`causeOf`). */
  cause?: string | undefined;
  externalReference?: string | undefined;
  adapterVersion: string;
  parameters: RanParameter[];
  /** Absent where nothing is worth telling: one more poll. */
  event?: EventType | undefined;
  eventData: Json;
  /** A register's answer, kept for the later steps: sealed, in base64. */
  answer?: string | undefined;
  /** The step that follows when this one is done. */
  follow?: FollowingTask | undefined;
}

/** What an attempt is about to send. */
export interface Checkpoint {
  submissionId: string;
  taskId: string;
  attempt: number;
  generation: number;
  step: string;
  sealed: Uint8Array;
  adapterVersion: string;
  /** The parameter versions this attempt runs with: whoever looks later must ask with them. */
  parameters: RanParameter[];
}

/** The same as a row: its place in the list, and of its sealed data among the bytes, from 1. */
export interface CheckpointRow extends Omit<Checkpoint, 'sealed'> {
  n: number;
  since: number;
  size: number;
}

/** A file of a submission, without its bytes. */
export interface AttachmentRow {
  attachment_id: string;
  field: string | null;
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

/** A document of a reply; `n` from 1. */
export interface DocumentRow extends Omit<AttachmentRow, 'field'> {
  n: number;
}

/** A submission with its first task, as it is stored when it is accepted; its key and contents stand beside it. */
export interface NewSubmission {
  /** Its place in the group, from 1. */
  n: number;
  submission_id: string;
  case_id: string;
  client: string;
  idempotency_key: string | null;
  content_hash: string;
  channel: string;
  leistung: string;
  ars: string;
  process_version: string;
  schema_id: string;
  schema_version: string;
  form_id: string | null;
  trust_level: string | null;
  traceparent: string;
  steps: PlannedStep[];
  files: AttachmentRow[];
  events: NewEvent[];
  task_id: string;
  step_name: string;
  kind: AdapterKind;
  optional: boolean;
  adapter: string;
  lane: string;
  next: string;
  /** Where its key, its form and its metadata begin among the bytes, from 1, and how long they are. */
  wrapped_from: number;
  wrapped_size: number;
  data_from: number;
  data_size: number;
  metadata_from: number;
  metadata_size: number;
  /** Pseudonyms, hex. */
  persons: string[];
  key_version: number | null;
}

export interface NewEvent {
  type: EventType;
  data: Record<string, Json>;
}

export interface EventRow extends NewEvent {
  /** PostgreSQL's text of a time. */
  at: string;
}

/** A task as a portal sees it. */
export interface TaskRow {
  taskId: string;
  step: string;
  adapter: string;
  state: TaskState;
  next: string;
  /** Without polls. */
  attempts: number;
  outcome: string | null;
  dueAt: string | null;
}

/** A reply without its content. */
export interface ReplyRow {
  replyId: string;
  status: ReplyStatus;
  at: string;
  receivedAt: string;
  documents: number;
}

/** Who looked up or viewed what about whom. Nothing personal but pseudonyms. */
export interface AccessLogEntry {
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

/** What came of an entry's look-up; of several, the last counts. */
export interface AccessLogOutcome {
  entryId: string;
  at: Date;
  outcome: string;
}
