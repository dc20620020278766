import type { AdapterContext, CheckStep, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { faultOf, visit } from '../tools/place/drop.js';
import { Obstacle } from '../tools/place/obstacle.js';
import type { Place } from '../tools/place/use.js';
import { returnPlace, type XdomeaParameters } from './parameters.js';
import { type Confirmation, confirmationIn } from './receipt.js';
import type { Sealed } from './seal.js';

/** What became of the filing: as its confirmation says; where nobody waits for one, that it is there. */
export async function status(context: AdapterContext, process: string, given: XdomeaParameters): Promise<Outcome> {
  const fault = faultOf(given);
  if (fault) return fault;
  const unasked: Confirmation | undefined = given.returns === undefined ? { kind: 'done' } : undefined;
  const said = (await lastWord(context, process, given)) ?? unasked;
  if (said && said.kind !== 'done') return { kind: 'rejected', reasons: said.reasons };
  const { sealed } = await lastKept<Sealed>(context);
  const texts = [said?.id && `Kennung im DMS: ${said.id}.`, sealed?.note].filter(Boolean);
  const note = texts.length > 0 ? { note: { public: texts.join(' ') } } : {};
  if (said) return { kind: 'delivered', externalReference: process, ...note };
  return { kind: 'pending', externalReference: process, askAgainAt: askAgainAt(context, given), ...note };
}

/**
 * What the DMS said last; undefined where it has said nothing. A refusal is kept beside the filing: its confirmation may be tidied away, or nobody looks for it
 * any more.
 */
export async function lastWord(
  context: AdapterContext,
  process: string,
  given: XdomeaParameters,
): Promise<Confirmation | undefined> {
  const said = given.returns === undefined ? undefined : await confirmation(context, process, given);
  if (said?.kind === 'refused') await mark(context, process, given);
  if (said) return said;
  const refused: Confirmation = { kind: 'refused', reasons: [{ public: 'Das DMS hat die Ablage abgelehnt.' }] };
  return (await isMarked(context, process, given)) ? refused : undefined;
}

export const askAgainAt = (context: AdapterContext, { pollMinutes }: XdomeaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);

/** Whether the confirmations can be looked for. */
export async function returnStep(context: AdapterContext, given: XdomeaParameters): Promise<CheckStep> {
  const step = { step: 'returns', parameter: 'returns' };
  try {
    await visitReturns(context, given, (place) => place.probe());
    return { ...step, ok: true, message: 'Der Ordner der Bestätigungen ist da.' };
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    const { outcome } = error;
    const why = outcome.kind === 'rejected' ? 'Das Zielsystem lehnt ab.' : outcome.reason.public;
    return { ...step, ok: false, message: `Ordner der Bestätigungen: ${why}` };
  }
}

const refusal = (process: string) => `.${process}.refused`;

const isMarked = (context: AdapterContext, process: string, given: XdomeaParameters): Promise<boolean> =>
  visit(context, given, async (place) => {
    await place.probe();
    return (await place.size(refusal(process))) !== undefined;
  });

const mark = (context: AdapterContext, process: string, given: XdomeaParameters): Promise<void> =>
  visit(context, given, (place) => place.write(refusal(process), Buffer.from(`${context.now().toISOString()}\n`)));

const confirmation = (context: AdapterContext, process: string, given: XdomeaParameters) =>
  visitReturns(context, given, (place) => confirmationIn(place, process));

/** A fault of the place is one of `returns`, but for the login, which is that of the filing. */
function visitReturns<T>(
  context: AdapterContext,
  given: XdomeaParameters,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  return visit(context, returnPlace(given), work, 'read').catch((error) => {
    if (!(error instanceof Obstacle) || !['folder', 'directory', 'url'].includes(error.parameter ?? '')) throw error;
    const { step, outcome } = error;
    throw new Obstacle(
      step,
      outcome.kind === 'misconfigured' ? { ...outcome, parameter: 'returns' } : outcome,
      'returns',
    );
  });
}
