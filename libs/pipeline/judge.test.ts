import { describe, expect, test } from '@jest/globals';
import { type Circumstances, judge, type Policy, pause, type Result, unrecordable } from './judge.js';

const now = new Date('2026-03-02T08:00:00Z');
const policy: Policy = { pauses: [5_000, 15_000, 60_000], windowMs: 72 * 3_600_000, jitter: 0.2, random: () => 0.5 };
const delivering: Circumstances = {
  next: 'deliver',
  kind: 'fachverfahren',
  optional: false,
  attempt: 1,
  retries: 0,
  doubtAttempt: null,
  windowFrom: null,
  closedMs: 0,
  canFind: true,
  findableWithin: 7_000,
  pendingSince: null,
  answerDays: 90,
};
const day = 86_400_000;
const within = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const reason = { public: 'Das Zielsystem ist nicht erreichbar.' };

describe('a verdict follows states.md:', () => {
  const table: [string, Result, Partial<Circumstances>, object][] = [
    [
      'delivered is done',
      { kind: 'delivered', externalReference: 'A1' },
      {},
      { state: 'done', externalReference: 'A1', lane: 'success' },
    ],
    [
      'pending is asked for its status',
      { kind: 'pending', externalReference: 'A1', askAgainAt: within(60_000) },
      {},
      { state: 'waiting', next: 'status', dueAt: within(60_000) },
    ],
    [
      'what cannot run again as it ran is dead, and the lane is left alone',
      { kind: 'withdrawn', reason },
      { next: 'status' },
      { state: 'dead', outcome: 'misconfigured', event: 'dead', lane: 'silent' },
    ],
    [
      'rejected is dead, and the lane is well',
      { kind: 'rejected', reasons: [reason] },
      {},
      { state: 'dead', outcome: 'rejected', lane: 'success' },
    ],
    [
      'later waits the first pause',
      { kind: 'later', reason },
      {},
      { state: 'waiting', next: 'deliver', dueAt: within(5_000), retries: 1, windowFrom: now, lane: 'failure' },
    ],
    [
      'later respects what the target asks',
      { kind: 'later', reason, notBefore: within(90_000) },
      {},
      { dueAt: within(90_000), lane: 'busy' },
    ],
    [
      'the last pause goes on',
      { kind: 'later', reason },
      { retries: 9, windowFrom: now },
      { dueAt: within(60_000), retries: 10 },
    ],
    [
      'after the window it is dead',
      { kind: 'later', reason },
      { retries: 9, windowFrom: within(-73 * 3_600_000) },
      { state: 'dead', outcome: 'exhausted' },
    ],
    [
      'time with a closed lane does not count',
      { kind: 'later', reason },
      { retries: 9, windowFrom: within(-73 * 3_600_000), closedMs: 2 * 3_600_000 },
      { state: 'waiting' },
    ],
    [
      'misconfigured waits for its lane',
      { kind: 'misconfigured', parameter: 'rest.token', reason },
      {},
      { state: 'waiting', lane: 'misconfigured', parameter: 'rest.token', retries: 0 },
    ],
    [
      'unknown is looked for when the target has settled',
      { kind: 'unknown', reason },
      {},
      { state: 'waiting', next: 'find', dueAt: within(7_000), doubtAttempt: 1 },
    ],
    [
      'unknown without find is a dead letter in doubt',
      { kind: 'unknown', reason },
      { canFind: false },
      { state: 'dead', outcome: 'unknown', doubtAttempt: 1 },
    ],
    [
      'what the store refuses is a dead letter, in doubt where the target has it',
      unrecordable('delivered'),
      {},
      { state: 'dead', outcome: 'unknown', doubtAttempt: 1, event: 'dead' },
    ],
    [
      'an answer to a look that the store refuses leaves the doubt',
      unrecordable('later'),
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'dead', outcome: 'unknown', doubtAttempt: 1 },
    ],
    [
      'a poll whose answer the store refuses can be asked again',
      unrecordable('delivered'),
      { next: 'status', attempt: 2 },
      { state: 'dead', outcome: 'poison', next: 'status' },
    ],
    [
      'an optional lookup whose answer the store refuses is skipped',
      unrecordable('found'),
      { kind: 'register', next: 'lookup', optional: true },
      { state: 'done', outcome: 'skipped' },
    ],
    [
      'absent allows sending again',
      { kind: 'absent' },
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'queued', next: 'deliver' },
    ],
    [
      'what is found and not done is asked for its status, and no longer in doubt',
      { kind: 'pending', externalReference: 'A1', askAgainAt: within(60_000) },
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'waiting', next: 'status', dueAt: within(60_000), event: 'pending' },
    ],
    [
      'arrived is done',
      { kind: 'arrived', externalReference: 'A1' },
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'done', outcome: 'delivered', event: 'found' },
    ],
    [
      'a target that cannot be asked leaves doubt to a person',
      { kind: 'unknowable' },
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'dead', next: 'deliver', outcome: 'unknown', doubtAttempt: 1, lane: 'silent' },
    ],
    [
      'doubt outlives a find that failed',
      { kind: 'later', reason },
      { next: 'find', attempt: 2, doubtAttempt: 1 },
      { state: 'waiting', next: 'find', doubtAttempt: 1 },
    ],
    [
      'doubt outlives the window',
      { kind: 'later', reason },
      { next: 'find', attempt: 9, doubtAttempt: 1, windowFrom: within(-73 * 3_600_000) },
      { state: 'dead', outcome: 'unknown', doubtAttempt: 1 },
    ],
    [
      'an optional register that is down is skipped',
      { kind: 'later', reason },
      { next: 'lookup', kind: 'register', optional: true },
      { state: 'done', outcome: 'skipped', lane: 'failure' },
    ],
    [
      'a person the register does not know is an answer',
      { kind: 'notFound', source: 'Melderegister' },
      { next: 'lookup', kind: 'register' },
      { state: 'done', outcome: 'notFound' },
    ],
    [
      'a register that must answer is asked again',
      { kind: 'unknown', reason },
      { next: 'lookup', kind: 'register' },
      { state: 'waiting', next: 'lookup' },
    ],
    [
      'a register that answers later is asked for its status',
      { kind: 'pending', externalReference: 'N1', askAgainAt: within(2_000) },
      { next: 'lookup', kind: 'register', optional: true },
      { state: 'waiting', next: 'status', dueAt: within(2_000), windowFrom: now, event: 'lookup-pending', retries: 0 },
    ],
    [
      'one more poll waits longer and tells nothing',
      { kind: 'pending', externalReference: 'N1', askAgainAt: within(2_000) },
      { next: 'status', kind: 'register', retries: 1 },
      { state: 'waiting', next: 'status', dueAt: within(15_000), retries: 2, lane: 'success' },
    ],
    [
      'a poll waits as long as the target asks',
      { kind: 'pending', externalReference: 'N1', askAgainAt: within(600_000) },
      { next: 'status', kind: 'register', retries: 1 },
      { dueAt: within(600_000) },
    ],
    [
      'a reply begins the pauses anew',
      {
        kind: 'pending',
        externalReference: 'A1',
        askAgainAt: within(2_000),
        replies: [{ id: '1', status: 'inBearbeitung', at: '2026-03-02T08:00:00Z', documents: [] }],
      },
      { next: 'status', retries: 7 },
      { dueAt: within(2_000), retries: 0 },
    ],
    [
      'what waits for a parameter waits without end, and its window has not begun',
      { kind: 'missing', reason },
      { windowFrom: within(-100 * 3_600_000), retries: 9 },
      { state: 'waiting', outcome: 'missing', dueAt: within(60_000), lane: 'silent' },
    ],
    [
      'an optional register that has the request may be down for a while',
      { kind: 'later', reason },
      { next: 'status', kind: 'register', optional: true, windowFrom: within(-3_600_000) },
      { state: 'waiting', next: 'status', outcome: 'later', lane: 'failure' },
    ],
    [
      'an optional register that never answers is skipped after the window',
      { kind: 'pending', externalReference: 'N1', askAgainAt: within(2_000) },
      { next: 'status', kind: 'register', optional: true, windowFrom: within(-73 * 3_600_000) },
      { state: 'done', outcome: 'skipped', event: 'lookup-skipped' },
    ],
    [
      'an answer is awaited from the first time that it is pending',
      { kind: 'pending', externalReference: 'A1', askAgainAt: within(2_000) },
      {},
      { state: 'waiting', next: 'status', pendingSince: now },
    ],
    [
      'an answer is awaited for its days',
      { kind: 'pending', externalReference: 'A1', askAgainAt: within(2_000) },
      { next: 'status', retries: 40, pendingSince: within(-90 * day) },
      { state: 'waiting', next: 'status', dueAt: within(60_000), pendingSince: within(-90 * day) },
    ],
    [
      'after its days without anything new an answer is no longer awaited, and the target keeps what it has',
      { kind: 'pending', externalReference: 'A1', askAgainAt: within(2_000) },
      { next: 'status', pendingSince: within(-90 * day - 1) },
      { state: 'dead', next: 'status', outcome: 'unanswered', event: 'unanswered', lane: 'success' },
    ],
    [
      'what cannot be asked for so long is given up as well',
      { kind: 'later', reason },
      { next: 'status', pendingSince: within(-8 * day), answerDays: 7 },
      { state: 'dead', next: 'status', outcome: 'unanswered', lane: 'failure' },
    ],
    [
      'a reply begins the days anew',
      {
        kind: 'pending',
        externalReference: 'A1',
        askAgainAt: within(2_000),
        replies: [{ id: '1', status: 'inBearbeitung', at: '2026-03-02T08:00:00Z', documents: [] }],
      },
      { next: 'status', pendingSince: within(-91 * day) },
      { state: 'waiting', pendingSince: now },
    ],
    [
      'who does not know the days gives nothing up',
      { kind: 'later', reason },
      { next: 'status', pendingSince: within(-1_000 * day), answerDays: undefined },
      { state: 'waiting', next: 'status' },
    ],
    [
      'an optional delivery that arrived is delivered',
      { kind: 'delivered', externalReference: 'A1' },
      { optional: true },
      { state: 'done', outcome: 'delivered' },
    ],
  ];
  test.each(table)('%s', (_, result, circumstances, expected) => {
    expect(judge(result, { ...delivering, ...circumstances }, policy, now)).toMatchObject(expected);
  });

  test('one more poll is no event', () => {
    const polling = { ...delivering, next: 'status' as const, kind: 'register' as const };
    const askAgainAt = within(2_000);
    for (const result of [
      { kind: 'pending', externalReference: 'N1', askAgainAt } as const,
      { kind: 'later', reason } as const,
    ])
      expect(judge(result, polling, policy, now).event).toBeUndefined();
  });

  test('pauses vary by a fifth at most', () => {
    expect(pause({ ...policy, random: () => 0 }, 0)).toBe(4_000);
    expect(pause({ ...policy, random: () => 1 }, 0)).toBe(6_000);
  });
});
