import { standardOn, standards } from '#xoev/standards.js';
import type { AdapterContext, CheckStep } from '../contract.js';
import { blamesCertificate, certificateSteps, complaint, tlsTrouble } from '../tools/certificates.js';
import { countIn } from './box.js';
import { outcomeOf } from './faults.js';
import { tlsOf, type XtaParameters } from './parameters.js';
import { nonsense, unreadable } from './send.js';
import { addressOf, ask, type Said } from './soap.js';

/** Certificate, connection, account, box; and by which schemas messages are checked before they leave. */
export async function probe(context: AdapterContext, given: XtaParameters): Promise<CheckStep[]> {
  const certificate = certificateSteps(tlsOf(given), context.now());
  if (certificate.some(({ ok }) => !ok)) return certificate;
  const said = await ask(context, given, 'checkAccountActive')
    .catch(unreadable)
    .catch((error) => explained(context, given, error));
  if (said && 'step' in said) return [...certificate, said];
  const account = judged(said);
  const isActive = account.every(({ ok }) => ok);
  const box = given.replies && isActive ? [await boxStep(context, given)] : [];
  return [...certificate, ...account, ...box, schemas(context, given)];
}

function judged(said: Said | undefined): CheckStep[] {
  const connected: CheckStep = { step: 'connect', ok: true, message: 'Der XTA-Server antwortet.' };
  if (said && 'answer' in said)
    return [connected, { step: 'authenticate', ok: true, message: 'Das XTA-Konto ist aktiv.' }];
  const outcome = !said ? nonsense : 'fault' in said ? outcomeOf(said.fault, '') : said.refused;
  if (outcome.kind === 'misconfigured') {
    const { parameter, reason } = outcome;
    const step = parameter === 'baseUrl' ? 'address' : 'authenticate';
    return [connected, { step, ok: false, message: reason.public, parameter }];
  }
  const message = outcome.kind === 'later' ? outcome.reason.public : 'Der XTA-Server ist nicht bereit.';
  return [connected, { step: 'ready', ok: false, message }];
}

async function boxStep(context: AdapterContext, given: XtaParameters): Promise<CheckStep> {
  try {
    const count = await countIn(context, given);
    const said = count === 1 ? 'liegt 1 Nachricht' : `liegen ${count === 0 ? 'keine' : count} Nachrichten`;
    return { step: 'box', ok: true, message: `Im Postfach ${said}.` };
  } catch {
    return { step: 'box', ok: false, message: 'Das Postfach des XTA-Kontos antwortet nicht.', parameter: 'msgBoxPath' };
  }
}

/** Messages of a standard without a schema go out unchecked: no failure, unless the region demands more. */
function schemas({ schemas: known, now }: AdapterContext, { validation }: XtaParameters): CheckStep {
  const current = [...new Set(standards.map(({ prefix }) => prefix))].flatMap(
    (prefix) => standardOn(prefix, now()) ?? [],
  );
  const there = current.filter(({ namespace }) => known.knows(namespace));
  const names = there.map(({ title, version }) => `${title} ${version}`).join(', ');
  if (there.length > 0) return { step: 'schema', ok: true, message: `Vor dem Senden geprüft wird: ${names}.` };
  return {
    ...{ step: 'schema', ok: validation !== 'required', parameter: 'validation' },
    message: 'Nachrichten gehen ungeprüft hinaus: Schemas der Standards liegen nicht vor (XOEV_SCHEMAS).',
  };
}

/** A connection that was closed on us may have been closed because of our certificate. Throws what it cannot explain. */
async function explained(context: AdapterContext, given: XtaParameters, error: unknown): Promise<CheckStep> {
  const url = addressOf(given, 'checkAccountActive');
  const broken = url.startsWith('https:') && !tlsTrouble(error);
  const said = blamesCertificate(error)
    ? error
    : broken && (await complaint(context, url, tlsOf(given)).catch(() => undefined));
  if (!said || !blamesCertificate(said)) throw error;
  return { step: 'tls', ok: false, message: tlsTrouble(said)!, parameter: 'clientCertificate' };
}
