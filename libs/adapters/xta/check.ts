import { standardOn, standards } from '#xoev/standards.js';
import type { AdapterContext, CheckStep } from '../contract.js';
import { blamesCertificate, certificateSteps, complaint, tlsTrouble } from '../tools/certificates.js';
import { outcomeOf } from './answers/faults.js';
import { type CallResult, call } from './client/call.js';
import { addressOf } from './client/envelope.js';
import { countBox } from './client/mailbox.js';
import { tlsOf, type XtaParameters } from './parameters.js';
import { texts } from './texts.js';

/** Checks certificate, connection, account and box, and tells which schemas messages are checked against. */
export async function check(context: AdapterContext, given: XtaParameters): Promise<CheckStep[]> {
  const certificate = certificateSteps(tlsOf(given), context.now());
  if (certificate.some(({ ok }) => !ok)) return certificate;
  const result = await call(context, given, 'checkAccountActive').catch((error) => explained(context, given, error));
  if ('step' in result) return [...certificate, result];
  const account = accountSteps(result);
  const isActive = account.every(({ ok }) => ok);
  const box = given.replies && isActive ? [await boxStep(context, given)] : [];
  return [...certificate, ...account, ...box, schemaStep(context, given)];
}

function accountSteps(result: CallResult): CheckStep[] {
  const connected: CheckStep = { step: 'connect', ok: true, message: texts.check.connected };
  if (result.kind === 'answered') return [connected, { step: 'authenticate', ok: true, message: texts.check.active }];
  if (result.kind === 'unreadable') return [connected, { step: 'ready', ok: false, message: texts.unreadableAnswer }];
  const outcome = result.kind === 'fault' ? outcomeOf(result.fault, '') : result.refusal;
  if (outcome.kind === 'misconfigured') {
    const { parameter, reason } = outcome;
    const step = parameter === 'baseUrl' ? 'address' : 'authenticate';
    return [connected, { step, ok: false, message: reason.public, parameter }];
  }
  const message = outcome.kind === 'later' ? outcome.reason.public : texts.check.notReady;
  return [connected, { step: 'ready', ok: false, message }];
}

async function boxStep(context: AdapterContext, given: XtaParameters): Promise<CheckStep> {
  try {
    return { step: 'box', ok: true, message: texts.check.box(await countBox(context, given)) };
  } catch {
    return { step: 'box', ok: false, message: texts.check.noBox, parameter: 'msgBoxPath' };
  }
}

/** Without a schema, messages go out unchecked. That is a failure only if the region demands a check. */
function schemaStep({ schemas, now }: AdapterContext, { validation }: XtaParameters): CheckStep {
  const prefixes = [...new Set(standards.map(({ prefix }) => prefix))];
  const current = prefixes.flatMap((prefix) => standardOn(prefix, now()) ?? []);
  const known = current.filter(({ namespace }) => schemas.knows(namespace));
  const names = known.map(({ title, version }) => `${title} ${version}`).join(', ');
  if (known.length > 0) return { step: 'schema', ok: true, message: texts.check.checkedBy(names) };
  return { step: 'schema', ok: validation !== 'required', parameter: 'validation', message: texts.check.unchecked };
}

/**
 * Finds out whether the server closed the connection because of our certificate. Rethrows an error that it cannot
 * explain.
 */
async function explained(context: AdapterContext, given: XtaParameters, error: unknown): Promise<CheckStep> {
  const url = addressOf(given, 'checkAccountActive');
  const broken = url.startsWith('https:') && !tlsTrouble(error);
  const blamed = blamesCertificate(error)
    ? error
    : broken && (await complaint(context, url, tlsOf(given)).catch(() => undefined));
  if (!blamed || !blamesCertificate(blamed)) throw error;
  return { step: 'tls', ok: false, message: tlsTrouble(blamed)!, parameter: 'clientCertificate' };
}
