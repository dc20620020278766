import { at, textAt } from '#xoev/read.js';
import type { AdapterContext, Found, Outcome } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { meaningOf } from './faults.js';
import type { Sealed } from './message.js';
import type { XtaParameters } from './parameters.js';
import { ask } from './soap.js';

/** How the transport fares, as the TransportReport's light says (XTA 2.1.1, MessageStatus). */
export type Light = 'open' | 'green' | 'yellow' | 'red';
export const hasArrived = (light: Light | 'unknown') => light === 'green' || light === 'yellow';
const lights: Record<string, Light> = { '0': 'open', '1': 'green', '2': 'yellow', '3': 'red' };

/** `unknown`: the server has no message of this id. Throws when it does not say. */
export async function report(
  context: AdapterContext,
  given: XtaParameters,
  messageId: string,
): Promise<Light | 'unknown'> {
  const said = await ask(context, given, 'getTransportReport', { 'wsa:MessageID': messageId });
  if ('fault' in said) {
    if (meaningOf(said.fault).kind === 'unknownId') return 'unknown';
    throw new Error(`the transport report was refused: ${said.fault.exception} ${said.fault.code}`);
  }
  if ('refused' in said) throw new Error(`the transport report was refused: ${said.refused.kind}`);
  const light = lights[textAt(at(said.answer.body, 'TransportReport'), 'MessageStatus/Status') ?? ''];
  if (!light) throw new Error('the transport report says nothing');
  return light;
}

/**
 * Did the message of this key arrive at the XTA server? Where nothing was kept, nothing was sent; another server than the one that it was sent to does not
 * know. Throws when that cannot be known now.
 */
export async function find(context: AdapterContext, given: XtaParameters): Promise<Found | 'absent' | 'unknowable'> {
  const { sealed } = await lastKept<Sealed>(context);
  if (!sealed) {
    await reach(context, given);
    return 'absent';
  }
  if (sealed.server !== given.baseUrl) return 'unknowable';
  const light = await report(context, given, sealed.messageId);
  if (light === 'unknown') return 'absent';
  const settled = !given.replies && hasArrived(light);
  return {
    externalReference: sealed.messageId,
    ...(!settled && { askAgainAt: askAgainAt(context, given) }),
    ...noted(sealed),
  };
}

/** A server that cannot be reached proves nothing. */
async function reach(context: AdapterContext, given: XtaParameters): Promise<void> {
  const said = await ask(context, given, 'checkAccountActive');
  if (!('answer' in said)) throw new Error('the account cannot be asked');
}

/** What people should know of the message all the same. */
export const noted = (sealed: Sealed | undefined) => (sealed?.note ? { note: { public: sealed.note } } : {});

const askAgainAt = (context: AdapterContext, { pollMinutes }: XtaParameters): Date =>
  new Date(context.now().getTime() + pollMinutes * 60_000);

/** The server has the message, and more is to come. */
export const waiting = (context: AdapterContext, messageId: string, given: XtaParameters) =>
  ({
    kind: 'pending',
    externalReference: messageId,
    askAgainAt: askAgainAt(context, given),
  }) satisfies Outcome;
