import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type {
  AdapterContext,
  CheckStep,
  HttpAnswer,
  HttpRequest,
  LookupOutcome,
  RegisterAdapter,
} from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';

const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse des Nachweisdienstes'),
  token: z.string().min(1).describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
});
type Settings = z.infer<typeof parameters>;

const source = 'Nachweisdienst';
const text = z.string().min(1).max(500);

/** What the process's mapping asks for: which evidence, and about what. */
const subjectSchema = z.object({ nachweistyp: z.string().min(1), gegenstand: z.json() });

/** How long to wait when the service does not say: seconds. */
const usual = 30;

const reply = z.discriminatedUnion('status', [
  z.object({ id: text, status: z.literal('PENDING') }),
  z.object({
    id: text,
    status: z.literal('SUCCESSFUL'),
    nachweis: z.object({
      id: text,
      typ: text,
      aussteller: text,
      ausgestelltAm: z.iso.date(),
      merkmale: z.record(z.string(), z.json()),
      dokument: z.object({ referenz: text, sha256: z.hex(), mimetype: text }).optional(),
    }),
  }),
  z.object({ id: text, status: z.literal('NOT_FOUND') }),
  z.object({ id: text, status: z.enum(['ABORT', 'ERROR']), code: text.optional() }),
]);

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'nachweis',
    version: '1.0.0',
    kind: 'register',
    title: 'Nachweisabruf',
    summary: 'Ruft einen Nachweis dort ab, wo er schon vorliegt, in der Gestalt des NOOTS; die Antwort kommt später.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: false, render: false, status: true, idempotentTarget: true },
    attributes: {
      nachweisId: 'Kennung des Nachweises',
      aussteller: 'Ausstellende Stelle',
      ausgestelltAm: 'Ausgestellt am',
      merkmale: 'Angaben des Nachweises',
      dokument: 'Verweis auf das Dokument',
    },
    trustLevel: 'substantiell',
    deadline: 10_000,
    parameters,
    dataCategories: ['Angaben, die der Nachweis bestätigt', 'Grunddaten der Person'],
    legalBasis: '§ 5 EGovG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values): Promise<CheckStep[]> {
    const { status } = await ask(context, parameters.parse(values), '/ping');
    const connected = { step: 'connect', ok: true, message: 'Der Nachweisdienst antwortet.' };
    if (status === 401 || status === 403) {
      const message = 'Der Nachweisdienst nimmt das Token nicht an.';
      return [connected, { step: 'authenticate', ok: false, message, parameter: 'token' }];
    }
    if (status === 404) {
      const message = 'Unter dieser Adresse ist kein Nachweisdienst.';
      return [connected, { step: 'address', ok: false, message, parameter: 'baseUrl' }];
    }
    const ok = status === 200;
    const message = ok ? 'Der Nachweisdienst ist bereit.' : 'Der Nachweisdienst ist gestört.';
    return [connected, { step: 'ready', ok, message }];
  },

  async lookup(context, request, values): Promise<LookupOutcome> {
    const subject = subjectSchema.safeParse(request.subject);
    if (!subject.success) return rejected('Es ist nicht gesagt, welcher Nachweis abzurufen ist.');
    const { nachweistyp, gegenstand } = subject.data;
    const body = {
      ...{ nachweistyp, gegenstand, angaben: request.attributes, anfragendeStelle: request.ars },
      ...{ aktenzeichen: request.submissionId, verarbeitungszweck: request.purpose },
      rechtsgrundlage: request.legalBasis,
    };
    const kept = await context.checkpoint('anfrage', body);
    const answer = await ask(context, parameters.parse(values), '/anfragen', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
      body: JSON.stringify(kept),
    });
    if (![200, 201, 202].includes(answer.status))
      return refusalOf(answer, { credentials: 'token', path: 'baseUrl' }, context.now());
    return outcomeOf(answer, context.now());
  },

  async status(context, externalReference, _request, values): Promise<LookupOutcome> {
    const answer = await ask(context, parameters.parse(values), `/anfragen/${encodeURIComponent(externalReference)}`);
    if (answer.status === 410) return rejected('Der Nachweisdienst kennt die Anfrage nicht mehr.');
    if (answer.status !== 200) return refusalOf(answer, { credentials: 'token', path: 'baseUrl' }, context.now());
    return outcomeOf(answer, context.now());
  },
};

function ask(
  context: AdapterContext,
  { baseUrl, token }: Settings,
  path: string,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  return context.http(baseUrl.replace(/\/+$/, '') + path, {
    ...request,
    headers: { accept: 'application/json', authorization: `Bearer ${token}`, ...request.headers },
  });
}

function outcomeOf(answer: HttpAnswer, now: Date): LookupOutcome {
  const said = replyIn(answer);
  switch (said?.status) {
    case 'PENDING':
      return { kind: 'pending', externalReference: said.id, askAgainAt: askAgainAt(answer, now) };
    case 'SUCCESSFUL': {
      const { id: nachweisId, aussteller, ausgestelltAm, merkmale, dokument = null } = said.nachweis;
      const attributes: Record<string, Json> = { nachweisId, aussteller, ausgestelltAm, merkmale, dokument };
      return { kind: 'found', attributes, source: `${source}: ${aussteller}` };
    }
    case 'NOT_FOUND':
      return { kind: 'notFound', source };
    case 'ABORT':
      return rejected('Der Abruf des Nachweises wurde abgebrochen.', said.code);
    case 'ERROR':
      return rejected('Die Stelle, bei der der Nachweis liegt, konnte ihn nicht liefern.', said.code);
    case undefined: {
      const detail = `HTTP ${answer.status}`;
      return { kind: 'later', reason: { public: 'Der Nachweisdienst hat unverständlich geantwortet.', detail } };
    }
  }
}

const rejected = (sentence: string, detail?: string): LookupOutcome => ({
  kind: 'rejected',
  reasons: [{ public: sentence, ...(detail && { detail }) }],
});

function replyIn(answer: HttpAnswer): z.infer<typeof reply> | undefined {
  try {
    return reply.parse(answer.json());
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds (RFC 9110 §10.2.3). */
function askAgainAt({ headers }: HttpAnswer, now: Date): Date {
  const seconds = headers['retry-after'];
  return new Date(now.getTime() + (seconds && /^\d{1,6}$/.test(seconds) ? Number(seconds) : usual) * 1000);
}
