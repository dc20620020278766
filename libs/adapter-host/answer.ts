import type { Adapter, LookupOutcome, Outcome, Reason } from '#adapters/contract.js';
import { guarded } from '#adapters/tools/outcomes.js';
import { fullName } from './bind.js';
import type { Redactor } from './redact.js';

/** What an adapter answers to any question; `absent` and `unknowable` are answers of `find`. */
export type Answer = Outcome | LookupOutcome | { kind: 'absent' | 'unknowable' };

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/**
 * The answer as it may leave the call: texts redacted, parameter names complete, `notBefore` a second to an hour away,
 * `askAgainAt` a second to a day.
 */
export function presentable(answer: Answer, { manifest }: Adapter, now: Date, redact: Redactor): Answer {
  const clean = ({ public: text, detail }: Reason): Reason => ({
    public: redact(text),
    ...(detail !== undefined && { detail: redact(detail) }),
  });
  switch (answer.kind) {
    case 'rejected': {
      const reasons = answer.reasons.map(clean).map((reason) => ({ ...reason, public: guarded(reason.public) }));
      return { ...answer, reasons };
    }
    case 'misconfigured':
      return { ...answer, parameter: fullName(manifest, answer.parameter), reason: clean(answer.reason) };
    case 'later': {
      const { notBefore, ...rest } = answer;
      return { ...rest, reason: clean(answer.reason), ...(notBefore && { notBefore: clamp(notBefore, now, hour) }) };
    }
    case 'unknown':
      return { ...answer, reason: clean(answer.reason) };
    case 'pending':
      return { ...answer, askAgainAt: clamp(answer.askAgainAt, now, day) };
    default:
      return answer;
  }
}

function clamp(at: Date, now: Date, longest: number): Date {
  const pause = at.getTime() - now.getTime();
  return new Date(now.getTime() + Math.min(Math.max(pause, second), longest));
}
