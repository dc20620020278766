/**
 * The project's words as types. [glossary.md](./glossary.md) explains each word, [states.md](./states.md) draws the
 * states.
 */

/** 14-digit Leistungsschlüssel (LeiKa), `99` first. */
export type Leistung = string;
/** 12-digit Amtlicher Regionalschlüssel (Destatis); a region may also be named by a prefix of 2, 3, 5 or 9 digits. */
export type Ars = string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const taskStates = ['queued', 'running', 'waiting', 'done', 'dead', 'discarded'] as const;
export type TaskState = (typeof taskStates)[number];

/** What `states.md` draws as to come: the database takes these, and nothing leads to them yet. */
export const statesToCome = {
  task: ['unpaid', 'taken-over', 'withdrawn', 'replaced'],
  submission: ['taken-over', 'withdrawn'],
} as const;

/** What the next claim of a task calls. */
export const calls = ['deliver', 'lookup', 'find', 'status'] as const;
export type Call = (typeof calls)[number];

/** How a submission ends. */
export const submissionEnds = ['delivered', 'rejected', 'abandoned'] as const;
export type SubmissionEnd = (typeof submissionEnds)[number];

export const submissionStates = ['accepted', 'processing', ...submissionEnds] as const;
export type SubmissionState = (typeof submissionStates)[number];

export const adapterKinds = ['fachverfahren', 'register'] as const;
export type AdapterKind = (typeof adapterKinds)[number];

/** Levels of assurance of an identification (eIDAS Art. 8 (2)), lowest first. */
export const trustLevels = ['niedrig', 'substantiell', 'hoch'] as const;
export type TrustLevel = (typeof trustLevels)[number];

/**
 * Whether an identification at `level` satisfies `demanded`; without an identification, only if nothing is demanded.
 */
export const reaches = (level: TrustLevel | undefined, demanded: TrustLevel | undefined): boolean =>
  demanded === undefined || (level !== undefined && trustLevels.indexOf(level) >= trustLevels.indexOf(demanded));

/**
 * What a Fachverfahren reports: in progress, a question to the applicant, a decision, or that it cannot use what it
 * got.
 */
export const replyStatuses = ['inBearbeitung', 'rueckfrage', 'bescheid', 'zurueckgewiesen'] as const;
export type ReplyStatus = (typeof replyStatuses)[number];

/** The message on RabbitMQ that wakes a worker: ids only, carried as the `data` of a structured CloudEvent. */
export interface Ticket {
  taskId: string;
  submissionId: string;
  leistung: Leistung;
  ars: Ars;
  adapter: string;
  /** W3C Trace Context `traceparent`. */
  traceparent?: string;
}
