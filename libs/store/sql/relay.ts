// Generated from relay.sql and the migrated schema: change the statements, then npm run sql
import { exec, json, many } from '../statement.js';

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

export interface HostCallsRow {
  host: string;
  calls: number;
}

/**
 * How many tasks of each host are on the road: with a ticket out, or being worked on. Lanes whose host is not yet
 * known count as one (`?`), so that a host that hangs does not get all their calls before anybody knows.
 */
export const hostCalls = many<void, HostCallsRow>('relay.sql', 'host_calls', () => [], ['host', 'calls']);

export interface TakeDueParameters {
  now: Date;
  slots: number;
  hostSlots: number;
  /** How many tasks of each host are on the road. */
  hostCalls: Record<string, number>;
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
  host: string | null;
}

/**
 * Queues due tasks of these lanes and answers their tickets: of an open lane as many as the lane and its host have free
 * slots and the lane may have calls by now, of a closed lane only optional lookups, which are skipped without a call
 * (unless an operator closed the lane). A task whose ticket is out keeps its slot, and gets no other before `resend_at`
 * (`take_overdue`).
 */
export const takeDue = many<TakeDueParameters, TakeDueRow>(
  'relay.sql',
  'take_due',
  (p) => [p.now, p.slots, p.hostSlots, json(p.hostCalls), p.lanes, p.resendAt],
  ['taskId', 'submissionId', 'leistung', 'ars', 'adapter', 'lane', 'traceparent', 'host'],
);

export interface PutBackParameters {
  taskIds: readonly string[];
  dueAt: Date;
}

/** The broker did not take these tickets: their tasks are due again at `due_at`. */
export const putBack = exec<PutBackParameters>('relay.sql', 'put_back', (p) => [p.taskIds, p.dueAt]);

export interface OverdueTicketsParameters {
  now: Date;
}

export interface OverdueTicketsRow {
  adapter: string;
  sent: number;
}

/** Adapters with tickets that nobody took in time, and how many tasks of theirs have a ticket out (`sent`). */
export const overdueTickets = many<OverdueTicketsParameters, OverdueTicketsRow>(
  'relay.sql',
  'overdue_tickets',
  (p) => [p.now],
  ['adapter', 'sent'],
);

export interface TakeOverdueParameters {
  adapter: string;
  now: Date;
  most: number;
  resendAt: Date;
}

export interface TakeOverdueRow {
  taskId: string;
  submissionId: string;
  leistung: string;
  ars: string;
  adapter: string;
  lane: string;
  traceparent: string;
  host: string | null;
}

/** Answers tickets of this adapter that nobody took in time, to be sent again: those sent first, at most so many. */
export const takeOverdue = many<TakeOverdueParameters, TakeOverdueRow>(
  'relay.sql',
  'take_overdue',
  (p) => [p.adapter, p.now, p.most, p.resendAt],
  ['taskId', 'submissionId', 'leistung', 'ars', 'adapter', 'lane', 'traceparent', 'host'],
);

export interface ForgetTicketsParameters {
  adapter: string;
  now: Date;
}

/** The queue of this adapter was emptied: its tasks have no tickets out and are due. */
export const forgetTickets = exec<ForgetTicketsParameters>('relay.sql', 'forget_tickets', (p) => [p.adapter, p.now]);
