import type { Process } from '#processes/process.js';
import type { Plan } from '#processes/steps.js';
import type { Submission } from '#submission/submission.js';
import type { Ars, Json, Leistung } from '#submission/vocabulary.js';

/** Where a hand-over wants to go. */
export interface Destination {
  leistung: Leistung;
  ars: Ars;
  /** Its name, for people. */
  region: string;
  process: Process;
  /** Effective values by name, without secrets. */
  parameters: Record<string, Json>;
}

/** What came, as it came. */
export interface HandOver {
  contentType: string | undefined;
  body: Buffer;
}

/** A hand-over that is valid: it may be accepted. */
export interface Received {
  submission: Submission;
  skipped: Plan['skipped'];
  contentHash: string;
}
