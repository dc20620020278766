import { entryIdOf } from '#access-log/access-log.js';
import { pseudonymsIn } from '#access-log/person.js';
import type { AccessLogEntry } from '#store/rows.js';
import { lastLookup } from '#store/sql/attempt.js';
import type { Result } from './judge.js';
import { stepOf } from './question.js';
import type { Resolved, Unresolved } from './resolve.js';
import { texts } from './texts.js';
import type { ClaimedTask, WorkerOnTheWay } from './worker.js';

/**
 * Notes a lookup in the access log before the register is asked. Without an entry it is not asked now: the result is
 * then `later`.
 */
export async function noteLookup(
  worker: WorkerOnTheWay,
  task: ClaimedTask,
  resolved: Resolved,
): Promise<Resolved | Unresolved> {
  if (resolved.question.call !== 'lookup') return resolved;
  try {
    await worker.writes.logAccess(entryOf(worker, task, resolved));
    return resolved;
  } catch (error) {
    const { taskId, submissionId } = task;
    worker.log('the access log takes no entry', { taskId, submissionId, error });
    return { kind: 'later', reason: { public: texts.notLogged }, ran: resolved.ran };
  }
}

/** Notes how a lookup ended, also one that was answered later. A failure is logged and changes nothing. */
export async function noteOutcome(
  { db, log, writes }: WorkerOnTheWay,
  { taskId, submissionId, kind, next, attempt }: ClaimedTask,
  result: Result,
): Promise<void> {
  if (kind !== 'register' || (next === 'status' && result.kind === 'pending')) return;
  try {
    const asked = next === 'lookup' ? attempt : (await lastLookup(db, { taskId }))?.attempt;
    if (asked) await writes.logOutcome({ entryId: entryIdOf(taskId, asked), at: db.now(), outcome: result.kind });
  } catch (error) {
    log('the access log takes no outcome', { taskId, submissionId, error });
  }
}

function entryOf(worker: WorkerOnTheWay, task: ClaimedTask, { adapter }: Resolved): AccessLogEntry {
  const { pseudonyms } = worker.accessLog;
  const { process, step } = stepOf(worker, task);
  if (step.kind !== 'register') throw new Error(`${step.name} is no register step`);
  const { attributes, purpose, legalBasis } = step;
  const { leistung, submissionId, caseId, ars } = task;
  return {
    entryId: entryIdOf(task.taskId, task.attempt),
    at: worker.db.now(),
    kind: 'lookup',
    actor: 'Stellwerk', // for the person; which process it was, the attempt says
    authority: ars,
    leistung,
    submissionId,
    caseId,
    adapter: adapter.manifest.id,
    source: adapter.manifest.title,
    attributes,
    purpose,
    legalBasis,
    persons: pseudonymsIn(task, process.person, pseudonyms),
  };
}
