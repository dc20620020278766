import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { Unwritable } from '../tools/formats.js';
import { outcomeOf } from './answers.js';
import { authenticate, exchange, furtherHeaders } from './client/exchange.js';
import { type Sealed, seal, unseal } from './mapping.js';
import { address, faultOf, type RestParameters } from './parameters.js';
import { texts } from './texts.js';

/** Hands a delivery over. The token comes before the checkpoint: while there is none, nothing can be in doubt. */
export async function deliver(context: AdapterContext, delivery: Delivery, given: RestParameters): Promise<Outcome> {
  const fault = faultOf(given, context.now());
  if (fault) return { kind: 'misconfigured', parameter: fault.parameter, reason: { public: fault.message } };
  const fresh = await seal(delivery, given, context.idempotencyKey).catch(unwritable);
  if (typeof fresh === 'string') return rejected(fresh);
  if (fresh.sealed.form.attachments === 'refuse' && delivery.attachments.length > 0)
    return rejected(texts.delivery.attachmentsRefused);
  const pass = await authenticate(context, given);
  if ('refused' in pass) return pass.refused;
  const kept = (await context.checkpoint('send', fresh.sealed)) as Sealed;
  const isFresh = kept.sha256 === fresh.sealed.sha256;
  const { bytes, type } = isFresh ? fresh.message : await unseal(kept, delivery.attachments);
  const headers = {
    ...furtherHeaders(given, delivery),
    'content-type': type,
    [given.idempotencyHeader.toLowerCase()]: context.idempotencyKey,
  };
  const url = address(given, given.path, context.idempotencyKey);
  const response = await exchange(context, given, url, { method: given.method, headers, body: bytes }, pass);
  return 'refused' in response ? response.refused : outcomeOf(response.answer, given, context);
}

const rejected = (reason: string): Outcome => ({ kind: 'rejected', reasons: [{ public: reason }] });

/** The message does not fit its format: neither another time nor another setting would change that. */
function unwritable(error: unknown): string {
  if (error instanceof Unwritable) return error.message;
  throw error;
}
