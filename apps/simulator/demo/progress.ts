import { loadRegions } from '#regions/regions.js';
import type { Handed, Status } from '../portal/portal.js';
import { texts } from '../texts.js';
import type { EffectSeen } from './control.js';
import type { DemoSubmission } from './submissions.js';
import type { Line } from './table.js';

/** How a submission of the demonstration fares. */
export interface Progress {
  submission: DemoSubmission;
  municipality: string;
  submissionId?: string;
  /** The submission's, as people say it. */
  number?: string;
  /** Why the gateway refused it, in German. */
  refused?: string;
  status?: Status;
}

export const beginning = (submission: DemoSubmission): Progress => ({
  submission,
  municipality: loadRegions().name(submission.ars).replace(/,.*/, ''),
});

export function noteAnswer(progress: Progress, handed: Handed): void {
  if (handed.accepted) Object.assign(progress, { submissionId: handed.submissionId, number: handed.number });
  else progress.refused = firstErrorOf(handed.refusal);
}

function firstErrorOf({ detail, errors }: { detail: string; errors: { label?: string; message: string }[] }): string {
  const [first] = errors;
  if (!first) return detail;
  const more = errors.length > 1 ? texts.demo.moreErrors(errors.length - 1) : '';
  return `${first.label ? `${first.label}: ` : ''}${first.message}${more}`;
}

/** Tells whether something is still to come: the delivery, or an answer that is due. Ends if a person is needed. */
export function isUnderWay({ submission, submissionId, status }: Progress): boolean {
  if (submissionId === undefined) return false;
  if (!status) return true;
  const isUnanswered = submission.replies && !status.replies.some((reply) => reply.status === 'bescheid');
  return (
    !status.attention && (!finalStates.has(status.state) || (status.state === 'delivered' && isUnanswered === true))
  );
}

const finalStates = new Set(['delivered', 'rejected', 'abandoned']);
const stateTexts = new Map<string, string>(Object.entries(texts.demo.states));

export function lineOf({ submission, municipality, refused, submissionId, status }: Progress): Line {
  const line = { municipality, title: submission.title, adapters: '', attempts: 0, lastEvent: '' };
  if (refused) return { ...line, state: texts.demo.refusedAtTheDoor, lastEvent: refused };
  if (!submissionId) return { ...line, state: '' };
  if (!status) return { ...line, state: texts.demo.accepted };
  return {
    ...line,
    adapters: status.tasks.map((task) => task.adapter).join(' ▸ '),
    attempts: status.tasks.reduce((sum, task) => sum + task.attempts, 0),
    state: stateTexts.get(status.state) ?? status.state,
    lastEvent: status.events.at(-1)?.text ?? '',
  };
}

/**
 * Sums up how all submissions ended, and what can be done next.
 * @param effects all that arrived at the targets meanwhile, also from others
 */
export function summaryOf(all: Progress[], effects: EffectSeen[]): string {
  const ids = new Set(all.map(({ submissionId }) => submissionId));
  const ours = effects.filter(({ submissionId }) => ids.has(submissionId));
  const twice = ours.length - new Set(ours.map(({ submissionId }) => submissionId)).size;
  const count = (is: (progress: Progress) => boolean) => all.filter(is).length;
  const dead = all.flatMap(({ number, status }) =>
    number && status?.tasks.some((task) => task.state === 'dead') ? [number] : [],
  );
  const delivered = count(({ status }) => status?.state === 'delivered');
  const refused = count((progress) => !!progress.refused);
  const answered = all.flatMap(({ municipality, number, status }) =>
    number && status?.replies.some((reply) => reply.documents > 0) ? { municipality, number } : [],
  );
  return [
    '',
    texts.demo.ended(delivered, refused, dead.length, count(isUnderWay)),
    texts.demo.arrived(ours.length, twice),
    ...dead.map(texts.demo.replay),
    ...answered.map(({ municipality, number }) => texts.demo.answered(municipality, number)),
    '',
    '',
  ].join('\n');
}
