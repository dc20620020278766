import type { Ticket } from '#submission/vocabulary.js';
import { attach } from './attach.js';
import { claimer } from './claim.js';
import { noter } from './note.js';
import { recorder } from './record.js';
import { keepReplies } from './reply.js';
import { type Resolved, resolve, settled, type Unresolved } from './resolve.js';
import { circumstances, runner } from './run.js';
import { judge, type Policy } from './verdict.js';
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
  const run = runner(worker);
  const record = recorder(worker);
  const note = noter(worker);
  const policy = policyOf(worker);

  return async ({ taskId }) => {
    const task = await claim(taskId);
    if (!task) return;
    const started = performance.now();
    const prepared = await resolve(worker, task).catch((error) => confused(worker, taskId, error));
    const resolved = isResolved(prepared) ? await note.before(task, prepared) : prepared;
    const result = isResolved(resolved) ? await keepReplies(worker, task, await run(task, resolved)) : resolved;
    if (isResolved(resolved)) await note.after(task, result);
    const adapter = isResolved(resolved) ? resolved.adapter : worker.adapters.get(task.adapter);
    const judged = judge(result, circumstances(adapter, task), policy, worker.db.now());
    const verdict = isResolved(resolved)
      ? attach(worker, task, resolved, result, judged)
      : resolved.kind === 'misconfigured'
        ? judged
        : { ...judged, lane: 'silent' as const };
    await record(task, verdict, resolved.ran ?? settled);
    worker.observe?.(task, verdict, performance.now() - started);
  };
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
