import type { LookupOutcome, Outcome, Reason } from '#adapters/contract.js';
import type { EventType } from '#submission/events.js';
import type { AdapterKind, Call, Json, TaskState } from '#submission/vocabulary.js';
import { texts } from './texts.js';

/**
 * What an attempt ended in. `arrived`, `absent` and `unknowable` answer doubt; `forbidden`: the register must not be
 * asked for this submission; `missing`: a parameter that its message needs; `withdrawn`: what it is to run with as it
 * ran cannot be had again; {@link unrecordable}.
 */
export type Result = (
  | Outcome
  | LookupOutcome
  | { kind: 'arrived'; externalReference: string; note?: Reason }
  | { kind: 'absent' | 'unknowable' }
  | { kind: 'forbidden' | 'missing' | 'withdrawn'; reason: Reason }
  | { kind: 'unrecordable'; outcome: string; reason: Reason }
) & {
  /** The host left the call without an answer. */
  unanswered?: true;
};

/** What a verdict needs to know of the task. */
export interface Circumstances {
  next: Call;
  kind: AdapterKind;
  optional: boolean;
  attempt: number;
  retries: number;
  doubtAttempt: number | null;
  windowFrom: Date | null;
  /** Milliseconds since `windowFrom` during which the lane was closed. */
  closedMs: number;
  /** The adapter can look whether something arrived. */
  canFind: boolean;
  /** Milliseconds until the target knows for certain whether it committed. */
  findableWithin: number;
  /** Since when a target that answers later has said nothing new. */
  pendingSince: Date | null;
  /** Days without anything new after which its answer is no longer awaited; undefined: nobody can say. */
  answerDays: number | undefined;
}

export interface Policy {
  /** Milliseconds; the last one goes on. */
  pauses: number[];
  windowMs: number;
  /** 0.2 = ± 20 %. */
  jitter: number;
  random(): number;
}

/** In the place of an answer, of the kind `outcome`, that the store does not take. */
export const unrecordable = (outcome: string): Result => ({
  kind: 'unrecordable',
  outcome,
  reason: { public: texts.unrecordable(outcome) },
});

/** What is to be recorded: the row of the table in `libs/submission/states.md` that applies. */
export interface Verdict {
  state: TaskState;
  next: Call;
  dueAt: Date;
  retries: number;
  outcome: string;
  reason?: string;
  doubtAttempt?: number;
  windowFrom?: Date;
  pendingSince?: Date;
  externalReference?: string;
  /** A register's, with its origin (`attach`). */
  answer?: Json;
  /** Absent for one more poll. */
  event?: EventType;
  /** How many, where the event says so. */
  count?: number;
  lane: 'success' | 'failure' | 'unanswered' | 'busy' | 'misconfigured' | 'silent';
  /** Full name of the parameter that does not fit. */
  parameter?: string;
}

/** Milliseconds. */
const day = 86_400_000;

/** Results after which nothing is left to do. */
const ends = {
  delivered: { outcome: 'delivered', event: 'delivered' },
  arrived: { outcome: 'delivered', event: 'found' },
  found: { outcome: 'found', event: 'lookup-done' },
  notFound: { outcome: 'notFound', event: 'lookup-done' },
  ambiguous: { outcome: 'ambiguous', event: 'lookup-ambiguous' },
} as const;

/** The verdict on a result: pure, so that every row of the table can be tested. */
export function judge(result: Result, task: Circumstances, policy: Policy, now: Date): Verdict {
  if (result.kind === 'forbidden') return forbidden(result.reason, task, now);
  if (task.optional && isSkipped(result, task, policy, now)) return skipped(result, task, now);
  switch (result.kind) {
    case 'delivered':
    case 'arrived':
    case 'found':
    case 'notFound':
    case 'ambiguous':
      return ended(result, task, now);
    case 'absent':
      return absent(task, now);
    case 'unknowable':
      return inDoubt(task.doubtAttempt ?? task.attempt, texts.unknowable, now, 'silent');
    case 'pending':
      return pending(result, task, policy, now);
    case 'rejected':
      return rejected(result, task, now);
    case 'misconfigured':
      return misconfigured(result, task, now);
    case 'later':
      return later(result, task, policy, now);
    case 'missing':
      return missing(result.reason, task, policy, now);
    case 'withdrawn':
      return withdrawn(result.reason, task, now);
    case 'unknown':
      return unknown(result, task, policy, now);
    case 'unrecordable':
      return refusedByStore(result, task, now);
  }
}

function forbidden({ public: reason }: Reason, task: Circumstances, now: Date): Verdict {
  return { ...plain(task, now), state: 'done', outcome: 'skipped', reason, event: 'task-skipped', lane: 'silent' };
}

/** An optional step waits only for a register that has its request, and only as long as the retry window. */
function isSkipped({ kind }: Result, task: Circumstances, policy: Policy, now: Date): boolean {
  if (kind in ends) return false;
  const waits = kind === 'pending' || (task.next === 'status' && (kind === 'later' || kind === 'unknown'));
  return !waits || (task.windowFrom !== null && now.getTime() - task.windowFrom.getTime() > policy.windowMs);
}

function skipped(result: Result, task: Circumstances, now: Date): Verdict {
  return {
    ...plain(task, now),
    state: 'done',
    outcome: 'skipped',
    reason: result.kind === 'pending' ? texts.registerTooLate : reasonOf(result),
    event: 'lookup-skipped',
    lane: laneEffect(result),
    ...(result.kind === 'misconfigured' && { parameter: result.parameter }),
  };
}

function ended(result: Extract<Result, { kind: keyof typeof ends }>, task: Circumstances, now: Date): Verdict {
  return {
    ...plain(task, now),
    state: 'done',
    ...ends[result.kind],
    ...noteOf(result),
    ...('externalReference' in result && { externalReference: result.externalReference }),
    lane: 'success',
  };
}

function absent(task: Circumstances, now: Date): Verdict {
  const next = task.kind === 'register' ? 'lookup' : 'deliver';
  return { ...plain(task, now), state: 'queued', next, outcome: 'absent', event: 'absent', lane: 'success' };
}

function rejected(result: Extract<Result, { kind: 'rejected' }>, task: Circumstances, now: Date): Verdict {
  return {
    ...plain(task, now),
    state: 'dead',
    outcome: 'rejected',
    reason: reasonOf(result),
    event: 'rejected',
    lane: 'success',
  };
}

function misconfigured(result: Extract<Result, { kind: 'misconfigured' }>, task: Circumstances, now: Date): Verdict {
  return {
    ...plain(task, now),
    ...lasting(task),
    state: 'waiting',
    outcome: 'misconfigured',
    reason: reasonOf(result),
    event: 'misconfigured',
    lane: 'misconfigured',
    parameter: result.parameter,
  };
}

/** Waits until the region has set the parameter; the sweeper then makes it due at once. */
function missing({ public: reason }: Reason, task: Circumstances, policy: Policy, now: Date): Verdict {
  return {
    state: 'waiting',
    next: task.next,
    dueAt: new Date(now.getTime() + pause(policy, task.retries)),
    retries: task.retries + 1,
    outcome: 'missing',
    reason,
    event: 'later',
    lane: 'silent',
  };
}

/** The target has said nothing new for as long as it may. An optional step has an end of its own. */
function isSilent({ next, optional, pendingSince, answerDays }: Circumstances, now: Date): boolean {
  if (next !== 'status' || optional || pendingSince === null || answerDays === undefined) return false;
  return now.getTime() - pendingSince.getTime() > answerDays * day;
}

/** It has the delivery, so nothing is sent again: a person asks there, and may have it awaited once more. */
function unanswered(result: Result, task: Circumstances, now: Date): Verdict {
  return {
    ...plain(task, now),
    state: 'dead',
    outcome: 'unanswered',
    reason: texts.unanswered(task.answerDays!),
    event: 'unanswered',
    lane: result.kind === 'pending' ? 'success' : laneEffect(result),
  };
}

/** The region's own parameters may be well, so the lane stays open; an operator replays with these. */
function withdrawn({ public: reason }: Reason, task: Circumstances, now: Date): Verdict {
  const verdict = { state: 'dead', outcome: 'misconfigured', reason, event: 'dead', lane: 'silent' } as const;
  return { ...plain(task, now), ...verdict };
}

/** Asked again when the target says, then at growing pauses. What is new (a reply) begins them anew. */
function pending(
  result: Extract<Result, { kind: 'pending' }>,
  task: Circumstances,
  policy: Policy,
  now: Date,
): Verdict {
  const isPoll = task.next === 'status';
  const hasNews = 'replies' in result && (result.replies?.length ?? 0) > 0;
  if (isSilent(task, now) && !hasNews) return unanswered(result, task, now);
  const grows = isPoll && !hasNews;
  const earliest = grows ? now.getTime() + pause(policy, task.retries) : 0;
  return {
    state: 'waiting',
    next: 'status',
    dueAt: new Date(Math.max(result.askAgainAt.getTime(), earliest)),
    retries: grows ? task.retries + 1 : 0,
    outcome: 'pending',
    ...noteOf(result),
    externalReference: result.externalReference,
    pendingSince: hasNews ? now : (task.pendingSince ?? now),
    ...(task.optional && { windowFrom: task.windowFrom ?? now }),
    ...(!isPoll && { event: task.kind === 'register' ? 'lookup-pending' : 'pending' }),
    lane: 'success',
  };
}

type Later = Extract<Result, { kind: 'later' }>;

function later(result: Later, task: Circumstances, policy: Policy, now: Date): Verdict {
  if (isSilent(task, now)) return unanswered(result, task, now);
  const windowFrom = task.windowFrom ?? now;
  const openMs = now.getTime() - windowFrom.getTime() - (task.windowFrom ? task.closedMs : 0);
  if (openMs > policy.windowMs && task.next !== 'status') return exhausted(result, task, policy, now, windowFrom);
  const dueAt = new Date(Math.max(now.getTime() + pause(policy, task.retries), result.notBefore?.getTime() ?? 0));
  return {
    ...lasting(task),
    state: 'waiting',
    next: task.next,
    dueAt,
    retries: task.retries + 1,
    outcome: 'later',
    reason: reasonOf(result),
    windowFrom,
    ...(task.next !== 'status' && { event: 'later' as const }),
    lane: laneEffect(result),
  };
}

/** The retry window is over. */
function exhausted(result: Later, task: Circumstances, policy: Policy, now: Date, windowFrom: Date): Verdict {
  return {
    ...lasting(task),
    state: 'dead',
    next: task.next,
    dueAt: now,
    retries: task.retries,
    outcome: task.next === 'find' ? 'unknown' : 'exhausted',
    reason: texts.exhausted(reasonOf(result), Math.round(policy.windowMs / 3_600_000)),
    windowFrom,
    event: 'dead',
    lane: laneEffect(result),
  };
}

/** Something may have been sent, and no answer came: look before anything is sent again. */
function unknown(
  result: Extract<Result, { kind: 'unknown' }>,
  task: Circumstances,
  policy: Policy,
  now: Date,
): Verdict {
  if (task.next === 'find' || task.next === 'status' || task.kind === 'register')
    return later({ ...result, kind: 'later' }, task, policy, now);
  const reason = reasonOf(result);
  if (!task.canFind) return inDoubt(task.attempt, reason, now, laneEffect(result));
  return {
    state: 'waiting',
    next: 'find',
    dueAt: new Date(now.getTime() + task.findableWithin),
    retries: 0,
    doubtAttempt: task.attempt,
    outcome: 'unknown',
    reason,
    event: 'unknown',
    lane: laneEffect(result),
    ...(task.windowFrom && { windowFrom: task.windowFrom }),
  };
}

/** A person decides: it arrived, or it is sent again. */
function inDoubt(doubtAttempt: number, reason: string, now: Date, lane: Verdict['lane']): Verdict {
  return {
    state: 'dead',
    next: 'deliver',
    dueAt: now,
    retries: 0,
    doubtAttempt,
    outcome: 'unknown',
    reason,
    event: 'unknown',
    lane,
  };
}

/** What a delivery may end in once the target has it. */
const taken = ['delivered', 'pending', 'unknown'];

/** A person decides; of what the target has, or may have, whether it is sent again. */
function refusedByStore(
  { outcome, reason: { public: reason } }: Extract<Result, { kind: 'unrecordable' }>,
  task: Circumstances,
  now: Date,
): Verdict {
  const isInDoubt = task.next === 'find' ? outcome !== 'absent' : task.next === 'deliver' && taken.includes(outcome);
  if (isInDoubt) return { ...inDoubt(task.doubtAttempt ?? task.attempt, reason, now, 'silent'), event: 'dead' };
  return { ...plain(task, now), state: 'dead', outcome: 'poison', reason, event: 'dead', lane: 'silent' };
}

/** The pause before the next try in milliseconds: the schedule's, ± jitter. */
export function pause(policy: Pick<Policy, 'pauses' | 'jitter' | 'random'>, retries: number): number {
  const base = policy.pauses[Math.min(retries, policy.pauses.length - 1)]!;
  return Math.round(base * (1 + policy.jitter * (2 * policy.random() - 1)));
}

const plain = (task: Circumstances, now: Date) => ({ dueAt: now, next: task.next, retries: 0 });

/** What outlasts an attempt that decided nothing: doubt until it is resolved, and the beginning of the retry window. */
function lasting(task: Circumstances) {
  return {
    ...(task.next === 'find' && task.doubtAttempt !== null && { doubtAttempt: task.doubtAttempt }),
    ...(task.windowFrom && { windowFrom: task.windowFrom }),
  };
}

function laneEffect(result: Result): Verdict['lane'] {
  if (result.kind === 'misconfigured') return 'misconfigured';
  if (result.kind === 'later' && 'notBefore' in result && result.notBefore) return 'busy';
  if (result.kind !== 'later' && result.kind !== 'unknown') return 'silent';
  return result.unanswered ? 'unanswered' : 'failure';
}

/** What people should know although all is well. */
function noteOf(result: Result): { reason?: string } {
  return 'note' in result && result.note ? { reason: result.note.public } : {};
}

function reasonOf(result: Result): string {
  if (result.kind === 'rejected') return result.reasons.map((reason) => reason.public).join(' ') || texts.noReasons;
  return 'reason' in result ? result.reason.public : '';
}
