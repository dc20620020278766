import type { CheckStep, FachverfahrenAdapter, Outcome } from '../contract.js';
import { Unwritable } from '../tools/formats.js';
import { failedStep, outcomeOf } from './answers.js';
import { messageIdOf, type Sealed, seal, unseal } from './letter.js';
import { type MailParameters, missingCredential, parameters } from './parameters.js';
import { openSession, type Session, type SmtpError } from './session.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'mail',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'E-Mail',
    summary:
      'Schickt jede Sendung als E-Mail an das Postfach der Behörde: ein PDF zum Lesen, die Daten und die Anlagen.',
    accepts: ['*'],
    protocols: ['SMTP mit TLS'],
    capabilities: { find: false, render: true, status: false, idempotentTarget: false },
    formats: ['json', 'xml', 'csv'],
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  async check(context, values) {
    const given = parameters.parse(values);
    const missing = missingCredential(given);
    if (missing) return [{ step: 'parameters', ok: false, message: 'Dieser Parameter fehlt.', parameter: missing }];
    const steps: CheckStep[] = [{ step: 'parameters', ok: true, message: 'Die Parameter sind vollständig.' }];
    const passed = (step: string, message: string) => steps.push({ step, ok: true, message });
    let reached = 'connect';
    try {
      const session = await openSession(context, given);
      passed('connect', 'Der Mailserver antwortet.');
      if (given.security !== 'none') passed('tls', 'Die Verbindung ist verschlüsselt.');
      reached = 'authenticate';
      await session.login();
      if (given.user) passed('authenticate', 'Die Zugangsdaten werden angenommen.');
      reached = 'ready';
      await session.prove();
      passed('ready', 'Der Mailserver nimmt Absender und Postfach an.');
      await session.leave();
      return steps;
    } catch (error) {
      if (isNotSmtp(error)) throw error;
      return [...steps, failedStep(error as SmtpError, given, reached)];
    }
  },

  async deliver(context, delivery, values) {
    const given = parameters.parse(values);
    const missing = missingCredential(given);
    if (missing) return { kind: 'misconfigured', parameter: missing, reason: { public: 'Dieser Parameter fehlt.' } };
    const key = context.idempotencyKey;
    const made = await seal(delivery, key, given).catch(unwritable);
    if ('kind' in made) return made;
    if (made.bytes.length > given.maxMegabytes * 1e6) return tooLarge(made.bytes.length, given);
    let session: Session | undefined;
    let from = given.from;
    try {
      session = await openSession(context, given);
      await session.login();
      await session.prove();
      await session.send(async () => {
        const kept = (await context.checkpoint('send', made.sealed)) as Sealed;
        from = kept.from;
        return kept.sha256 === made.sealed.sha256 ? made.bytes : unseal(kept, delivery, key);
      });
    } catch (error) {
      if (isNotSmtp(error)) throw error;
      return outcomeOf(error as SmtpError, given, session?.sent() ?? false);
    }
    await session.leave();
    return { kind: 'delivered', externalReference: messageIdOf(key, { from }) };
  },

  async render(context, delivery, values) {
    const { bytes } = await seal(delivery, context.idempotencyKey, parameters.parse(values));
    return [{ name: 'Nachricht.eml', mimetype: 'message/rfc822', bytes }];
  },
};

/** What did not come out of the conversation is the core's to judge: a refused address, a deadline, bytes that cannot be made again. */
const isNotSmtp = (error: unknown) => {
  const { name, code } = error as SmtpError;
  return name === 'NotSent' || name === 'Refused' || code === undefined || code === 'ESTREAM';
};

function unwritable(error: Error): Outcome {
  if (!(error instanceof Unwritable)) throw error;
  return {
    kind: 'misconfigured',
    parameter: 'template',
    reason: { public: 'Was die Vorlage ergibt, lässt sich in ihrem Format nicht schreiben.', detail: error.message },
  };
}

function tooLarge(size: number, { maxMegabytes }: MailParameters): Outcome {
  const megabytes = (size / 1e6).toLocaleString('de-DE', { maximumFractionDigits: 1 });
  const limit = maxMegabytes.toLocaleString('de-DE');
  const text = `Die Nachricht ist ${megabytes} MB groß; das Postfach nimmt höchstens ${limit} MB. Mit einem größeren mail.maxMegabytes lässt sie sich erneut zustellen.`;
  return { kind: 'rejected', reasons: [{ public: text }] };
}
