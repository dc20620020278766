import type { AdapterContext } from '../../contract.js';
import { isRefused, keepRefusal } from '../client/refusals.js';
import { findConfirmation } from '../client/returns.js';
import type { XdomeaParameters } from '../parameters.js';
import { texts } from '../texts.js';
import type { Confirmation } from './confirmation.js';

/**
 * Returns the DMS's latest answer about a process; undefined if it has not answered. A confirmation counts more than a
 * refusal that was kept: the DMS may take in the end what it had refused.
 */
export async function latestAnswer(
  context: AdapterContext,
  given: XdomeaParameters,
  process: string,
): Promise<Confirmation | undefined> {
  const found = given.returns === undefined ? undefined : await findConfirmation(context, given, process);
  if (found?.kind === 'refused') await keepRefusal(context, given, process);
  if (found) return found;
  const refused: Confirmation = { kind: 'refused', reasons: [{ public: texts.refused }] };
  return (await isRefused(context, given, process)) ? refused : undefined;
}
