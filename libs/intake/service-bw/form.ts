import type { NewAttachment } from '#submission/submission.js';
import type { Json, TrustLevel } from '#submission/vocabulary.js';

/** What one hand-over may cost. `body` and `file` in bytes. */
export interface Limits {
  body: number;
  file: number;
  files: number;
  fields: number;
  depth: number;
}

/** Ids that the process knows. They decide how `<group>_<n>_<field>` is split, since ids may contain `_` and digits themselves. */
export interface Known {
  groups: ReadonlySet<string>;
  fields: ReadonlySet<string>;
}

/** One field of the form as the citizen filled it. No input is `""`; a file is `{ attachmentId, filename, mimetype, size }`. */
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
  /** How surely the applicant was identified; absent where the portal says nothing that we know. */
  trustLevel?: TrustLevel;
  /** The form as the citizen saw it, as PDF. */
  pdfApplicantForm?: Uint8Array;
}

/** A Serviceportal form, read but not yet judged. */
export interface FormContent {
  metadata?: FormMetadata;
  fields: FormField[];
  files: NewAttachment[];
  /** SHA-256, hex, of the content; for multipart of its parts, so that another boundary is the same content. */
  digest: string;
}

/** What the readers of both formats make: names and values, files still in base64. */
export interface Dump {
  metadata?: Record<string, Json>;
  fields: FormField[];
}
