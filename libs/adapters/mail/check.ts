import type { AdapterContext, CheckStep } from '../contract.js';
import { failedStep } from './answers.js';
import { isSmtpError, openSession } from './client.js';
import { type MailParameters, missingCredential } from './parameters.js';
import { texts } from './texts.js';

/** Tests the connection step by step: parameters, connection, TLS, login, sender and mailboxes. Sends no message. */
export async function check(context: AdapterContext, given: MailParameters): Promise<CheckStep[]> {
  const missing = missingCredential(given);
  if (missing) return [{ step: 'parameters', ok: false, message: texts.parameters.missing, parameter: missing }];
  const steps: CheckStep[] = [{ step: 'parameters', ok: true, message: texts.parameters.complete }];
  const passed = (step: string, message: string) => steps.push({ step, ok: true, message });
  let current = 'connect';
  try {
    const session = await openSession(context, given);
    passed('connect', texts.check.answers);
    if (given.security !== 'none') passed('tls', texts.check.encrypted);
    current = 'authenticate';
    await session.login();
    if (given.user) passed('authenticate', texts.check.authenticated);
    current = 'ready';
    await session.prove();
    passed('ready', texts.check.ready);
    await session.leave();
    return steps;
  } catch (error) {
    if (!isSmtpError(error)) throw error;
    return [...steps, failedStep(error, given, current)];
  }
}
