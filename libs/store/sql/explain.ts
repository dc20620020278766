// Generated from explain.sql and the migrated schema: change the statements, then npm run sql

import type { EventType } from '#submission/events.js';
import type { AdapterKind, Call, Json, TaskState } from '#submission/vocabulary.js';
import type { RanParameter } from '../rows.js';
import { many, one } from '../statement.js';

export interface ExplainedTaskParameters {
  taskId: string;
}

export interface ExplainedTaskRow {
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
  state: TaskState;
  next: Call;
  dueAt: Date;
  attempts: number;
  polls: number;
  retries: number;
  generation: number;
  doubtAttempt: number | null;
  outcome: string | null;
  reason: string | null;
  externalReference: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  inDoubt: boolean | null;
  client: string;
  channel: string;
  processVersion: string;
  schemaId: string;
  schemaVersion: string;
  formId: string | null;
  receivedAt: Date;
  acceptedAt: Date;
  number: number | null;
}

export const explainedTask = one<ExplainedTaskParameters, ExplainedTaskRow>(
  'explain.sql',
  'explained_task',
  (p) => [p.taskId],
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
    'state',
    'next',
    'dueAt',
    'attempts',
    'polls',
    'retries',
    'generation',
    'doubtAttempt',
    'outcome',
    'reason',
    'externalReference',
    'createdAt',
    'finishedAt',
    'inDoubt',
    'client',
    'channel',
    'processVersion',
    'schemaId',
    'schemaVersion',
    'formId',
    'receivedAt',
    'acceptedAt',
    'number',
  ],
);

export interface AttemptsOfParameters {
  taskId: string;
}

export interface AttemptsOfRow {
  attempt: number;
  generation: number;
  call: Call;
  polls: number | null;
  worker: string;
  adapterVersion: string | null;
  parameters: RanParameter[] | null;
  startedAt: Date;
  finishedAt: Date | null;
  outcome: string | null;
  reason: string | null;
}

export const attemptsOf = many<AttemptsOfParameters, AttemptsOfRow>('explain.sql', 'attempts_of', (p) => [p.taskId], [
  'attempt',
  'generation',
  'call',
  'polls',
  'worker',
  'adapterVersion',
  'parameters',
  'startedAt',
  'finishedAt',
  'outcome',
  'reason',
]);

export interface SentStepsParameters {
  submissionId: string;
  taskId: string;
}

export interface SentStepsRow {
  generation: number;
  step: string;
  at: Date;
}

/** What a task checkpointed before sending: generation and step, never the content. */
export const sentSteps = many<SentStepsParameters, SentStepsRow>(
  'explain.sql',
  'sent_steps',
  (p) => [p.submissionId, p.taskId],
  ['generation', 'step', 'at'],
);

export interface EventsAboutParameters {
  submissionId: string;
  taskId: string;
}

export interface EventsAboutRow {
  at: Date;
  type: EventType;
  actor: string;
  data: Record<string, Json>;
}

/** Events of a task, and those of its submission that belong to no task. */
export const eventsAbout = many<EventsAboutParameters, EventsAboutRow>(
  'explain.sql',
  'events_about',
  (p) => [p.submissionId, p.taskId],
  ['at', 'type', 'actor', 'data'],
);

export interface RegisterAnswerParameters {
  submissionId: string;
  stepName: string;
}

export interface RegisterAnswerRow {
  outcome: string;
  origin: Json;
  differences: number;
}

/** Where a register's answer came from, and how many values differ from the form; never the values. */
export const registerAnswer = one<RegisterAnswerParameters, RegisterAnswerRow>(
  'explain.sql',
  'register_answer',
  (p) => [p.submissionId, p.stepName],
  ['outcome', 'origin', 'differences'],
);
