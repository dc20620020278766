import type { LookupOutcome } from '#adapters/contract.js';
import { differences } from '#processes/compare.js';
import type { Json } from '#submission/vocabulary.js';
import type { Result, Verdict } from './judge.js';
import { stepOf } from './question.js';
import type { Resolved } from './resolve.js';
import type { ClaimedTask, Worker } from './worker.js';

/**
 * Adds a register's answer to the verdict as it is attached to the submission: with its origin, and where the applicant
 * wrote something else. The submission's own data stay as they are.
 */
export function attach(
  worker: Worker,
  task: ClaimedTask,
  resolved: Resolved,
  result: Result,
  verdict: Verdict,
): Verdict {
  if (!isAnswer(result)) return verdict;
  const { process, step } = stepOf(worker, task);
  if (step.kind !== 'register') return verdict;
  const { id, version } = resolved.adapter.manifest;
  const { source } = result;
  const { purpose, legalBasis } = step;
  const attributes = result.kind === 'found' ? result.attributes : undefined;
  const differing = attributes ? differences(process, step, task.data, attributes) : [];
  const answer = {
    outcome: result.kind,
    source,
    ...(attributes && { attributes }),
    origin: { source, adapter: id, version, at: worker.db.now().toISOString(), purpose, legalBasis },
    differences: differing as unknown as Json,
  };
  if (differing.length > 0) return { ...verdict, answer, event: 'lookup-differs', count: differing.length };
  return { ...verdict, answer, ...('ambiguous' in result && { event: 'lookup-ambiguous' }) };
}

function isAnswer(result: Result): result is Extract<LookupOutcome, { source: string }> {
  return result.kind === 'found' || result.kind === 'notFound' || result.kind === 'ambiguous';
}
