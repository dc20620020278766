import type { AdapterContext, CheckStep, HttpAnswer } from '../contract.js';
import { blamesCertificate, certificateSteps, complaint, tlsTrouble } from '../tools/certificates.js';
import type { Refusal } from '../tools/outcomes.js';
import { wantsCertificate } from './answers.js';
import { authenticate, exchange, findAddress, furtherHeaders } from './client/exchange.js';
import { address, credential, faultOf, type RestParameters, tlsOf } from './parameters.js';
import { texts } from './texts.js';

/** Tests the connection step by step: parameters, certificate, token, address, credentials. Hands nothing over. */
export async function check(context: AdapterContext, given: RestParameters): Promise<CheckStep[]> {
  const certificate = certificateSteps(tlsOf(given), context.now());
  if (certificate.some(({ ok }) => !ok)) return certificate;
  const fault = faultOf(given, context.now());
  if (fault) return [{ step: 'parameters', ok: false, ...fault }];
  const passed: CheckStep[] = [{ step: 'parameters', ok: true, message: texts.parameters.complete }, ...certificate];
  const pass = await authenticate(context, given).catch((error) => ({ step: tokenUnreachable(error) }));
  if ('step' in pass) return [...passed, pass.step];
  if ('refused' in pass) return [...passed, tokenRefused(pass.refused)];
  const request = { headers: furtherHeaders(given) };
  const response = await exchange(context, given, harmlessAddress(given), request, pass).catch((error) =>
    explained(context, given, error),
  );
  if ('step' in response) return [...passed, response];
  return [...passed, ...('refused' in response ? [tokenRefused(response.refused)] : stepsOf(response.answer, given))];
}

/**
 * The address of a key that nobody uses: "not there" proves address and credentials. Where the target cannot be asked
 * for keys, the base address must do.
 */
const harmlessAddress = (given: RestParameters) =>
  given.find === 'none' ? address(given, '/') : findAddress(given, 'stellwerk-check');

function stepsOf(answer: HttpAnswer, given: RestParameters): CheckStep[] {
  const { status } = answer;
  const connected: CheckStep = { step: 'connect', ok: true, message: texts.check.answers };
  if (wantsCertificate(answer)) return [connected, certificateRefused(texts.check.certificateRefused)];
  if (status === 401 || status === 403) {
    const message = texts.check.notAuthenticated;
    return [connected, { step: 'authenticate', ok: false, message, parameter: credential(given) }];
  }
  const ready = given.find === 'none' ? status < 500 && status !== 429 : [200, 404, 410].includes(status);
  return [
    connected,
    { step: 'authenticate', ok: true, message: texts.check.authenticated },
    { step: 'ready', ok: ready, message: ready ? texts.check.ready : texts.check.notReady(status) },
  ];
}

function tokenRefused(refused: Refusal): CheckStep {
  if (refused.kind === 'misconfigured')
    return { step: 'authenticate', ok: false, message: refused.reason.public, parameter: refused.parameter };
  const message = refused.kind === 'later' ? refused.reason.public : texts.token.notUnderstood;
  return { step: 'authenticate', ok: false, message, parameter: 'oauthUrl' };
}

/** The token endpoint could not be reached, or its answer could not be understood. */
function tokenUnreachable(error: unknown): CheckStep {
  const trouble = tlsTrouble(error);
  if (trouble) return { step: 'tls', ok: false, message: texts.token.tls(trouble), parameter: 'oauthUrl' };
  return { step: 'connect', ok: false, message: texts.token.unreachable, parameter: 'oauthUrl' };
}

/** A connection that the target closed may have been closed because of our certificate. Rethrows any other error. */
async function explained(context: AdapterContext, given: RestParameters, error: unknown): Promise<CheckStep> {
  const cause = blamesCertificate(error) ? error : await alertOf(context, given, error);
  const trouble = blamesCertificate(cause) && tlsTrouble(cause);
  if (trouble) return certificateRefused(trouble);
  throw error;
}

async function alertOf(context: AdapterContext, given: RestParameters, error: unknown): Promise<Error | undefined> {
  if (!given.baseUrl.startsWith('https:') || tlsTrouble(error)) return undefined;
  return complaint(context, given.baseUrl, tlsOf(given)).catch(() => undefined);
}

const certificateRefused = (message: string): CheckStep => ({
  step: 'tls',
  ok: false,
  message,
  parameter: 'clientCertificate',
});
