// Generated from dead-letter.sql and the migrated schema: change the statements, then npm run sql
import type { Call, TaskState } from '#submission/vocabulary.js';
import { many, one } from '../statement.js';

export interface ListDeadLettersParameters {
  adapter?: string | null | undefined;
  leistung?: string | null | undefined;
  region?: string | null | undefined;
  outcome?: string | null | undefined;
  reason?: string | null | undefined;
  diedBefore?: Date | null | undefined;
  diedAfter?: Date | null | undefined;
  reach?: readonly string[] | null | undefined;
  cause?: string | null | undefined;
  afterAt?: number | null | undefined;
  afterId?: string | null | undefined;
  most: number;
  withStrays: boolean;
}

export interface ListDeadLettersRow {
  kind: 'task' | 'stray';
  id: string;
  at: Date;
  position: number;
  submissionId: string | null;
  number: number | null;
  leistung: string | null;
  ars: string | null;
  adapter: string | null;
  stepName: string | null;
  outcome: string | null;
  reason: string | null;
  cause: string | null;
  inDoubt: boolean;
  attempts: number | null;
  createdAt: Date | null;
  queue: string | null;
  bytes: number | null;
}

/**
 * Dead tasks and, where the filter does not speak of tasks (`with_strays`), strays; newest first. `after_at`
 * (microseconds since 1970, which a JavaScript date would cut) and `after_id`: where the page before ended. `kind`
 * is `task` or `stray`.
 */
export const listDeadLetters = many<ListDeadLettersParameters, ListDeadLettersRow>(
  'dead-letter.sql',
  'list_dead_letters',
  (p) => [
    p.adapter,
    p.leistung,
    p.region,
    p.outcome,
    p.reason,
    p.diedBefore,
    p.diedAfter,
    p.reach,
    p.cause,
    p.afterAt,
    p.afterId,
    p.most,
    p.withStrays,
  ],
  [
    'kind',
    'id',
    'at',
    'position',
    'submissionId',
    'number',
    'leistung',
    'ars',
    'adapter',
    'stepName',
    'outcome',
    'reason',
    'cause',
    'inDoubt',
    'attempts',
    'createdAt',
    'queue',
    'bytes',
  ],
);

export interface GroupByCauseParameters {
  adapter?: string | null | undefined;
  leistung?: string | null | undefined;
  region?: string | null | undefined;
  outcome?: string | null | undefined;
  reason?: string | null | undefined;
  diedBefore?: Date | null | undefined;
  diedAfter?: Date | null | undefined;
  reach?: readonly string[] | null | undefined;
  cause?: string | null | undefined;
}

export interface GroupByCauseRow {
  cause: string;
  adapter: string;
  outcome: string | null;
  reason: string | null;
  count: number | null;
  municipalities: number;
  inDoubt: number | null;
  first: Date;
  last: Date;
}

/**
 * What died of the same thing, largest first; `reason` is that of one of them. Counts by municipality first, with as
 * little in hand as can be, so that it fits into memory.
 */
export const groupByCause = many<GroupByCauseParameters, GroupByCauseRow>(
  'dead-letter.sql',
  'group_by_cause',
  (p) => [p.adapter, p.leistung, p.region, p.outcome, p.reason, p.diedBefore, p.diedAfter, p.reach, p.cause],
  ['cause', 'adapter', 'outcome', 'reason', 'count', 'municipalities', 'inDoubt', 'first', 'last'],
);

export interface TaskOfNumberParameters {
  number: number;
}

export interface TaskOfNumberRow {
  taskId: string;
}

/** The last task of a submission, by its place in the sequence: the one that is dead, where one is. */
export const taskOfNumber = one<TaskOfNumberParameters, TaskOfNumberRow>(
  'dead-letter.sql',
  'task_of_number',
  (p) => [p.number],
  ['taskId'],
);

export interface LocateTaskParameters {
  taskId: string;
}

export interface LocateTaskRow {
  submissionId: string;
  ars: string;
  state: TaskState;
  next: Call;
}

/** Where a task lies and how it stands: for deciding who may see it, and why an action was refused. */
export const locateTask = one<LocateTaskParameters, LocateTaskRow>(
  'dead-letter.sql',
  'locate_task',
  (p) => [p.taskId],
  ['submissionId', 'ars', 'state', 'next'],
);
