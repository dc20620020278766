import { type EventType, eventText } from '#submission/events.js';
import type { Numbers } from '#submission/number.js';
import { progressOf } from '#submission/state.js';
import type { SubmissionState } from '#submission/vocabulary.js';
import type { Sql } from './database.js';
import type { ReplyRow, TaskRow } from './rows.js';
import { viewSubmission } from './sql/submission.js';

/** A submission without its content. Times are ISO 8601, UTC. */
export interface SubmissionView {
  submissionId: string;
  /** As people say it. */
  number: string | null;
  caseId: string;
  client: string;
  leistung: string;
  ars: string;
  receivedAt: string;
  state: SubmissionState;
  /** A person is needed. */
  attention: boolean;
  tasks: TaskRow[];
  /** Oldest first. `at`: when the Fachverfahren says that it said so. */
  replies: ReplyRow[];
  events: { at: string; type: EventType; text: string }[];
}

export async function readSubmission(
  db: Sql,
  submissionId: string,
  numbers: Pick<Numbers, 'write'>,
): Promise<SubmissionView | undefined> {
  const row = await viewSubmission(db, { submissionId });
  if (!row) return undefined;
  const { state, tasks, replies, events, receivedAt, number, ...rest } = row;
  return {
    ...rest,
    number: numbers.write(number),
    receivedAt: receivedAt.toISOString(),
    state: state === 'open' ? progressOf(tasks) : state,
    attention: tasks.some((task) => task.state === 'dead'),
    tasks: tasks.map((task) => ({ ...task, dueAt: task.dueAt && iso(task.dueAt) })),
    replies: (replies ?? []).map((reply) => ({ ...reply, at: iso(reply.at), receivedAt: iso(reply.receivedAt) })),
    events: events.map(({ at, type, data }) => ({ at: iso(at), type, text: eventText(type, data) })),
  };
}

const iso = (at: string) => new Date(at).toISOString();
