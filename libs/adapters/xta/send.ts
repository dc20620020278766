import { textAt, Unreadable } from '#xoev/read.js';
import { Unwritable } from '#xoev/write.js';
import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { outcomeOf } from './faults.js';
import { type Draft, draft, request, type Sealed, seal, sizeOf } from './message.js';
import { faultOf, type XtaParameters } from './parameters.js';
import { ask, exchange } from './soap.js';

/** Composes, validates, gets a MessageID, keeps everything, sends. Until it is kept nothing is in doubt; from then on the same message goes out under the same id. */
export async function send(context: AdapterContext, delivery: Delivery, given: XtaParameters): Promise<Outcome> {
  const fault = faultOf(given, context.now());
  if (fault) return { kind: 'misconfigured', parameter: fault.parameter, reason: { public: fault.message } };
  const known = (await context.kept('send')) as Sealed | undefined;
  const fresh = known ?? (await prepare(context, delivery, given));
  if ('kind' in fresh) return fresh as Outcome;
  const sealed = (await context.checkpoint('send', fresh)) as Sealed;
  return hand(context, delivery, given, sealed);
}

async function prepare(context: AdapterContext, delivery: Delivery, given: XtaParameters): Promise<Sealed | Outcome> {
  try {
    const { idempotencyKey: key, attempt } = context;
    const drafted = draft(delivery, given, { key, attempt, now: context.now() });
    if (sizeOf(drafted) > given.maxMegabytes * 1024 * 1024) return rejected('Die Sendung ist für XTA zu groß.');
    const judged = judge(context, drafted, given);
    if (typeof judged !== 'string') return judged;
    const named = await newMessageId(context, given);
    return 'outcome' in named ? named.outcome : seal(drafted, delivery, given, named.messageId, judged);
  } catch (error) {
    if (error instanceof Unwritable) return rejected(error.message);
    throw error;
  }
}

/** What people should know of the message, or why it is not sent. */
function judge(context: AdapterContext, { composed }: Draft, given: XtaParameters): string | Outcome {
  const replaced =
    composed.changed > 0 ? `${composed.changed} Zeichen sind ersetzt, weil der Standard sie nicht kennt.` : '';
  const validation = context.schemas.validate(composed.xml);
  if (validation.kind === 'invalid')
    return {
      kind: 'rejected',
      reasons: validation.faults.map((fault) => ({ public: fault, detail: validation.schema })),
    };
  if (validation.kind === 'valid') return replaced;
  if (given.validation === 'required')
    return { kind: 'misconfigured', parameter: 'validation', reason: { public: `Ungeprüft: ${validation.reason}` } };
  return [`Nicht gegen das Schema geprüft: ${validation.reason}`, replaced].filter(Boolean).join(' ');
}

async function newMessageId(
  context: AdapterContext,
  given: XtaParameters,
): Promise<{ messageId: string } | { outcome: Outcome }> {
  const said = await ask(context, given, 'createMessageId').catch(unreadable);
  if (!said) return { outcome: nonsense };
  if ('refused' in said) return { outcome: said.refused };
  if ('fault' in said) return { outcome: outcomeOf(said.fault, '') };
  const messageId = textAt(said.answer.body, 'MessageID');
  return messageId && messageId.length <= 300 ? { messageId } : { outcome: nonsense };
}

async function hand(
  context: AdapterContext,
  delivery: Delivery,
  given: XtaParameters,
  sealed: Sealed,
): Promise<Outcome> {
  const { messageId, note } = sealed;
  const whole = request(sealed, delivery.attachments, context.idempotencyKey);
  const said = await exchange(context, given, 'sendMessage', whole).catch(unreadable);
  if (!said) return { kind: 'unknown', reason: nonsense.reason };
  if ('refused' in said) return said.refused;
  const outcome: Outcome =
    'fault' in said ? outcomeOf(said.fault, messageId) : { kind: 'delivered', externalReference: messageId };
  if (outcome.kind !== 'delivered') return outcome;
  const more = note ? { note: { public: note } } : {};
  if (!given.replies) return { ...outcome, ...more };
  return { kind: 'pending', externalReference: messageId, askAgainAt: askAgainAt(context, given), ...more };
}

export const askAgainAt = (context: AdapterContext, { pollMinutes }: XtaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);

export const nonsense = {
  kind: 'later',
  reason: { public: 'Der XTA-Server hat unverständlich geantwortet.' },
} as const;

const rejected = (text: string): Outcome => ({ kind: 'rejected', reasons: [{ public: text }] });

/** An answer that is none is no error of ours. */
export function unreadable(error: unknown): undefined {
  if (error instanceof Unreadable) return undefined;
  throw error;
}
