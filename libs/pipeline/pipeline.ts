import { readFiles } from '#store/attachments.js';
import { ContentUnreadable } from '#store/codec.js';
import type { Ticket } from '#submission/vocabulary.js';
import { attach } from './attach.js';
import { claim } from './claim.js';
import { departureOf } from './departures.js';
import { grouped } from './grouped.js';
import { judge, type Policy, unrecordable, type Verdict } from './judge.js';
import { keepReplies } from './keep.js';
import { Unrecordable } from './lease.js';
import { noteLookup, noteOutcome } from './note.js';
import { type RanWith, ranWithNothing } from './ran-with.js';
import { record } from './record.js';
import { type Resolved, resolve, type Unresolved } from './resolve.js';
import { circumstances, confirmReplies, run } from './run.js';
import { openSlots } from './slots.js';
import { texts } from './texts.js';
import type { ClaimedTask, Worker, WorkerOnTheWay } from './worker.js';
import { openWrites } from './writes.js';

/*
 * The whole way, one direction:
 *
 *   portal ─POST─▶ gateway: authenticate ▸ parse ▸ map ▸ validate ▸ accept (one statement) ─▶ 202
 *                                                                      │
 *                                    relay: due tasks, lane by lane ◀──┘
 *                                      │ ticket
 *                                      ▼
 *                  worker: claim ▸ resolve ▸ note ▸ run ▸ keep ▸ judge ▸ record
 *                                                             the next step's task ◀──┤
 *                                                             the same task, later ◀──┤
 *                                         done, or dead: in the operator's list ◀─────┘
 *                  sweep: leases that ended, workers that are gone, closed lanes
 */

/**
 * What a worker does with a ticket. Resolves when the result is recorded. A ticket whose task cannot be claimed is
 * dropped without harm.
 */
export function pipeline(parts: Worker): (ticket: Ticket) => Promise<void> {
  const filesOf = grouped((ids: string[]) => readFiles(parts.db, ids), { max: 16 }); // of a MiB at most, each
  const worker = { ...parts, writes: openWrites(parts), filesOf, slots: openSlots(parts.settings) };
  return async (ticket) => {
    const task = await claim(worker, ticket);
    if (!task) return;
    const started = performance.now();
    const prepared = await prepare(worker, task);
    const verdict = isResolved(prepared) ? await attempt(worker, task, prepared) : unprepared(worker, task, prepared);
    const recorded = await recordSomehow(worker, task, verdict, prepared.ran ?? ranWithNothing);
    worker.departures?.forget(departureOf(task));
    worker.observe?.(task, recorded, performance.now() - started);
  };
}

/** Decides what will be said, and notes a lookup in the access log before it is made. */
async function prepare(worker: WorkerOnTheWay, task: ClaimedTask): Promise<Resolved | Unresolved> {
  const resolved = await resolve(worker, task).catch((error) => confused(worker, task.taskId, error));
  return isResolved(resolved) ? noteLookup(worker, task, resolved) : resolved;
}

async function attempt(worker: WorkerOnTheWay, task: ClaimedTask, resolved: Resolved): Promise<Verdict> {
  const { result, kept } = await keepReplies(worker, task, await run(worker, task, resolved));
  await confirmReplies(worker, task, resolved, kept);
  await noteOutcome(worker, task, result);
  const known = circumstances(resolved.adapter, task, answerDaysOf(worker, task, resolved));
  const judged = judge(result, known, policyOf(worker), worker.db.now());
  const verdict = lost(task) ? blameless(judged) : judged;
  if (verdict.lane === 'busy' || verdict.lane === 'failure' || verdict.lane === 'unanswered')
    worker.slots.failed(task.lane);
  return attach(worker, task, resolved, result, verdict);
}

const lost = ({ hold }: ClaimedTask) => hold !== undefined && !hold.holds();

/** The worker has ended the call itself, so that the lane has no part in its failure. */
const blameless = (verdict: Verdict): Verdict =>
  verdict.lane === 'failure' || verdict.lane === 'unanswered' ? { ...verdict, lane: 'silent' } : verdict;

/** Nothing was said. Only a wrong setting concerns the lane, which others use. */
function unprepared(worker: Worker, task: ClaimedTask, result: Unresolved): Verdict {
  const known = circumstances(worker.adapters.get(task.adapter), task);
  const verdict = judge(result, known, policyOf(worker), worker.db.now());
  return result.kind === 'misconfigured' ? verdict : { ...verdict, lane: 'silent' };
}

/** What the store refuses becomes a dead letter that holds nothing of the target's answer. Answers what is recorded. */
async function recordSomehow(
  worker: WorkerOnTheWay,
  task: ClaimedTask,
  verdict: Verdict,
  ran: RanWith,
): Promise<Verdict> {
  try {
    await record(worker, task, verdict, ran);
    return verdict;
  } catch (error) {
    if (!(error instanceof Unrecordable)) throw error;
    worker.log('an answer cannot be recorded', { taskId: task.taskId, submissionId: task.submissionId, error });
    const known = circumstances(worker.adapters.get(task.adapter), task);
    const bare = judge(unrecordable(verdict.outcome), known, policyOf(worker), worker.db.now());
    await record(worker, task, bare, ran);
    return bare;
  }
}

/** The retry policy of the settings. */
export function policyOf({ settings }: Pick<Worker, 'settings'>): Policy {
  return {
    pauses: settings.RETRY_PAUSES,
    windowMs: settings.RETRY_WINDOW_HOURS * 3_600_000,
    jitter: settings.RETRY_JITTER,
    random: Math.random,
  };
}

/** How long an answer is awaited: as the region says for this adapter and Leistung, else as the settings do. */
function answerDaysOf({ settings }: Worker, { adapter }: ClaimedTask, { values }: Resolved): number {
  const days = values[`${adapter}.answerDays`];
  return typeof days === 'number' ? days : settings.ANSWER_DAYS;
}

function isResolved(value: Resolved | Unresolved): value is Resolved {
  return 'question' in value;
}

/**
 * Our own fault before anything was sent (a mapping that fails, a store that is away, a key that is missing): try again
 * later, visibly. The lane has no part in it.
 */
function confused({ log }: Worker, taskId: string, error: unknown): Unresolved {
  log('resolving failed', { taskId, error });
  return { kind: 'later', reason: { public: error instanceof ContentUnreadable ? error.message : texts.notPrepared } };
}
