// Generated from relay.sql and the migrated schema: change the statements, then npm run sql
import { exec, many } from '../statement.js';

export interface LanesWithWorkParameters {
  after: string;
  most: number;
}

export interface LanesWithWorkRow {
  lane: string;
}

/**
 * The next lanes with tasks that wait for anything, in alphabetical order behind `after`. Hops from lane to lane
 * along the index, because a `distinct` would read every waiting task.
 */
export const lanesWithWork = many<LanesWithWorkParameters, LanesWithWorkRow>(
  'relay.sql',
  'lanes_with_work',
  (p) => [p.after, p.most],
  ['lane'],
);

export interface TakeDueParameters {
  slots: number;
  now: Date;
  lanes: readonly string[];
  resendAt: Date;
}

export interface TakeDueRow {
  taskId: string;
  submissionId: string;
  leistung: string;
  ars: string;
  adapter: string;
  lane: string;
  traceparent: string;
}

/**
 * Queues due tasks of these lanes and answers their tickets: of an open lane as many as it has free slots, of a
 * closed lane only optional lookups, which are skipped without a call (unless an operator closed the lane). Until
 * `resend_at` nobody else sends these tickets.
 */
export const takeDue = many<TakeDueParameters, TakeDueRow>(
  'relay.sql',
  'take_due',
  (p) => [p.slots, p.now, p.lanes, p.resendAt],
  ['taskId', 'submissionId', 'leistung', 'ars', 'adapter', 'lane', 'traceparent'],
);

export interface PutBackParameters {
  taskIds: readonly string[];
  dueAt: Date;
}

/** The broker did not take these tickets: their tasks are due again at `due_at`. */
export const putBack = exec<PutBackParameters>('relay.sql', 'put_back', (p) => [p.taskIds, p.dueAt]);
