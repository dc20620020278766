import type { AdapterContext, Found } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { look } from '../tools/place/drop.js';
import { latestAnswer } from './answers/latest.js';
import { processOf } from './mapping/message.js';
import type { Sealed } from './mapping/sealed.js';
import type { XdomeaParameters } from './parameters.js';
import { askAgainAt } from './status.js';

/**
 * Looks whether the filing of this key has appeared under the ProzessID that was tried last. A filing that the DMS
 * refused counts as absent.
 */
export async function find(context: AdapterContext, key: string, given: XdomeaParameters): Promise<Found | 'absent'> {
  const { sealed } = await lastKept<Sealed>(context);
  const process = sealed?.process ?? processOf(key, 1);
  if (!(await look(context, given, process))) return 'absent';
  if ((await latestAnswer(context, given, process))?.kind === 'refused') return 'absent';
  return {
    externalReference: process,
    ...(given.returns !== undefined && { askAgainAt: askAgainAt(context, given) }),
    ...(sealed?.note && { note: { public: sealed.note } }),
  };
}
