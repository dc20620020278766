import type { AdapterKind, Ars, Json, Leistung, TrustLevel } from './vocabulary.js';

/** A file as it arrived. Its place in the instance is an object `{ attachmentId, filename, mimetype, size }`. */
export interface NewAttachment {
  attachmentId: string;
  /** FIM path of its field, if it belongs to one. */
  field?: string;
  filename: string;
  mimetype: string;
  bytes: Uint8Array;
  /** Hex digest of the bytes. */
  sha256: string;
}

/** A step that applies to this submission, as planned at acceptance. */
export interface PlannedStep {
  name: string;
  title: string;
  kind: AdapterKind;
  adapter: string;
  optional: boolean;
}

/** A submission that is valid: parsed, mapped and checked against its FIM schema. */
export interface Submission {
  channel: 'service-bw';
  leistung: Leistung;
  ars: Ars;
  processVersion: string;
  schema: { id: string; version: string };
  formId?: string;
  /** At which level the applicant was identified; absent: not at all. */
  trustLevel?: TrustLevel;
  /** Hand-over metadata (postfachHandleId, creationDate): personal, kept with the payload. */
  metadata: Json;
  data: Json;
  attachments: NewAttachment[];
  steps: PlannedStep[];
}

/** Who sent it, and how. */
export interface Sender {
  client: string;
  idempotencyKey?: string;
  /** Hex digest of the content as received (leistung, ars and body), to tell a repeat from a misuse of the key. */
  contentHash: string;
  traceparent: string;
}

/** What became of a hand-over. */
export type Acceptance =
  | { kind: 'accepted'; submissionId: string; caseId: string; replayed: boolean }
  /** Same key, other content: 422. */
  | { kind: 'mismatch' }
  /** Same key, the twin is being accepted right now: 409. */
  | { kind: 'twin' }
  /** The store did not answer, so nothing is known: 503, never 202. */
  | { kind: 'unavailable' };

/** The lane of a task: one adapter for one municipality. */
export function laneOf(adapter: string, ars: Ars): string {
  return `${adapter}:${ars}`;
}
