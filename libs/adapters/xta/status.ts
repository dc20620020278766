import type { AdapterContext, Outcome } from '../contract.js';
import { answersTo } from './box.js';
import type { Sealed } from './message.js';
import type { XtaParameters } from './parameters.js';
import { ends, reasonsFor, replyOf } from './replies.js';
import { report } from './report.js';
import { askAgainAt } from './send.js';

/** Whether the transport failed, and what the authority has answered since. */
export async function status(context: AdapterContext, messageId: string, given: XtaParameters): Promise<Outcome> {
  const light = await report(context, given, messageId);
  if (light === 'red')
    return {
      kind: 'rejected',
      reasons: [{ public: 'Der XTA-Server konnte die Nachricht nicht zustellen.', detail: 'status 3' }],
    };
  const later: Outcome = { kind: 'pending', externalReference: messageId, askAgainAt: askAgainAt(context, given) };
  if (!given.replies) return light === 'open' ? later : { kind: 'delivered', externalReference: messageId };
  const sealed = (await context.kept('send')) as Sealed | undefined;
  const incoming = await answersTo(context, given, [messageId, ...(sealed?.references ?? [])]);
  const replies = incoming.map(replyOf);
  const last = replies.findIndex(ends);
  if (last < 0) return { ...later, ...(replies.length > 0 && { replies }) };
  if (replies[last]!.status === 'zurueckgewiesen')
    return { kind: 'rejected', reasons: reasonsFor(incoming[last]!.message), replies };
  return { kind: 'delivered', externalReference: messageId, replies };
}
