import type { NewAttachment } from '#submission/submission.js';
import type { Json, TrustLevel } from '#submission/vocabulary.js';

/**
 * Limits of one hand-over: bytes of the `body` and of each `file`, number of `files` and `fields`, levels of nesting.
 */
export interface Limits {
  body: number;
  file: number;
  files: number;
  fields: number;
  depth: number;
}

/**
 * Ids that the process knows. They decide how `<group>_<n>_<field>` is split, since ids may contain `_` and digits
 * themselves.
 */
export interface Known {
  groups: ReadonlySet<string>;
  fields: ReadonlySet<string>;
}

/**
 * One field of the form as the citizen filled it. No input is `""`; a file is an object
 * `{ attachmentId, filename, mimetype, size }`, several files are a list of them.
 */
export interface FormField {
  /** `<group>_<instance>_<field>`. */
  key: string;
  group: string;
  /** From 0. */
  instance: number;
  field: string;
  value: Json;
}

export interface FormMetadata {
  postfachHandleId?: string;
  /** `<mandant>:<name>:v<x.y>`. */
  formId?: string;
  /** ISO 8601, as the portal wrote it. */
  creationDate?: string;
  /** How surely the applicant was identified; absent if the portal states no level that we know. */
  trustLevel?: TrustLevel;
  /** The form as the citizen saw it, as PDF. */
  pdfApplicantForm?: Uint8Array;
}

/** A Serviceportal form that has been read but not yet validated. */
export interface FormContent {
  metadata?: FormMetadata;
  fields: FormField[];
  files: NewAttachment[];
  /** SHA-256, hex, of the content; for multipart, of its parts, so that another boundary does not change it. */
  digest: string;
}

/** The result of the readers of both formats: names and values, with files still in base64. */
export interface Dump {
  metadata?: Record<string, Json>;
  fields: FormField[];
  /** Files that are decoded already, by what stands for their base64. */
  decoded?: ReadonlyMap<string, Buffer>;
}
