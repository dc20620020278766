import type { AdapterContext, Found } from '../contract.js';
import { askAgainAt } from './again.js';
import { findAddress, read } from './exchange.js';
import type { RestParameters } from './parameters.js';
import { referenceOf } from './reference.js';

/** Asks the target for the key. Throws when it does not say. */
export async function find(
  context: AdapterContext,
  key: string,
  given: RestParameters,
): Promise<Found | 'absent' | 'unknowable'> {
  if (given.find === 'none') return 'unknowable';
  const said = await read(context, given, findAddress(given, key));
  if ('refused' in said) throw new Error(`no token: ${said.refused.kind}`);
  const { answer } = said;
  if (answer.status === 404 || answer.status === 410) return 'absent';
  const reference = answer.status === 200 && referenceOf(answer, given.reference);
  if (!reference) throw new Error(`find was answered with HTTP ${answer.status}`);
  return {
    externalReference: reference,
    ...(given.statusPath !== undefined && { askAgainAt: askAgainAt(context, given) }),
  };
}
