import type { AdapterContext } from '../../contract.js';
import { visit } from '../../tools/place/drop.js';
import type { XdomeaParameters } from '../parameters.js';

/*
 * A refusal is kept beside the filing: the DMS's own confirmation may be tidied away, or nobody looks for it any more.
 */

const fileOf = (process: string) => `.${process}.refused`;

export const keepRefusal = (context: AdapterContext, given: XdomeaParameters, process: string): Promise<void> =>
  visit(context, given, (place) => place.write(fileOf(process), Buffer.from(`${context.now().toISOString()}\n`)));

/** A place that is away proves nothing, so it is an error. */
export const isRefused = (context: AdapterContext, given: XdomeaParameters, process: string): Promise<boolean> =>
  visit(context, given, async (place) => {
    await place.probe();
    return (await place.size(fileOf(process))) !== undefined;
  });
