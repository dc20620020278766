import { call, confirm, deadlineOf, findableWithinOf } from '#adapter-host/call.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter } from '#adapters/contract.js';
import { SubmissionKey, unlessUnreadable } from '#store/codec.js';
import { keysOf } from '#store/contents.js';
import type { Sql } from '#store/database.js';
import { Pieces } from '#store/pieces.js';
import type { Checkpoint } from '#store/rows.js';
import { keepCheckpoints, readCheckpoint } from '#store/sql/checkpoint.js';
import { keptSteps } from '#store/sql/seal.js';
import { commitmentTo } from '#submission/commitment.js';
import type { Json } from '#submission/vocabulary.js';
import { childSpan, parseTraceparent } from '#telemetry/trace.js';
import { departureOf } from './departures.js';
import type { Circumstances, Result } from './judge.js';
import type { Resolved } from './resolve.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';

/** Milliseconds before the end of its lease at which an attempt stops confirming replies. */
const beforeLeaseEnds = 1_000;

/**
 * Calls the adapter. What it is about to send is durable before it leaves (`checkpoint`), fenced by the attempt's
 * number.
 */
export async function run(worker: WorkerOnTheWay, task: ClaimedTask, resolved: Resolved): Promise<Result> {
  const { slots } = worker;
  const onAnswer = (milliseconds: number) => slots.answered(task.lane, milliseconds);
  slots.begun(task.lane);
  const answer = await call({ ...attemptOf(worker, task, resolved), onAnswer }, resolved.question).finally(() =>
    slots.ended(task.lane),
  );
  if (task.next !== 'find' || answer.kind !== 'delivered') return answer;
  const { externalReference, note } = answer;
  return { kind: 'arrived', externalReference, ...(note && { note }) };
}

/** Tells the target which replies are kept (by their ids), so that it may forget them. It never outlasts the lease. */
export async function confirmReplies(
  worker: WorkerOnTheWay,
  task: ClaimedTask,
  resolved: Resolved,
  replies: string[],
): Promise<void> {
  if (replies.length === 0) return;
  const attempt = attemptOf(worker, task, resolved);
  const lease = task.leaseUntil.getTime() - beforeLeaseEnds;
  await confirm({ ...attempt, deadline: new Date(Math.min(lease, attempt.deadline.getTime())) }, replies);
}

function attemptOf(worker: WorkerOnTheWay, task: ClaimedTask, { adapter, values, ran }: Resolved) {
  const { db, settings, stop, departures, writes, log } = worker;
  const { taskId, submissionId, attempt, generation, traceparent, leaseUntil } = task;
  const key = task.key!; // what cannot be read is not called
  const place = (step: string) => ({ kind: 'sent' as const, name: `${taskId}:${generation}:${step}` });
  const about = { taskId, submissionId, adapter: task.adapter, traceId: parseTraceparent(traceparent)?.traceId };
  const note = (step: string, kept: string) => {
    ran.sent = { ...ran.sent, [step]: commitmentTo(key.salt, kept) };
  };
  return {
    adapter,
    values,
    idempotencyKey: taskId,
    attempt,
    // never beyond its lease, however long it took until here: others look after that
    deadline: new Date(
      Math.min(
        db.now().getTime() + deadlineOf(adapter, settings.ADAPTER_DEADLINE),
        leaseUntil.getTime() - settings.LEASE_GRACE,
      ),
    ),
    traceparent: childSpan(traceparent),
    signal: stop,
    ...(task.hold && { fence: { ...task.hold, ends: task.next === 'deliver' } }),
    depart: () => departures?.note(departureOf(task)),
    ...surroundings(settings, task.ars),
    now: db.now,
    async checkpoint(step: string, data: Json) {
      const { adapterVersion, parameters } = ran;
      const text = JSON.stringify(data);
      const earlier = await writes.checkpoint({
        submissionId,
        taskId,
        attempt,
        generation,
        step,
        sealed: key.sealText(place(step), text),
        adapterVersion,
        parameters,
      });
      if (earlier === undefined) throw new Error('the attempt no longer holds its task');
      const kept = earlier ? key.openText(place(step), earlier) : text;
      note(step, kept);
      return JSON.parse(kept);
    },
    async kept(step: string) {
      const row = await readCheckpoint(db, { submissionId, name: place(step).name });
      if (!row) return undefined;
      const kept = key.openText(place(step), row.content);
      note(step, kept);
      return JSON.parse(kept);
    },
    log: (message: string, fields: Record<string, unknown>) => log(message, { ...fields, ...about }),
  };
}

/** Hashes of what a task may have sent, by step, where no attempt can say so any more. */
export async function sentBy({ db }: Pick<Worker, 'db'>, sql: Sql, taskId: string): Promise<Record<string, string>> {
  const steps = await keptSteps(sql, { taskId });
  return Object.fromEntries(
    steps.flatMap(({ submissionId, wrapped, name, step, content }) => {
      const sent = unlessUnreadable(() => {
        const key = SubmissionKey.unwrap(keysOf(db), submissionId, wrapped);
        return commitmentTo(key.salt, key.openText({ kind: 'sent', name }, content));
      });
      return sent === undefined ? [] : [[step, sent]];
    }),
  );
}

/**
 * Stores a group; one answer for each, in the order asked: what an earlier attempt has kept, null where none has, or
 * undefined where the attempt lost its task.
 */
export async function checkpointGroup(
  { db }: Worker,
  checkpoints: Checkpoint[],
): Promise<(Buffer | null | undefined)[]> {
  const pieces = new Pieces();
  const numbered = checkpoints.map(({ sealed, ...checkpoint }, n) => ({ n, ...checkpoint, ...pieces.add(sealed) }));
  const rows = await keepCheckpoints(db, { checkpoints: numbered, bytes: pieces.bytes(), now: db.now() });
  const earlier = new Map(rows.map((row) => [row.n, row.earlier]));
  return checkpoints.map((_, n) => earlier.get(n));
}

/** What a verdict needs to know of the task. `answerDays` where the parameters are known. */
export function circumstances(adapter: Adapter | undefined, task: ClaimedTask, answerDays?: number): Circumstances {
  const { next, kind, optional, attempt, retries, doubtAttempt, windowFrom, pendingSince } = task;
  return {
    next,
    kind,
    optional,
    attempt,
    retries,
    doubtAttempt,
    windowFrom,
    pendingSince,
    answerDays,
    closedMs: task.laneClosedMs - task.windowClosedMs,
    canFind: adapter?.manifest.capabilities.find ?? false,
    findableWithin: adapter ? findableWithinOf(adapter) : 0,
  };
}
