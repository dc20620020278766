import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { arrived, drop, faultOf, visit } from '../tools/place/drop.js';
import { latestAnswer } from './answers/latest.js';
import { compose, processOf } from './mapping/message.js';
import { addressing, type Sealed, seal } from './mapping/sealed.js';
import { pack } from './mapping/zip.js';
import type { XdomeaParameters } from './parameters.js';
import { askAgainAt } from './status.js';
import { texts } from './texts.js';

/**
 * Files the delivery under the first ProzessID that the DMS has not refused, unless it is there already. What is kept
 * goes out again as it is, unless the region has corrected something: then it is composed anew.
 */
export async function deliver(context: AdapterContext, delivery: Delivery, given: XdomeaParameters): Promise<Outcome> {
  const fault = faultOf(given);
  if (fault) return fault;
  const { process, isKnown } = await processFor(context, given);
  const { sealed, step, next } = await lastKept<Sealed>(context);
  const mine = sealed?.process === process ? sealed : undefined;
  if (isKnown) return filed(context, given, process, mine?.note);
  return visit(context, given, async (place) => {
    if (await arrived(place, process)) return filed(context, given, process, mine?.note);
    const again = mine?.address === addressing(given) ? mine : undefined;
    const prepared = again ? { sealed: again } : await prepare(context, delivery, given, process);
    if ('outcome' in prepared) return prepared.outcome;
    const kept = (await context.checkpoint(again ? step! : next, prepared.sealed)) as Sealed;
    const zip = await pack(kept, delivery.attachments);
    await drop(place, process, zip.name, only(zip));
    return filed(context, given, process, kept.note);
  });
}

/**
 * Returns the first ProzessID under which the DMS has not refused the delivery: it does not take again under the same
 * ProzessID what it has refused. `isKnown`: the DMS has answered something else, so it has the filing.
 */
async function processFor(
  context: AdapterContext,
  given: XdomeaParameters,
): Promise<{ process: string; isKnown: boolean }> {
  for (let n = 1; ; n++) {
    const process = processOf(context.idempotencyKey, n);
    // before the first attempt the DMS cannot have answered
    const answer = context.attempt === 1 ? undefined : await latestAnswer(context, given, process);
    if (answer?.kind !== 'refused') return { process, isKnown: answer !== undefined };
  }
}

/** Composes the message and checks it, before anything is written. */
async function prepare(
  context: AdapterContext,
  delivery: Delivery,
  given: XdomeaParameters,
  process: string,
): Promise<{ sealed: Sealed } | { outcome: Outcome }> {
  const message = await compose(delivery, given, process, context.now());
  const validation = context.schemas.validate(Buffer.from(message.xml));
  if (validation.kind === 'invalid') {
    const reasons = validation.faults.map((text) => ({ public: text, detail: validation.schema }));
    return { outcome: { kind: 'rejected', reasons } };
  }
  if (validation.kind === 'valid') return { sealed: seal(message, delivery.attachments, given) };
  if (given.validation === 'required') {
    const reason = { public: texts.notFiledUnchecked(validation.reason) };
    return { outcome: { kind: 'misconfigured', parameter: 'validation', reason } };
  }
  return { sealed: seal(message, delivery.attachments, given, texts.filedUnchecked(validation.reason)) };
}

function filed(context: AdapterContext, given: XdomeaParameters, externalReference: string, note = ''): Outcome {
  const more = note ? { note: { public: note } } : {};
  if (given.returns === undefined) return { kind: 'delivered', externalReference, ...more };
  return { kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given), ...more };
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}
