import type { AdapterContext, Delivery, HttpAnswer, Outcome } from '../contract.js';
import { Unwritable } from '../tools/formats.js';
import { askAgainAt } from './again.js';
import { authenticate, exchange, furtherHeaders, refusedBy } from './exchange.js';
import { type Sealed, seal, unseal } from './message.js';
import { address, faultOf, type RestParameters } from './parameters.js';
import { referenceOf } from './reference.js';

/** Hands a delivery over. The token comes before the checkpoint: while there is none, nothing is in doubt. */
export async function send(context: AdapterContext, delivery: Delivery, given: RestParameters): Promise<Outcome> {
  const fault = faultOf(given, context.now());
  if (fault) return { kind: 'misconfigured', parameter: fault.parameter, reason: { public: fault.message } };
  const made = await seal(delivery, given, context.idempotencyKey).catch(unwritable);
  if (typeof made === 'string') return rejected(made);
  if (made.sealed.form.attachments === 'refuse' && delivery.attachments.length > 0)
    return rejected('Das Fachverfahren nimmt keine Anlagen an; die Sendung hat welche.');
  const pass = await authenticate(context, given);
  if ('refused' in pass) return pass.refused;
  const kept = (await context.checkpoint('send', made.sealed)) as Sealed;
  const { bytes, type } = kept.sha256 === made.sealed.sha256 ? made.message : await unseal(kept, delivery.attachments);
  const { method, path } = given;
  const headers = { ...furtherHeaders(given, delivery), 'content-type': type, ...keyHeader(context, given) };
  const url = address(given, path, context.idempotencyKey);
  const said = await exchange(context, given, url, { method, headers, body: bytes }, pass);
  return 'refused' in said ? said.refused : outcomeOf(said.answer, given, context);
}

const rejected = (reason: string): Outcome => ({ kind: 'rejected', reasons: [{ public: reason }] });

/** The message does not fit its format: nothing that another time or another setting would mend. */
function unwritable(error: unknown): string {
  if (error instanceof Unwritable) return error.message;
  throw error;
}

const keyHeader = ({ idempotencyKey }: AdapterContext, { idempotencyHeader }: RestParameters) => ({
  [idempotencyHeader.toLowerCase()]: idempotencyKey,
});

function outcomeOf(answer: HttpAnswer, given: RestParameters, context: AdapterContext): Outcome {
  if (answer.status < 200 || answer.status > 299) return refusedBy(answer, given, context.now());
  const externalReference = referenceOf(answer, given.reference);
  if (externalReference && given.statusPath !== undefined)
    return { kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given) };
  if (externalReference) return { kind: 'delivered', externalReference };
  return {
    kind: 'unknown',
    reason: {
      public: 'Das Fachverfahren hat unverständlich geantwortet.',
      detail: `HTTP ${answer.status} without a reference`,
    },
  };
}
