import type { ClaimedTask } from '#store/tasks.js';
import type { Ticket } from '#submission/vocabulary.js';
import { attach } from './attach.js';
import { claimer } from './claim.js';
import { judge, type Policy, type Verdict } from './judge.js';
import { keepReplies } from './keep.js';
import { noter } from './note.js';
import { ranWithNothing } from './ran-with.js';
import { recorder } from './record.js';
import { type Resolved, resolve, type Unresolved } from './resolve.js';
import { circumstances, runner } from './run.js';
import type { Worker } from './worker.js';

/*
 * The whole way, one direction:
 *
 *   portal ─POST─▶ gateway: authenticate ▸ parse ▸ map ▸ validate ▸ accept (one statement) ─▶ 202
 *                                                                      │
 *                                    relay: due tasks, lane by lane ◀──┘
 *                                      │ ticket
 *                                      ▼
 *                  worker: claim ▸ resolve ▸ note ▸ run ▸ judge ▸ record ─▶ the next step's task, the same task later, done or dead
 *                                                            sweep: leases that ended, lanes that are closed
 */

/** What a worker does with a ticket. Resolves when the result is recorded; a ticket whose task cannot be claimed is nothing to worry about. */
export function pipeline(worker: Worker): (ticket: Pick<Ticket, 'taskId'>) => Promise<void> {
  const claim = claimer(worker);
  const { run, confirm } = runner(worker);
  const record = recorder(worker);
  const note = noter(worker);
  const policy = policyOf(worker);

  return async ({ taskId }) => {
    const task = await claim(taskId);
    if (!task) return;
    const started = performance.now();
    const prepared = await prepare(task);
    const verdict = isResolved(prepared) ? await attempt(task, prepared) : unprepared(task, prepared);
    await record(task, verdict, prepared.ran ?? ranWithNothing);
    worker.observe?.(task, verdict, performance.now() - started);
  };

  /** With which parameters, and what will be said; a lookup is in the access log before it is made. */
  async function prepare(task: ClaimedTask): Promise<Resolved | Unresolved> {
    const resolved = await resolve(worker, task).catch((error) => confused(worker, task.taskId, error));
    return isResolved(resolved) ? note.before(task, resolved) : resolved;
  }

  async function attempt(task: ClaimedTask, resolved: Resolved): Promise<Verdict> {
    const { result, kept } = await keepReplies(worker, task, await run(task, resolved));
    await confirm(task, resolved, kept);
    await note.after(task, result);
    const verdict = judge(result, circumstances(resolved.adapter, task), policy, worker.db.now());
    return attach(worker, task, resolved, result, verdict);
  }

  /** Nothing was said. Only a wrong setting concerns the lane, which others use. */
  function unprepared(task: ClaimedTask, result: Unresolved): Verdict {
    const verdict = judge(result, circumstances(worker.adapters.get(task.adapter), task), policy, worker.db.now());
    return result.kind === 'misconfigured' ? verdict : { ...verdict, lane: 'silent' };
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

function isResolved(value: Resolved | Unresolved): value is Resolved {
  return 'question' in value;
}

/** Our own fault before anything was sent (a mapping that fails, a store that is away): try again later, visibly; the lane, which others use, has no part in it. */
function confused({ log }: Worker, taskId: string, error: unknown): Unresolved {
  log('resolving failed', { taskId, error });
  return { kind: 'later', reason: { public: 'Stellwerk konnte die Zustellung nicht vorbereiten.' } };
}
