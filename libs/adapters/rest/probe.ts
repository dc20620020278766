import type { AdapterContext, CheckStep, HttpAnswer } from '../contract.js';
import { blamesCertificate, certificateSteps, complaint, tlsTrouble } from '../tools/certificates.js';
import type { Refusal } from '../tools/outcomes.js';
import { authenticate, exchange, findAddress, furtherHeaders, wantsCertificate } from './exchange.js';
import { address, credential, faultOf, type RestParameters, tlsOf } from './parameters.js';

/** Tests the connection step by step: parameters, certificate, token, address, credentials. Nothing is handed over. */
export async function probe(context: AdapterContext, given: RestParameters): Promise<CheckStep[]> {
  const certificate = certificateSteps(tlsOf(given), context.now());
  if (certificate.some(({ ok }) => !ok)) return certificate;
  const fault = faultOf(given, context.now());
  if (fault) return [{ step: 'parameters', ok: false, ...fault }];
  const begun: CheckStep[] = [
    { step: 'parameters', ok: true, message: 'Die Parameter sind vollständig.' },
    ...certificate,
  ];
  const pass = await authenticate(context, given).catch((error) => ({ step: unreached(error) }));
  if ('step' in pass) return [...begun, pass.step];
  if ('refused' in pass) return [...begun, refusedToken(pass.refused)];
  const said = await exchange(context, given, url(given), { headers: furtherHeaders(given) }, pass).catch((error) =>
    explained(context, given, error),
  );
  if ('step' in said) return [...begun, said];
  return [...begun, ...('refused' in said ? [refusedToken(said.refused)] : judged(said.answer, given))];
}

/** Asks for a key that nobody uses: "not there" proves address and credentials. Where nothing can be asked for, the base address answers somehow. */
const url = (given: RestParameters) =>
  given.find === 'none' ? address(given, '/') : findAddress(given, 'stellwerk-check');

function judged(answer: HttpAnswer, given: RestParameters): CheckStep[] {
  const { status } = answer;
  const connected: CheckStep = { step: 'connect', ok: true, message: 'Das Fachverfahren antwortet.' };
  if (wantsCertificate(answer))
    return [connected, certificateRefused('Das Fachverfahren nimmt das Client-Zertifikat nicht an.')];
  if (status === 401 || status === 403) {
    const message = 'Das Fachverfahren nimmt die Zugangsdaten nicht an.';
    return [connected, { step: 'authenticate', ok: false, message, parameter: credential(given) }];
  }
  const ready = given.find === 'none' ? status < 500 && status !== 429 : [200, 404, 410].includes(status);
  const message = ready ? 'Das Fachverfahren ist bereit.' : `Das Fachverfahren ist nicht bereit (HTTP ${status}).`;
  const authenticated: CheckStep = { step: 'authenticate', ok: true, message: 'Die Zugangsdaten werden angenommen.' };
  return [connected, authenticated, { step: 'ready', ok: ready, message }];
}

function refusedToken(refused: Refusal): CheckStep {
  if (refused.kind === 'misconfigured')
    return { step: 'authenticate', ok: false, message: refused.reason.public, parameter: refused.parameter };
  const message = refused.kind === 'later' ? refused.reason.public : 'Der Token-Dienst hat unverständlich geantwortet.';
  return { step: 'authenticate', ok: false, message, parameter: 'oauthUrl' };
}

/** The token endpoint could not be reached, or not be understood. */
function unreached(error: unknown): CheckStep {
  const trouble = tlsTrouble(error);
  if (trouble) return { step: 'tls', ok: false, message: `Token-Dienst: ${trouble}`, parameter: 'oauthUrl' };
  return { step: 'connect', ok: false, message: 'Der Token-Dienst ist nicht erreichbar.', parameter: 'oauthUrl' };
}

/** A connection that was closed on us may have been closed because of our certificate. Throws what it cannot explain. */
async function explained(context: AdapterContext, given: RestParameters, error: unknown): Promise<CheckStep> {
  const broken = given.baseUrl.startsWith('https:') && !tlsTrouble(error);
  const said = blamesCertificate(error)
    ? error
    : broken && (await complaint(context, given.baseUrl, tlsOf(given)).catch(() => undefined));
  if (said && blamesCertificate(said)) return certificateRefused(tlsTrouble(said)!);
  throw error;
}

const certificateRefused = (message: string): CheckStep => ({
  ...{ step: 'tls', ok: false, message, parameter: 'clientCertificate' },
});
