import type { AdapterKind, Ars, Json, Leistung, TrustLevel } from './vocabulary.js';

/** A file as it arrived. In the instance, an object `{ attachmentId, filename, mimetype, size }` stands for it. */
export interface NewAttachment {
  attachmentId: string;
  /** FIM path of the field that it belongs to, if any. */
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
  /** The level at which the applicant was identified; absent if not at all. */
  trustLevel?: TrustLevel;
  /** Hand-over metadata (postfachHandleId, creationDate): personal, kept with the payload. */
  metadata: Json;
  data: Json;
  attachments: NewAttachment[];
  steps: PlannedStep[];
}

/** Who sent a submission, and what makes a repeat of the request recognisable. */
export interface Sender {
  client: string;
  idempotencyKey?: string;
  /**
   * Hex digest of the content as received (Leistung, ARS and body): distinguishes a repeat from a misuse of the key.
   */
  contentHash: string;
  traceparent: string;
}

/** The result of accepting a submission. */
export type Acceptance =
  /** `number`: its place in the sequence ({@link Numbers}). */
  | { kind: 'accepted'; submissionId: string; number: number | null; caseId: string; replayed: boolean }
  /** Same key, other content: answered with 422. */
  | { kind: 'mismatch' }
  /** Same key, and the first request is still being accepted: answered with 409. */
  | { kind: 'twin' }
  /** The store did not answer, so the result is not known: answered with 503, never with 202. */
  | { kind: 'unavailable' };

/** The key of a lane: one adapter for one municipality. */
export function laneOf(adapter: string, ars: Ars): string {
  return `${adapter}:${ars}`;
}
