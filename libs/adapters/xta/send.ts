import { textAt, Unreadable } from '#xoev/read.js';
import { standardOn } from '#xoev/standards.js';
import { Unwritable } from '#xoev/write.js';
import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { outcomeOf } from './faults.js';
import { addressing, type Draft, draft, request, type Sealed, seal, sizeOf } from './message.js';
import { faultOf, type XtaParameters } from './parameters.js';
import { noted, report, waiting } from './report.js';
import { ask, exchange } from './soap.js';
import { status } from './status.js';

/**
 * Composes, validates, gets a MessageID, keeps everything, sends. Until it is kept nothing is in doubt; from then on the same message goes out under the same
 * id, unless the region has corrected what it says of sender, receiver or service.
 */
export async function send(context: AdapterContext, delivery: Delivery, given: XtaParameters): Promise<Outcome> {
  const fault = faultOf(given, context.now());
  if (fault) return { kind: 'misconfigured', parameter: fault.parameter, reason: { public: fault.message } };
  const { sealed, next } = await lastKept<Sealed>(context);
  if (sealed?.address === addressing(given)) return hand(context, delivery, given, sealed);
  if (sealed && (await isThere(context, given, sealed))) return followed(context, given, sealed);
  const fresh = await prepare(context, delivery, given);
  if ('kind' in fresh) return fresh as Outcome;
  return hand(context, delivery, given, (await context.checkpoint(next, fresh)) as Sealed);
}

/** Another attempt follows only what did not arrive; the server is asked all the same, before the message goes out under another id. */
async function isThere(context: AdapterContext, given: XtaParameters, { messageId }: Sealed): Promise<boolean> {
  const light = await report(context, given, messageId).catch(() => 'unknown');
  return light !== 'unknown';
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
  const { standard } = composed;
  const replaced =
    composed.changed > 0 ? `${composed.changed} Zeichen sind ersetzt, weil der Standard sie nicht kennt.` : '';
  const validation = context.schemas.validate(composed.xml);
  if (validation.kind === 'invalid')
    return {
      kind: 'rejected',
      reasons: validation.faults.map((fault) => ({ public: fault, detail: validation.schema })),
    };
  const lapsed = standard && standardOn(standard.prefix, context.now())?.namespace !== standard.namespace;
  const outdated = lapsed ? `${standard.title} ${standard.version} gilt heute nicht.` : '';
  if (validation.kind === 'valid') return [outdated, replaced].filter(Boolean).join(' ');
  if (given.validation === 'required')
    return { kind: 'misconfigured', parameter: 'validation', reason: { public: `Ungeprüft: ${validation.reason}` } };
  return [`Nicht gegen das Schema geprüft: ${validation.reason}`, outdated, replaced].filter(Boolean).join(' ');
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
  const whole = request(sealed, delivery.attachments, context.idempotencyKey);
  const said = await exchange(context, given, 'sendMessage', whole).catch(unreadable);
  if (!said) return { kind: 'unknown', reason: nonsense.reason };
  if ('refused' in said && said.status >= 500)
    return {
      kind: 'unknown',
      reason: { public: 'Der XTA-Server hat nicht geantwortet.', detail: `HTTP ${said.status}` },
    };
  if ('refused' in said) return said.refused;
  if ('fault' in said) {
    const outcome = outcomeOf(said.fault, sealed.messageId);
    if (outcome.kind !== 'delivered') return outcome;
  }
  return followed(context, given, sealed);
}

/** The server has it. Where nobody waits for replies, its report decides, at once if it can. */
async function followed(context: AdapterContext, given: XtaParameters, sealed: Sealed): Promise<Outcome> {
  const later = { ...waiting(context, sealed.messageId, given), ...noted(sealed) };
  return given.replies ? later : await status(context, sealed.messageId, given).catch(() => later);
}

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
