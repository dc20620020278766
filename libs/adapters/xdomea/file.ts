import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { arrived, drop, faultOf, visit } from '../tools/place/drop.js';
import { compose, processOf } from './message.js';
import type { XdomeaParameters } from './parameters.js';
import { addressing, pack, type Sealed, seal } from './seal.js';
import { askAgainAt, lastWord } from './status.js';

/**
 * Files the delivery under the first ProzessID that the DMS has not refused, unless it is there already. What is kept goes out again as it is, but for what the
 * region has corrected: then it is composed anew.
 */
export async function file(context: AdapterContext, delivery: Delivery, given: XdomeaParameters): Promise<Outcome> {
  const fault = faultOf(given);
  if (fault) return fault;
  const { process, isKnown } = await processFor(context, given);
  const { sealed, step, next } = await lastKept<Sealed>(context);
  const mine = sealed?.process === process ? sealed : undefined;
  if (isKnown) return filed(context, given, process, mine?.note);
  return visit(context, given, async (place) => {
    if (await arrived(place, process)) return filed(context, given, process, mine?.note);
    const again = mine?.address === addressing(given);
    const fresh = again ? mine : await prepare(context, delivery, given, process);
    if ('kind' in fresh) return fresh as Outcome;
    const kept = (await context.checkpoint(again ? step! : next, fresh)) as Sealed;
    const zip = await pack(kept, delivery.attachments);
    await drop(place, process, zip.name, only(zip));
    return filed(context, given, process, kept.note);
  });
}

/**
 * What the DMS refused it does not take again under the same ProzessID; where it said anything else, it has the filing. Before the first attempt it can have said
 * nothing.
 */
async function processFor(
  context: AdapterContext,
  given: XdomeaParameters,
): Promise<{ process: string; isKnown: boolean }> {
  for (let n = 1; ; n++) {
    const process = processOf(context.idempotencyKey, n);
    const said = context.attempt === 1 ? undefined : await lastWord(context, process, given);
    if (said?.kind !== 'refused') return { process, isKnown: said !== undefined };
  }
}

/** Nothing is written before the message is judged. */
async function prepare(
  context: AdapterContext,
  delivery: Delivery,
  given: XdomeaParameters,
  process: string,
): Promise<Sealed | Outcome> {
  const message = await compose(delivery, given, process, context.now());
  const validation = context.schemas.validate(Buffer.from(message.xml));
  if (validation.kind === 'invalid')
    return {
      kind: 'rejected',
      reasons: validation.faults.map((text) => ({ public: text, detail: validation.schema })),
    };
  if (validation.kind === 'valid') return seal(message, delivery.attachments, given);
  if (given.validation === 'required')
    return { kind: 'misconfigured', parameter: 'validation', reason: { public: `Ungeprüft: ${validation.reason}` } };
  return seal(message, delivery.attachments, given, `Nicht gegen das Schema geprüft: ${validation.reason}`);
}

function filed(context: AdapterContext, given: XdomeaParameters, externalReference: string, note = ''): Outcome {
  const more = note ? { note: { public: note } } : {};
  if (given.returns === undefined) return { kind: 'delivered', externalReference, ...more };
  return { kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given), ...more };
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}
