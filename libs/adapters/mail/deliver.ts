import type { AdapterContext, Delivery, Outcome } from '../contract.js';
import { Unwritable } from '../tools/formats.js';
import { outcomeOf } from './answers.js';
import { isSmtpError, openSession, type Session } from './client.js';
import { messageIdOf, type Sealed, seal, unseal } from './mapping.js';
import { type MailParameters, missingCredential } from './parameters.js';
import { texts } from './texts.js';

/**
 * Sends the mail. Connection, login, sender and mailboxes are tried first, and what is sent is kept only once the
 * server asks for it: up to then nothing can be in doubt.
 */
export async function deliver(context: AdapterContext, delivery: Delivery, given: MailParameters): Promise<Outcome> {
  const missing = missingCredential(given);
  if (missing) return { kind: 'misconfigured', parameter: missing, reason: { public: texts.parameters.missing } };
  const key = context.idempotencyKey;
  const fresh = await seal(delivery, key, given).catch(unwritable);
  if ('kind' in fresh) return fresh;
  if (fresh.bytes.length > given.maxMegabytes * 1e6) return tooLarge(fresh.bytes.length, given);
  let session: Session | undefined;
  let from = given.from;
  try {
    session = await openSession(context, given);
    await session.login();
    await session.prove();
    await session.send(async () => {
      const kept = (await context.checkpoint('send', fresh.sealed)) as Sealed;
      from = kept.from;
      return kept.sha256 === fresh.sealed.sha256 ? fresh.bytes : unseal(kept, delivery, key);
    });
  } catch (error) {
    if (!isSmtpError(error)) throw error;
    return outcomeOf(error, given, session?.sent() ?? false);
  }
  await session.leave();
  return { kind: 'delivered', externalReference: messageIdOf(key, { from }) };
}

function unwritable(error: Error): Outcome {
  if (!(error instanceof Unwritable)) throw error;
  return {
    kind: 'misconfigured',
    parameter: 'template',
    reason: { public: texts.delivery.unwritable, detail: error.message },
  };
}

function tooLarge(size: number, { maxMegabytes }: MailParameters): Outcome {
  const megabytes = (size / 1e6).toLocaleString('de-DE', { maximumFractionDigits: 1 });
  const limit = maxMegabytes.toLocaleString('de-DE');
  return { kind: 'rejected', reasons: [{ public: texts.delivery.tooLarge(megabytes, limit) }] };
}
