import type { AdapterContext, Outcome } from '../contract.js';
import { answersTo } from './box.js';
import { keptMessage } from './kept.js';
import type { XtaParameters } from './parameters.js';
import { endOf, reasonsFor, replyOf } from './replies.js';
import { hasArrived, report, waiting } from './report.js';

/** Whether the transport failed, and what the authority has answered since. */
export async function status(context: AdapterContext, messageId: string, given: XtaParameters): Promise<Outcome> {
  const light = await report(context, given, messageId);
  if (light === 'red')
    return {
      kind: 'rejected',
      reasons: [{ public: 'Der XTA-Server konnte die Nachricht nicht zustellen.', detail: 'status 3' }],
    };
  const delivered: Outcome = { kind: 'delivered', externalReference: messageId };
  if (!given.replies) return hasArrived(light) ? delivered : waiting(context, messageId, given);
  const { sealed } = await keptMessage(context);
  const { messages = [], cases = [] } = sealed?.references ?? {};
  const answers = await answersTo(context, given, { messages: [messageId, ...messages], cases });
  const replies = answers.map((answer) => replyOf(answer, sealed?.at));
  const end = endOf(replies);
  if (!end) return { ...waiting(context, messageId, given), ...(replies.length > 0 && { replies }) };
  if (end.status === 'bescheid') return { ...delivered, replies };
  return { kind: 'rejected', reasons: reasonsFor(answers[replies.indexOf(end)]!.message), replies };
}
