import type { AdapterContext, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { faultOf } from '../tools/place/drop.js';
import type { Confirmation } from './answers/confirmation.js';
import { latestAnswer } from './answers/latest.js';
import type { Sealed } from './mapping/sealed.js';
import type { XdomeaParameters } from './parameters.js';
import { texts } from './texts.js';

/** Reports what the confirmation says. If the region does not wait for one, a filing that is there is delivered. */
export async function status(context: AdapterContext, process: string, given: XdomeaParameters): Promise<Outcome> {
  const fault = faultOf(given);
  if (fault) return fault;
  const unconfirmed: Confirmation | undefined = given.returns === undefined ? { kind: 'done' } : undefined;
  const answer = (await latestAnswer(context, given, process)) ?? unconfirmed;
  if (answer && answer.kind !== 'done') return { kind: 'rejected', reasons: answer.reasons };
  const { sealed } = await lastKept<Sealed>(context);
  const notes = [answer?.id && texts.idInDms(answer.id), sealed?.note].filter(Boolean);
  const note = notes.length > 0 ? { note: { public: notes.join(' ') } } : {};
  if (answer) return { kind: 'delivered', externalReference: process, ...note };
  return { kind: 'pending', externalReference: process, askAgainAt: askAgainAt(context, given), ...note };
}

export const askAgainAt = (context: AdapterContext, { pollMinutes }: XdomeaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);
