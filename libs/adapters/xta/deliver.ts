import { textAt } from '#xoev/read.js';
import { standardOn } from '#xoev/standards.js';
import { Unwritable } from '#xoev/write.js';
import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { outcomeOf } from './answers/faults.js';
import { call, exchange } from './client/call.js';
import { transportReport } from './client/report.js';
import { sendMessageRequest } from './client/send-message.js';
import { type Draft, draft, sizeOf } from './mapping/draft.js';
import { addressing, type Sealed, seal } from './mapping/sealed.js';
import { faultOf, type XtaParameters } from './parameters.js';
import { noteOf, pendingFor, status } from './status.js';
import { texts } from './texts.js';

/** Characters that a MessageID may have. */
const longestId = 300;

/**
 * Composes, validates, gets a MessageID, keeps everything, sends. Until it is kept nothing is in doubt; from then on
 * the same message goes out under the same id, unless the region has corrected what it says of sender, receiver or
 * service.
 */
export async function deliver(context: AdapterContext, delivery: Delivery, given: XtaParameters): Promise<Outcome> {
  const fault = faultOf(given, context.now());
  if (fault) return { kind: 'misconfigured', parameter: fault.parameter, reason: { public: fault.message } };
  const { sealed, next } = await lastKept<Sealed>(context);
  if (sealed?.address === addressing(given)) return send(context, delivery, given, sealed);
  if (sealed && (await isThere(context, given, sealed))) return afterSending(context, given, sealed);
  const prepared = await prepare(context, delivery, given);
  if ('outcome' in prepared) return prepared.outcome;
  const kept = await context.checkpoint(next, prepared.sealed);
  return send(context, delivery, given, kept as Sealed);
}

/**
 * Asks the server whether it has an earlier message of this delivery. The core tries again only if that message did not
 * arrive; the server is asked all the same, before another message goes out under another id.
 */
async function isThere(context: AdapterContext, given: XtaParameters, { messageId }: Sealed): Promise<boolean> {
  const light = await transportReport(context, given, messageId).catch(() => 'unknown');
  return light !== 'unknown';
}

type Prepared = { sealed: Sealed } | { outcome: Outcome };

async function prepare(context: AdapterContext, delivery: Delivery, given: XtaParameters): Promise<Prepared> {
  try {
    const { idempotencyKey: key, attempt } = context;
    const drafted = draft(delivery, given, { key, attempt, now: context.now() });
    if (sizeOf(drafted) > given.maxMegabytes * 1024 * 1024) return { outcome: rejected(texts.tooLarge) };
    const checked = check(context, drafted, given);
    if ('outcome' in checked) return checked;
    const created = await createMessageId(context, given);
    if ('outcome' in created) return created;
    return { sealed: seal(drafted, delivery, given, created.messageId, checked.note) };
  } catch (error) {
    if (error instanceof Unwritable) return { outcome: rejected(error.message) };
    throw error;
  }
}

/** Checks the message. Returns what people should know of it, or why it is not sent. */
function check(
  context: AdapterContext,
  { composed }: Draft,
  given: XtaParameters,
): { note: string } | { outcome: Outcome } {
  const { standard, changed, xml } = composed;
  const validation = context.schemas.validate(xml);
  if (validation.kind === 'invalid') {
    const reasons = validation.faults.map((fault) => ({ public: fault, detail: validation.schema }));
    return { outcome: { kind: 'rejected', reasons } };
  }
  if (validation.kind === 'unchecked' && given.validation === 'required') {
    const reason = { public: texts.notSentUnchecked(validation.reason) };
    return { outcome: { kind: 'misconfigured', parameter: 'validation', reason } };
  }
  const hasLapsed = standard && standardOn(standard.prefix, context.now())?.namespace !== standard.namespace;
  const notes = [
    validation.kind === 'unchecked' && texts.sentUnchecked(validation.reason),
    hasLapsed && texts.lapsed(standard.title, standard.version),
    changed > 0 && texts.replaced(changed),
  ];
  return { note: notes.filter(Boolean).join(' ') };
}

async function createMessageId(
  context: AdapterContext,
  given: XtaParameters,
): Promise<{ messageId: string } | { outcome: Outcome }> {
  const result = await call(context, given, 'createMessageId');
  if (result.kind === 'refused') return { outcome: result.refusal };
  if (result.kind === 'fault') return { outcome: outcomeOf(result.fault, '') };
  const messageId = result.kind === 'answered' ? textAt(result.answer.body, 'MessageID') : undefined;
  if (messageId && messageId.length <= longestId) return { messageId };
  return { outcome: { kind: 'later', reason: { public: texts.unreadableAnswer } } };
}

async function send(
  context: AdapterContext,
  delivery: Delivery,
  given: XtaParameters,
  sealed: Sealed,
): Promise<Outcome> {
  const request = sendMessageRequest(sealed, delivery.attachments, context.idempotencyKey);
  const result = await exchange(context, given, 'sendMessage', request);
  if (result.kind === 'unreadable') return { kind: 'unknown', reason: { public: texts.unreadableAnswer } };
  if (result.kind === 'refused' && result.status >= 500)
    return { kind: 'unknown', reason: { public: texts.noAnswer, detail: `HTTP ${result.status}` } };
  if (result.kind === 'refused') return result.refusal;
  if (result.kind === 'fault') {
    const outcome = outcomeOf(result.fault, sealed.messageId);
    if (outcome.kind !== 'delivered') return outcome;
  }
  return afterSending(context, given, sealed);
}

/** The server has the message. If the region does not wait for replies, the report decides, at once if it can. */
async function afterSending(context: AdapterContext, given: XtaParameters, sealed: Sealed): Promise<Outcome> {
  const pending = { ...pendingFor(context, sealed.messageId, given), ...noteOf(sealed) };
  return given.replies ? pending : await status(context, sealed.messageId, given).catch(() => pending);
}

const rejected = (text: string): Outcome => ({ kind: 'rejected', reasons: [{ public: text }] });
