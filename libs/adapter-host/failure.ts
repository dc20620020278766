import type { CheckStep, Manifest, Outcome } from '#adapters/contract.js';
import { tlsTrouble } from '#adapters/tools/certificates.js';
import type { Answer } from './answer.js';
import type { Reach, Unclear } from './context.js';
import { NotSent, Refused } from './http.js';
import { texts } from './texts.js';

/** How a call ended without an answer of the adapter. */
export interface Failure {
  why: 'deadline' | 'stopped' | 'threw';
  /** Only where it threw. */
  error?: Error;
  /** Whether anything that changes the target may have left. */
  doubt: boolean;
}

/** What a failed call means. Only a delivery leaves doubt behind: whatever merely asks can ask again. */
export function outcomeOf({ why, error, doubt }: Failure, isDelivery: boolean): Outcome {
  const detail = error ? describe(error) : why;
  if (isDelivery && doubt) return { kind: 'unknown', reason: { public: texts.outcomes.unclear, detail } };
  if (error instanceof Refused && error.parameter) {
    return { kind: 'misconfigured', parameter: error.parameter, reason: { public: texts.refused[error.why], detail } };
  }
  const text = {
    deadline: texts.outcomes.tooSlow,
    stopped: texts.outcomes.stopped,
    threw: error instanceof NotSent ? texts.outcomes.unreachable : texts.outcomes.failed,
  }[why];
  return { kind: 'later', reason: { public: text, detail } };
}

const refusals = new Set<Answer['kind']>(['later', 'rejected', 'misconfigured']);

/**
 * What the answer of a `deliver` means after requests that ended so. No refusal that the adapter makes of one proves
 * that nothing happened, unless the manifest says that the target itself refuses with this status.
 */
export function doubted(answer: Answer, unclear: Unclear[], { refusesWith = {} }: Manifest): Answer {
  const why = unclear.find((end) => end === 'no answer' || !refusesWith[end]);
  if (why === undefined || !refusals.has(answer.kind)) return answer;
  const detail = typeof why === 'number' ? `HTTP ${why}` : why;
  return { kind: 'unknown', reason: { public: texts.outcomes.unclear, detail } };
}

/**
 * The step of a connection test that failed so. It blames the host that was asked last. Of a host that refuses the
 * connection it says what it says of one that is silent: nobody is to learn here what stands in a network.
 */
export function stepOf({ error }: Pick<Failure, 'error'>, { asked }: Reach): CheckStep {
  const parameter = error instanceof Refused ? (error.parameter ?? asked) : asked;
  const trouble = tlsTrouble(error);
  if (trouble) return { step: 'tls', ok: false, message: trouble, parameter };
  const message = error instanceof Refused ? texts.refused[error.why] : texts.noConnection;
  return { step: 'connect', ok: false, message, parameter };
}

/** Name, code and message of an error, for the log. Whoever writes it redacts it. */
export function describe(error: Error & { code?: unknown; cause?: unknown }): string {
  const cause = (error.cause ?? {}) as { code?: unknown };
  return [error.name, error.code ?? cause.code, error.message].filter(Boolean).join(' ');
}
