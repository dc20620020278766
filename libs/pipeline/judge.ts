import type { LookupOutcome, Outcome, Reason } from '#adapters/contract.js';
import type { EventType } from '#submission/events.js';
import type { AdapterKind, Call, Json, TaskState } from '#submission/vocabulary.js';

/** What an attempt came to. `arrived`, `absent` and `unknowable` answer doubt; `forbidden`: the register must not be asked for this submission; `missing`: a parameter that its message needs. */
export type Result =
  | Outcome
  | LookupOutcome
  | { kind: 'arrived'; externalReference: string; note?: Reason }
  | { kind: 'absent' | 'unknowable' }
  | { kind: 'forbidden' | 'missing'; reason: Reason };

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
  canFind: boolean;
  findableWithin: number;
}

export interface Policy {
  /** Milliseconds; the last one goes on. */
  pauses: number[];
  windowMs: number;
  /** 0.2 = ± 20 %. */
  jitter: number;
  random(): number;
}

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
  externalReference?: string;
  /** A register's, with its origin (`attach`). */
  answer?: Json;
  /** Absent for one more poll. */
  event?: EventType;
  /** How many, where the event tells. */
  count?: number;
  lane: 'success' | 'failure' | 'busy' | 'misconfigured' | 'silent';
  parameter?: string;
}

export function judge(result: Result, task: Circumstances, policy: Policy, now: Date): Verdict {
  const again = task.kind === 'register' ? 'lookup' : 'deliver';
  const plain = { dueAt: now, next: task.next, retries: 0 };
  if (result.kind === 'forbidden') {
    const reason = result.reason.public;
    return { ...plain, state: 'done', outcome: 'skipped', reason, event: 'task-skipped', lane: 'silent' };
  }
  if (task.optional && skips(result, task, policy, now)) {
    const reason = result.kind === 'pending' ? 'Das Register hat nicht rechtzeitig geantwortet.' : reasonOf(result);
    return {
      ...plain,
      state: 'done',
      outcome: 'skipped',
      reason,
      event: 'lookup-skipped',
      lane: laneEffect(result),
      ...parameterOf(result),
    };
  }
  switch (result.kind) {
    case 'delivered':
      return {
        ...plain,
        state: 'done',
        outcome: 'delivered',
        ...noteOf(result),
        externalReference: result.externalReference,
        event: 'delivered',
        lane: 'success',
      };
    case 'arrived':
      return {
        ...plain,
        state: 'done',
        outcome: 'delivered',
        ...noteOf(result),
        externalReference: result.externalReference,
        event: 'found',
        lane: 'success',
      };
    case 'found':
      return {
        ...plain,
        state: 'done',
        outcome: 'found',
        event: 'lookup-done',
        lane: 'success',
      };
    case 'notFound':
      return {
        ...plain,
        state: 'done',
        outcome: 'notFound',
        event: 'lookup-done',
        lane: 'success',
      };
    case 'absent':
      return { ...plain, state: 'queued', next: again, outcome: 'absent', event: 'absent', lane: 'success' };
    case 'unknowable': {
      const reason = 'Ob die Sendung angekommen ist, lässt sich bei diesem Ziel nicht nachsehen.';
      return inDoubt(task.doubtAttempt ?? task.attempt, reason, now, 'silent');
    }
    case 'pending':
      return pending(result, task, policy, now);
    case 'rejected':
      return {
        ...plain,
        state: 'dead',
        outcome: 'rejected',
        reason: reasonOf(result),
        event: 'rejected',
        lane: 'success',
      };
    case 'misconfigured':
      return {
        ...plain,
        ...doubt(task),
        state: 'waiting',
        outcome: 'misconfigured',
        reason: reasonOf(result),
        event: 'misconfigured',
        lane: 'misconfigured',
        parameter: result.parameter,
      };
    case 'later':
      return later(result, task, policy, now);
    case 'missing':
      return {
        ...plain,
        state: 'waiting',
        dueAt: new Date(now.getTime() + pause(policy, task.retries)),
        retries: task.retries + 1,
        outcome: 'missing',
        reason: reasonOf(result),
        event: 'later',
        lane: 'silent',
      };
    case 'unknown':
      return unknown(result, task, policy, now);
  }
}

/** An optional step waits only for a register that has its request, and only as long as the retry window. */
function skips({ kind }: Result, task: Circumstances, policy: Policy, now: Date): boolean {
  if (['found', 'notFound', 'delivered', 'arrived'].includes(kind)) return false;
  const waits = kind === 'pending' || (task.next === 'status' && (kind === 'later' || kind === 'unknown'));
  return !waits || (task.windowFrom !== null && now.getTime() - task.windowFrom.getTime() > policy.windowMs);
}

/** First asked again when the target says, then at growing pauses; what is new (a reply) begins them anew. */
function pending(
  result: Extract<Result, { kind: 'pending' }>,
  task: Circumstances,
  policy: Policy,
  now: Date,
): Verdict {
  const polled = task.next === 'status';
  const news = 'replies' in result && (result.replies?.length ?? 0) > 0;
  const grown = polled && !news ? now.getTime() + pause(policy, task.retries) : 0;
  return {
    state: 'waiting',
    next: 'status',
    dueAt: new Date(Math.max(result.askAgainAt.getTime(), grown)),
    retries: polled && !news ? task.retries + 1 : 0,
    outcome: 'pending',
    ...noteOf(result),
    externalReference: result.externalReference,
    ...(task.optional && { windowFrom: task.windowFrom ?? now }),
    ...(!polled && { event: task.kind === 'register' ? 'lookup-pending' : 'pending' }),
    lane: 'success',
  };
}

function later(
  result: { kind: 'later'; reason: Reason; notBefore?: Date },
  task: Circumstances,
  policy: Policy,
  now: Date,
): Verdict {
  const windowFrom = task.windowFrom ?? now;
  const open = now.getTime() - windowFrom.getTime() - (task.windowFrom ? task.closedMs : 0);
  if (open > policy.windowMs && task.next !== 'status') {
    const inDoubt = task.next === 'find';
    const reason = `${reasonOf(result)} (aufgegeben nach ${Math.round(policy.windowMs / 3_600_000)} Stunden)`;
    return {
      ...doubt(task),
      state: 'dead',
      next: task.next,
      dueAt: now,
      retries: task.retries,
      outcome: inDoubt ? 'unknown' : 'exhausted',
      reason,
      windowFrom,
      event: 'dead',
      lane: laneEffect(result),
    };
  }
  const dueAt = new Date(Math.max(now.getTime() + pause(policy, task.retries), result.notBefore?.getTime() ?? 0));
  return {
    ...doubt(task),
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

function unknown(result: { kind: 'unknown'; reason: Reason }, task: Circumstances, policy: Policy, now: Date): Verdict {
  if (task.next === 'find' || task.next === 'status' || task.kind === 'register')
    return later({ kind: 'later', reason: result.reason }, task, policy, now);
  const reason = reasonOf(result);
  if (!task.canFind) return inDoubt(task.attempt, reason, now, 'failure');
  return {
    state: 'waiting',
    next: 'find',
    dueAt: new Date(now.getTime() + task.findableWithin),
    retries: 0,
    doubtAttempt: task.attempt,
    outcome: 'unknown',
    reason,
    event: 'unknown',
    lane: 'failure',
    ...(task.windowFrom && { windowFrom: task.windowFrom }),
  };
}

/** A person decides: it arrived, or it is sent again. */
function inDoubt(doubtAttempt: number, reason: string, now: Date, lane: Verdict['lane']): Verdict {
  const outcome = 'unknown';
  return {
    state: 'dead',
    next: 'deliver',
    dueAt: now,
    retries: 0,
    doubtAttempt,
    outcome,
    reason,
    event: 'unknown',
    lane,
  };
}

/** The pause before the next try: the schedule's, ± jitter. */
export function pause(policy: Pick<Policy, 'pauses' | 'jitter' | 'random'>, retries: number): number {
  const base = policy.pauses[Math.min(retries, policy.pauses.length - 1)]!;
  return Math.round(base * (1 + policy.jitter * (2 * policy.random() - 1)));
}

/** Doubt stays until it is resolved. */
function doubt(task: Circumstances) {
  return {
    ...(task.next === 'find' && task.doubtAttempt !== null && { doubtAttempt: task.doubtAttempt }),
    ...(task.windowFrom && { windowFrom: task.windowFrom }),
  };
}

function laneEffect(result: Result): Verdict['lane'] {
  if (result.kind === 'misconfigured') return 'misconfigured';
  if (result.kind === 'later') return result.notBefore ? 'busy' : 'failure';
  return result.kind === 'unknown' ? 'failure' : 'silent';
}

function parameterOf(result: Result): { parameter?: string } {
  return result.kind === 'misconfigured' ? { parameter: result.parameter } : {};
}

/** What people should know although all is well. */
function noteOf(result: Result): { reason?: string } {
  return 'note' in result && result.note ? { reason: result.note.public } : {};
}

function reasonOf(result: Result): string {
  if (result.kind === 'rejected')
    return result.reasons.map((reason) => reason.public).join(' ') || 'ohne Angabe von Gründen';
  return 'reason' in result ? result.reason.public : '';
}
