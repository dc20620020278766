import type { Process } from '#processes/process.js';
import type { Plan } from '#processes/steps.js';
import type { Submission } from '#submission/submission.js';
import type { Ars, Json, Leistung } from '#submission/vocabulary.js';

/** What a portal names when it hands something over. */
export interface Address {
  leistung: Leistung;
  ars: Ars;
}

/** What stands behind an address: the region, and the process that takes the Leistung there. */
export interface Destination extends Address {
  /** The region's name, for people. */
  region: string;
  process: Process;
  /** Effective values by name, without secrets. */
  parameters: Record<string, Json>;
}

/** The request as it came. */
export interface HandOver {
  contentType: string | undefined;
  body: Buffer;
}

/** A valid hand-over, which may be accepted. */
export interface Received {
  submission: Submission;
  skipped: Plan['skipped'];
  contentHash: string;
  /** `postfachHandleId`: the mailbox to which the portal answers. */
  handle: string | undefined;
}
