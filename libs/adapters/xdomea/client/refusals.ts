import type { AdapterContext } from '../../contract.js';
import { visit } from '../../tools/place/drop.js';
import type { XdomeaParameters } from '../parameters.js';

/*
 * A refusal is stored beside the filing, because the DMS's own confirmation may be tidied away, and because a region
 * may stop looking for confirmations.
 */

const fileOf = (process: string) => `.${process}.refused`;

export const keepRefusal = (context: AdapterContext, given: XdomeaParameters, process: string): Promise<void> =>
  visit(context, given, (place) => place.write(fileOf(process), Buffer.from(`${context.now().toISOString()}\n`)));

/** Throws if the place is away: that proves nothing. */
export const isRefused = (context: AdapterContext, given: XdomeaParameters, process: string): Promise<boolean> =>
  visit(context, given, async (place) => {
    await place.probe();
    return (await place.size(fileOf(process))) !== undefined;
  });
