import type { AdapterContext } from '../contract.js';
import { forget, requestIdFor } from './answers/inbox.js';
import { closeMessage } from './client/mailbox.js';
import type { XtaParameters } from './parameters.js';

/**
 * Lets the server forget these messages. Each is closed alone, with the id of the answer that brought it. A worker that
 * has not fetched a message itself fetches it first.
 */
export async function confirm(context: AdapterContext, given: XtaParameters, ids: string[]): Promise<void> {
  for (const id of ids) {
    const requestId = await requestIdFor(context, given, id);
    if (requestId === undefined) continue;
    await closeMessage(context, given, id, requestId);
    forget(given, id);
  }
}
