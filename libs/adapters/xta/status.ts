import type { AdapterContext, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { answersTo } from './box.js';
import type { Sealed } from './message.js';
import type { XtaParameters } from './parameters.js';
import { endOf, reasonsFor, replyOf } from './replies.js';
import { hasArrived, noted, report, waiting } from './report.js';

/** Whether the transport failed, and what the authority has answered since. */
export async function status(context: AdapterContext, messageId: string, given: XtaParameters): Promise<Outcome> {
  const light = await report(context, given, messageId);
  if (light === 'red')
    return {
      kind: 'rejected',
      reasons: [{ public: 'Der XTA-Server konnte die Nachricht nicht zustellen.', detail: 'status 3' }],
    };
  const { sealed } = await lastKept<Sealed>(context);
  const delivered = { kind: 'delivered', externalReference: messageId, ...noted(sealed) } as const;
  const later = { ...waiting(context, messageId, given), ...noted(sealed) };
  if (!given.replies) return hasArrived(light) ? delivered : later;
  const { messages = [], cases = [] } = sealed?.references ?? {};
  const answers = await answersTo(context, given, { messages: [messageId, ...messages], cases });
  const replies = answers.map((answer) => replyOf(answer, sealed?.at));
  const end = endOf(replies);
  if (!end) return { ...later, ...(replies.length > 0 && { replies }) };
  if (end.status === 'bescheid') return { ...delivered, replies };
  return { kind: 'rejected', reasons: reasonsFor(answers[replies.indexOf(end)]!.message), replies };
}
