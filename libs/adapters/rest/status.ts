import type { AdapterContext, Outcome } from '../contract.js';
import { askAgainAt } from '../tools/outcomes.js';
import { refusedBy, statusOf } from './answers.js';
import { read } from './client/exchange.js';
import { find } from './find.js';
import { address, type RestParameters } from './parameters.js';
import { texts } from './texts.js';

/**
 * How a delivery stands, and what the target replies to it: from `statusPath`, where a region has set one. Elsewhere
 * all that can be asked is whether the delivery is there.
 */
export async function status(context: AdapterContext, reference: string, given: RestParameters): Promise<Outcome> {
  if (given.statusPath === undefined) return arrival(context, reference, given);
  const path = given.statusPath.replaceAll('{reference}', encodeURIComponent(reference));
  const response = await read(context, given, address(given, path, context.idempotencyKey));
  if ('refused' in response) return response.refused;
  const { answer } = response;
  const stillPending = {
    kind: 'pending',
    externalReference: reference,
    askAgainAt: askAgainAt(context, given),
  } as const;
  if (answer.status === 404 || answer.status === 410) return stillPending; // not there yet, or no longer
  if (answer.status !== 200) return questionRefused(refusedBy(answer, given, context.now()));
  const { status, replies } = statusOf(answer);
  return status === 'delivered'
    ? { kind: 'delivered', externalReference: reference, replies }
    : { ...stillPending, replies };
}

async function arrival(context: AdapterContext, externalReference: string, given: RestParameters): Promise<Outcome> {
  const found = await find(context, context.idempotencyKey, given);
  if (found === 'absent') throw new Error('the target no longer knows the delivery');
  return { kind: 'delivered', externalReference };
}

/** A refused question says nothing about what was delivered, so it never ends a delivery. */
function questionRefused(refusal: Outcome): Outcome {
  if (refusal.kind === 'misconfigured')
    return refusal.parameter === 'path' ? { ...refusal, parameter: 'statusPath' } : refusal;
  return refusal.kind === 'later' ? refusal : { kind: 'later', reason: { public: texts.status.refused } };
}
