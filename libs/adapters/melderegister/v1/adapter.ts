import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type { CheckStep, HttpAnswer, LookupOutcome, RegisterAdapter } from '../../contract.js';
import { refusalOf } from '../../tools/outcomes.js';

const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse der Melderegister-Auskunft'),
  token: z.string().min(1).describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
});

const source = 'Melderegister';
const reply = z.discriminatedUnion('result', [
  z.object({ result: z.literal('found'), attributes: z.record(z.string(), z.json()) }),
  z.object({ result: z.literal('notFound') }),
]);

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'melderegister',
    version: '1.0.0',
    kind: 'register',
    title: 'Melderegister',
    summary: 'Ruft mit Einwilligung der Person einzelne Angaben aus dem Melderegister ab, als JSON.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: true },
    attributes: {
      familienname: 'Familienname',
      vornamen: 'Vornamen',
      geburtsdatum: 'Geburtsdatum',
      anschrift: 'Anschrift',
      einzugsdatum: 'Einzugsdatum',
    },
    deadline: 10_000,
    parameters,
    dataCategories: ['Grunddaten der Person', 'Anschrift', 'Angaben zur Wohnung'],
    legalBasis: '§ 34 BMG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values): Promise<CheckStep[]> {
    const { baseUrl, token } = parameters.parse(values);
    const { status } = await context.http(at(baseUrl, '/ping'), { headers: { authorization: `Bearer ${token}` } });
    const connected = { step: 'connect', ok: true, message: 'Das Melderegister antwortet.' };
    if (status === 401 || status === 403)
      return [
        connected,
        { step: 'authenticate', ok: false, message: 'Das Melderegister nimmt das Token nicht an.', parameter: 'token' },
      ];
    if (status === 404)
      return [
        connected,
        { step: 'address', ok: false, message: 'Unter dieser Adresse ist kein Melderegister.', parameter: 'baseUrl' },
      ];
    return [
      connected,
      {
        step: 'ready',
        ok: status === 200,
        message: status === 200 ? 'Das Melderegister ist bereit.' : 'Das Melderegister ist gestört.',
      },
    ];
  },

  async lookup(context, request, values): Promise<LookupOutcome> {
    const { baseUrl, token } = parameters.parse(values);
    const { submissionId, subject, attributes, purpose, legalBasis, ars } = request;
    const answer = await context.http(at(baseUrl, '/lookup'), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'x-request-id': context.idempotencyKey,
      },
      body: JSON.stringify({ requestedBy: ars, submissionId, purpose, legalBasis, subject, attributes }),
    });
    if (answer.status !== 200) return refusalOf(answer, { credentials: 'token', path: 'baseUrl' }, context.now());
    return outcomeOf(answer, attributes);
  },
};

/** Only what was asked for passes on, whatever the register answers. */
function outcomeOf(answer: HttpAnswer, asked: string[]): LookupOutcome {
  const parsed = reply.safeParse(jsonOf(answer));
  if (!parsed.success)
    return {
      kind: 'later',
      reason: { public: 'Das Melderegister hat unverständlich geantwortet.', detail: 'HTTP 200' },
    };
  if (parsed.data.result === 'notFound') return { kind: 'notFound', source };
  const { attributes } = parsed.data;
  const answered = asked
    .filter((name) => Object.hasOwn(attributes, name))
    .map((name) => [name, attributes[name] as Json]);
  return { kind: 'found', attributes: Object.fromEntries(answered), source };
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

const at = (baseUrl: string, path: string) => baseUrl.replace(/\/+$/, '') + path;
