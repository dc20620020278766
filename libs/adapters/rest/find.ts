import type { AdapterContext, Found } from '../contract.js';
import { askAgainAt } from '../tools/outcomes.js';
import { referenceOf } from './answers.js';
import { findAddress, read } from './client/exchange.js';
import type { RestParameters } from './parameters.js';

/** Asks the target for the key. Throws when the answer is not conclusive. */
export async function find(
  context: AdapterContext,
  key: string,
  given: RestParameters,
): Promise<Found | 'absent' | 'unknowable'> {
  if (given.find === 'none') return 'unknowable';
  const response = await read(context, given, findAddress(given, key));
  if ('refused' in response) throw new Error(`no token: ${response.refused.kind}`);
  const { answer } = response;
  if (answer.status === 404 || answer.status === 410) return 'absent';
  const reference = answer.status === 200 && referenceOf(answer, given.reference);
  if (!reference) throw new Error(`find was answered with HTTP ${answer.status}`);
  return {
    externalReference: reference,
    ...(given.statusPath !== undefined && { askAgainAt: askAgainAt(context, given) }),
  };
}
