import type { AdapterContext, Found } from '../contract.js';
import { lastKept } from '../tools/kept.js';
import { call } from './client/call.js';
import { hasArrived, transportReport } from './client/report.js';
import type { Sealed } from './mapping/sealed.js';
import type { XtaParameters } from './parameters.js';
import { askAgainAt, noteOf } from './status.js';

/**
 * Finds out whether the message of this key has arrived at the XTA server. If nothing was kept, nothing was sent.
 * `unknowable`: the region has changed the server since, and the new one does not know the message. Throws if it cannot
 * be known now.
 */
export async function find(context: AdapterContext, given: XtaParameters): Promise<Found | 'absent' | 'unknowable'> {
  const { sealed } = await lastKept<Sealed>(context);
  if (!sealed) {
    await demandServer(context, given);
    return 'absent';
  }
  if (sealed.server !== given.baseUrl) return 'unknowable';
  const light = await transportReport(context, given, sealed.messageId);
  if (light === 'unknown') return 'absent';
  const isDone = !given.replies && hasArrived(light);
  return {
    externalReference: sealed.messageId,
    ...(!isDone && { askAgainAt: askAgainAt(context, given) }),
    ...noteOf(sealed),
  };
}

/** Throws if the server cannot be reached: then nothing is proved. */
async function demandServer(context: AdapterContext, given: XtaParameters): Promise<void> {
  const result = await call(context, given, 'checkAccountActive');
  if (result.kind === 'unreadable') throw result.error;
  if (result.kind !== 'answered') throw new Error('the account cannot be asked');
}
