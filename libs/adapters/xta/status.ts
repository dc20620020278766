import type { AdapterContext, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { answersTo } from './answers/inbox.js';
import { endOf, reasonsFor, replyOf } from './answers/replies.js';
import { hasArrived, transportReport } from './client/report.js';
import type { Sealed } from './mapping/sealed.js';
import type { XtaParameters } from './parameters.js';
import { texts } from './texts.js';

/** Reports whether the transport failed, and what the authority has answered since. */
export async function status(context: AdapterContext, messageId: string, given: XtaParameters): Promise<Outcome> {
  const light = await transportReport(context, given, messageId);
  if (light === 'red') return { kind: 'rejected', reasons: [{ public: texts.notTransported, detail: 'status 3' }] };
  const { sealed } = await lastKept<Sealed>(context);
  const delivered = { kind: 'delivered', externalReference: messageId, ...noteOf(sealed) } as const;
  const pending = { ...pendingFor(context, messageId, given), ...noteOf(sealed) };
  if (!given.replies) return hasArrived(light) ? delivered : pending;
  const { messages = [], cases = [] } = sealed?.references ?? {};
  const answers = await answersTo(context, given, { messages: [messageId, ...messages], cases });
  const replies = answers.map((answer) => replyOf(answer, sealed?.at));
  const end = endOf(replies);
  if (!end) return { ...pending, ...(replies.length > 0 && { replies }) };
  if (end.status === 'bescheid') return { ...delivered, replies };
  return { kind: 'rejected', reasons: reasonsFor(answers[replies.indexOf(end)]!.message), replies };
}

/** The server has the message, and more is to come. */
export const pendingFor = (context: AdapterContext, messageId: string, given: XtaParameters) =>
  ({
    kind: 'pending',
    externalReference: messageId,
    askAgainAt: askAgainAt(context, given),
  }) satisfies Outcome;

export const askAgainAt = (context: AdapterContext, { pollMinutes }: XtaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);

/** What people should know of the message, as a member of an outcome. */
export const noteOf = (sealed: Sealed | undefined) => (sealed?.note ? { note: { public: sealed.note } } : {});
