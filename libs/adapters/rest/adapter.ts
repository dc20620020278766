import { z } from 'zod';
import type { AdapterContext, CheckStep, FachverfahrenAdapter, HttpAnswer, Outcome } from '../contract.js';
import { refusalOf } from '../outcomes.js';
import { type Sealed, seal, unseal } from './message.js';
import { address, authenticate, credential, missingCredential, parameters, type RestParameters } from './parameters.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'rest',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'REST',
    summary: 'Übergibt Sendungen als JSON über HTTPS an ein Fachverfahren, das einen Idempotenzschlüssel beachtet.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: true, render: true, status: false, idempotentTarget: true },
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  async check(context, values) {
    const given = parameters.parse(values);
    const missing = missingCredential(given);
    if (missing)
      return [
        {
          step: 'parameters',
          ok: false,
          message: 'Für die gewählte Anmeldung fehlt dieser Parameter.',
          parameter: missing,
        },
      ];
    return [
      { step: 'parameters', ok: true, message: 'Die Parameter sind vollständig.' },
      ...(await probe(context, given)),
    ];
  },

  async deliver(context, delivery, values) {
    const given = parameters.parse(values);
    const missing = missingCredential(given);
    if (missing)
      return {
        kind: 'misconfigured',
        parameter: missing,
        reason: { public: 'Für die gewählte Anmeldung fehlt dieser Parameter.' },
      };
    const { bytes, sealed } = await seal(delivery);
    const kept = (await context.checkpoint('send', sealed)) as Sealed;
    const answer = await context.http(address(given, given.path), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        [given.idempotencyHeader.toLowerCase()]: context.idempotencyKey,
        ...authenticate(given),
      },
      body: kept.sha256 === sealed.sha256 ? bytes : await unseal(kept, delivery.attachments),
      timeout: given.timeoutSeconds * 1000,
    });
    return outcomeOf(answer, given, context.now());
  },

  async find(context, idempotencyKey, values) {
    const given = parameters.parse(values);
    const answer = await read(context, given, idempotencyKey);
    if (answer.status === 404 || answer.status === 410) return 'absent';
    const reference = answer.status === 200 && referenceOf(answer);
    if (!reference) throw new Error(`find was answered with HTTP ${answer.status}`);
    return { externalReference: reference };
  },

  async render(_context, delivery) {
    const { bytes } = await seal(delivery);
    return [{ name: 'delivery.json', mimetype: 'application/json', bytes }];
  },
};

/** Asks for a key that nobody uses: "not there" proves address and credentials. */
async function probe(context: AdapterContext, given: RestParameters): Promise<CheckStep[]> {
  const { status } = await read(context, given, 'stellwerk-check');
  const connected: CheckStep = { step: 'connect', ok: true, message: 'Das Fachverfahren antwortet.' };
  if (status === 401 || status === 403)
    return [
      connected,
      {
        step: 'authenticate',
        ok: false,
        message: 'Das Fachverfahren nimmt die Zugangsdaten nicht an.',
        parameter: credential(given),
      },
    ];
  const ready = status === 200 || status === 404 || status === 410;
  return [
    connected,
    { step: 'authenticate', ok: true, message: 'Die Zugangsdaten werden angenommen.' },
    {
      step: 'ready',
      ok: ready,
      message: ready ? 'Das Fachverfahren ist bereit.' : `Das Fachverfahren ist nicht bereit (HTTP ${status}).`,
    },
  ];
}

const read = (context: AdapterContext, given: RestParameters, key: string) =>
  context.http(address(given, given.findPath, key), {
    headers: { accept: 'application/json', ...authenticate(given) },
    timeout: given.timeoutSeconds * 1000,
  });

function outcomeOf(answer: HttpAnswer, given: RestParameters, now: Date): Outcome {
  if (answer.status < 200 || answer.status > 299)
    return refusalOf(answer, { credentials: credential(given), path: 'path' }, now);
  const externalReference = referenceOf(answer);
  if (externalReference) return { kind: 'delivered', externalReference };
  return {
    kind: 'unknown',
    reason: {
      public: 'Das Fachverfahren hat unverständlich geantwortet.',
      detail: `HTTP ${answer.status} without a reference`,
    },
  };
}

const receipt = z.object({ reference: z.string().min(1).max(500) });

/** The target's own reference: `reference` of the body, else `Location`. */
function referenceOf(answer: HttpAnswer): string | undefined {
  try {
    return receipt.parse(answer.json()).reference;
  } catch {
    return answer.headers['location']?.slice(0, 500);
  }
}
