// Generated from claim.sql and the migrated schema: change the statements, then npm run sql

import type { PlannedStep } from '#submission/submission.js';
import type { AdapterKind, Call, TrustLevel } from '#submission/vocabulary.js';
import { json, many, one } from '../statement.js';

export interface ClaimTasksParameters {
  taskIds: readonly string[];
  /** Whom each task's call will go to; empty: nobody, null: not known, the lane's own stays. */
  hosts: (string | null)[];
  /** How many slots the parameters give the task's lane; null: @slots. Counts where the host is known. */
  ownSlots: (number | null)[];
  /** How many calls a minute the parameters let the task's lane have; null: any. Likewise. */
  rates: (number | null)[];
  slots: number;
  now: Date;
  hostSlots: number;
  /** Milliseconds by adapter id, `*` for the others. */
  leases: Record<string, number>;
  worker: string;
}

export interface ClaimTasksRow {
  taskId: string;
  submissionId: string;
  caseId: string;
  step: number;
  stepName: string;
  kind: AdapterKind;
  optional: boolean;
  adapter: string;
  leistung: string;
  ars: string;
  lane: string;
  traceparent: string;
  next: Call;
  /** The fence: what this attempt writes counts only while the task still has this number. */
  attempt: number;
  retries: number;
  /** A replay with other parameters renders anew; checkpoints belong to a generation. */
  generation: number;
  /** The attempt that may have sent something. */
  doubtAttempt: number | null;
  /** Parameter versions to use instead of the current ones. */
  parametersAsRan: string[] | null;
  /** The first failure: the retry window runs from here, less the time the lane was closed. */
  windowFrom: Date | null;
  windowClosedMs: number;
  /** Since when a target that answers later has said nothing new. */
  pendingSince: Date | null;
  externalReference: string | null;
  leaseUntil: Date;
  /** Milliseconds that the lane has ever been closed. */
  laneClosedMs: number;
  laneFailures: number;
  laneProbes: number;
  /** Why the lane is closed, null where it is open; only an optional lookup is claimed then. */
  laneClosed: string | null;
  host: string | null;
  /** How many lanes the host has left without an answer since it last answered. */
  hostUnanswered: number;
  steps: PlannedStep[];
  processVersion: string;
  schemaId: string;
  schemaVersion: string;
  receivedAt: Date;
  /** How surely the applicant was identified; null: not at all. */
  trustLevel: TrustLevel | null;
  /** The submission's key; null once it is erased. */
  wrapped: Buffer | null;
  /** The validated form, sealed; null once it is erased. */
  data: Buffer | null;
  /** Of a register step: of the hand-over, sealed. */
  metadata: Buffer | null;
  /** Steps of earlier registers that answered; null: none. */
  registerNames: string[] | null;
  /** What they answered, sealed, in the same order. */
  registerAnswers: Buffer[] | null;
  hasAttachments: boolean;
  /** Revision of the parameters at the time of the claim. */
  revision: number;
}

/**
 * Claims those of the tasks that are still queued, in an open lane as many as the lane and its host have free slots, or
 * as an optional lookup that passes a closed one, and answers each with what its attempt needs. The others are due
 * again, at the earliest when their lane may have its next call. Whoever claims holds the lanes' locks and counts after
 * that, so that no lane ever has more calls than slots, nor more a minute than it may; and waits for a relay that is
 * looking at a task, or its ticket would be lost. The new attempt number is the fence of everything the attempt writes.
 * A poll after a poll takes over that poll's row in `attempt` instead of adding one.
 */
export const claimTasks = many<ClaimTasksParameters, ClaimTasksRow>(
  'claim.sql',
  'claim_tasks',
  (p) => [p.taskIds, p.hosts, p.ownSlots, p.rates, p.slots, p.now, p.hostSlots, json(p.leases), p.worker],
  [
    'taskId',
    'submissionId',
    'caseId',
    'step',
    'stepName',
    'kind',
    'optional',
    'adapter',
    'leistung',
    'ars',
    'lane',
    'traceparent',
    'next',
    'attempt',
    'retries',
    'generation',
    'doubtAttempt',
    'parametersAsRan',
    'windowFrom',
    'windowClosedMs',
    'pendingSince',
    'externalReference',
    'leaseUntil',
    'laneClosedMs',
    'laneFailures',
    'laneProbes',
    'laneClosed',
    'host',
    'hostUnanswered',
    'steps',
    'processVersion',
    'schemaId',
    'schemaVersion',
    'receivedAt',
    'trustLevel',
    'wrapped',
    'data',
    'metadata',
    'registerNames',
    'registerAnswers',
    'hasAttachments',
    'revision',
  ],
);

export interface ReadTaskParameters {
  taskId: string;
}

export interface ReadTaskRow {
  taskId: string;
  submissionId: string;
  caseId: string;
  step: number;
  stepName: string;
  kind: AdapterKind;
  optional: boolean;
  adapter: string;
  leistung: string;
  ars: string;
  lane: string;
  traceparent: string;
  next: Call;
  attempt: number;
  retries: number;
  generation: number;
  doubtAttempt: number | null;
  parametersAsRan: string[] | null;
  windowFrom: Date | null;
  windowClosedMs: number;
  pendingSince: Date | null;
  externalReference: string | null;
  laneClosedMs: number;
  laneFailures: number;
  laneProbes: number;
  laneClosed: string | null;
  host: string | null;
  hostUnanswered: number;
  steps: PlannedStep[];
  processVersion: string;
  schemaId: string;
  schemaVersion: string;
  receivedAt: Date;
  trustLevel: TrustLevel | null;
  wrapped: Buffer | null;
  data: Buffer | null;
  metadata: Buffer | null;
  registerNames: string[] | null;
  registerAnswers: Buffer[] | null;
  hasAttachments: boolean;
  revision: number;
}

/** A task as its next attempt would find it, without claiming it. */
export const readTask = one<ReadTaskParameters, ReadTaskRow>('claim.sql', 'read_task', (p) => [p.taskId], [
  'taskId',
  'submissionId',
  'caseId',
  'step',
  'stepName',
  'kind',
  'optional',
  'adapter',
  'leistung',
  'ars',
  'lane',
  'traceparent',
  'next',
  'attempt',
  'retries',
  'generation',
  'doubtAttempt',
  'parametersAsRan',
  'windowFrom',
  'windowClosedMs',
  'pendingSince',
  'externalReference',
  'laneClosedMs',
  'laneFailures',
  'laneProbes',
  'laneClosed',
  'host',
  'hostUnanswered',
  'steps',
  'processVersion',
  'schemaId',
  'schemaVersion',
  'receivedAt',
  'trustLevel',
  'wrapped',
  'data',
  'metadata',
  'registerNames',
  'registerAnswers',
  'hasAttachments',
  'revision',
]);
