// Generated from replay.sql and the migrated schema: change the statements, then npm run sql

import type { PlannedStep } from '#submission/submission.js';
import type { AdapterKind, Call } from '#submission/vocabulary.js';
import type { ReplayParameters } from '../rows.js';
import { exec, json, many, one } from '../statement.js';

export interface ReplayDeadParameters {
  taskIds: readonly string[];
  attempts: (number | null)[];
  finders: readonly string[];
  now: Date;
  parameters: ReplayParameters;
  actor: string;
  details: { parameters: ReplayParameters; reason?: string | undefined; replayId?: string | undefined };
}

export interface ReplayDeadRow {
  taskId: string;
}

/**
 * Brings dead tasks back: due now, with a fresh retry window. In doubt the adapter looks first; one that cannot
 * (`finders` names those that can) is left alone. A task that the target is still working on is asked again, not
 * sent again. With `current` parameters what is sent is rendered anew. `attempts`, beside each task: which death is
 * meant, or null. Answers the tasks that this call, and no other, replayed.
 */
export const replayDead = many<ReplayDeadParameters, ReplayDeadRow>(
  'replay.sql',
  'replay_dead',
  (p) => [p.taskIds, p.attempts, p.finders, p.now, p.parameters, p.actor, json(p.details)],
  ['taskId'],
);

export interface DiscardDeadParameters {
  at: Date;
  taskId: string;
  actor: string;
  reason: string;
}

export const discardDead = exec<DiscardDeadParameters>('replay.sql', 'discard_dead', (p) => [
  p.at,
  p.taskId,
  p.actor,
  p.reason,
]);

export interface SettleDeadParameters {
  arrived: boolean;
  at: Date;
  taskId: string;
  actor: string;
  reason: string;
}

export interface SettleDeadRow {
  submissionId: string;
  caseId: string;
  leistung: string;
  ars: string;
  traceparent: string;
  step: number;
  steps: PlannedStep[];
}

/**
 * Ends the doubt about a dead task: it arrived, and is done; or it did not, and is sent again with the same bytes
 * under the same key. Nothing is answered where the task is not, or no longer, dead and in doubt.
 */
export const settleDead = one<SettleDeadParameters, SettleDeadRow>(
  'replay.sql',
  'settle_dead',
  (p) => [p.arrived, p.at, p.taskId, p.actor, p.reason],
  ['submissionId', 'caseId', 'leistung', 'ars', 'traceparent', 'step', 'steps'],
);

export interface AddLaneParameters {
  lane: string;
  adapter: string;
  ars: string;
}

export const addLane = exec<AddLaneParameters>('replay.sql', 'add_lane', (p) => [p.lane, p.adapter, p.ars]);

export interface AddTaskParameters {
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
  now: Date;
}

/** A task that is due now. Its lane must be there. */
export const addTask = exec<AddTaskParameters>('replay.sql', 'add_task', (p) => [
  p.taskId,
  p.submissionId,
  p.caseId,
  p.step,
  p.stepName,
  p.kind,
  p.optional,
  p.adapter,
  p.leistung,
  p.ars,
  p.lane,
  p.traceparent,
  p.next,
  p.now,
]);

export interface NoteViewedParameters {
  at: Date;
  actor: string;
  reason: string;
  taskId: string;
}

/** Somebody was shown what a task sends. */
export const noteViewed = exec<NoteViewedParameters>('replay.sql', 'note_viewed', (p) => [
  p.at,
  p.actor,
  p.reason,
  p.taskId,
]);
