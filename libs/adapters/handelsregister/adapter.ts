import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import type { AdapterContext, CheckStep, HttpAnswer, LookupOutcome, RegisterAdapter } from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';

const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse der Handelsregister-Auskunft'),
  token: z.string().min(1).describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
});
type Settings = z.infer<typeof parameters>;

const source = 'Handelsregister';
const text = z.string().min(1).max(500);
const day = z.iso.date();
const company = z.object({
  gericht: text,
  art: text,
  nummer: text,
  firma: text.optional(),
  rechtsform: text.optional(),
  sitz: text.optional(),
  anschrift: z.object({ strasse: text, hausnummer: text, plz: text, ort: text }).partial().optional(),
  vertretung: z
    .array(z.object({ familienname: text, vornamen: text }))
    .max(100)
    .optional(),
  status: z.enum(['aktiv', 'gelöscht']).optional(),
  eintragungsdatum: day.optional(),
});
type Company = z.infer<typeof company>;
const reply = z.object({ treffer: z.array(company).max(100) });

/** An entry is a court, a section and a number; none says anything without the others. */
const subjectSchema = z.object({
  gericht: z.string().trim().min(1),
  art: z.string().trim().min(1),
  nummer: z.string().trim().min(1),
});
type Entry = z.infer<typeof subjectSchema>;

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'handelsregister',
    version: '1.0.0',
    kind: 'register',
    title: 'Handelsregister',
    summary: 'Schlägt ein Unternehmen nach Registergericht, Registerart und Nummer nach.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: true },
    attributes: {
      firma: 'Firma',
      rechtsform: 'Rechtsform',
      sitz: 'Sitz',
      anschrift: 'Geschäftsanschrift',
      vertretung: 'Vertretungsberechtigte Personen',
      status: 'Stand der Eintragung',
      eintragungsdatum: 'Tag der ersten Eintragung',
    },
    deadline: 10_000,
    parameters,
    dataCategories: ['Angaben zum Unternehmen', 'Namen der Vertretungsberechtigten'],
    legalBasis: '§ 9 HGB: Die Einsicht in das Handelsregister ist jedem gestattet',
  },

  async check(context, values): Promise<CheckStep[]> {
    const { status } = await ask(context, parameters.parse(values), '/ping');
    const connected = { step: 'connect', ok: true, message: 'Das Handelsregister antwortet.' };
    if (status === 401 || status === 403) {
      const message = 'Das Handelsregister nimmt das Token nicht an.';
      return [connected, { step: 'authenticate', ok: false, message, parameter: 'token' }];
    }
    if (status === 404) {
      const message = 'Unter dieser Adresse ist kein Handelsregister.';
      return [connected, { step: 'address', ok: false, message, parameter: 'baseUrl' }];
    }
    const ok = status === 200;
    const message = ok ? 'Das Handelsregister ist bereit.' : 'Das Handelsregister ist gestört.';
    return [connected, { step: 'ready', ok, message }];
  },

  async lookup(context, request, values): Promise<LookupOutcome> {
    const entry = subjectSchema.safeParse(request.subject);
    if (!entry.success)
      return {
        kind: 'rejected',
        reasons: [{ public: 'Für die Suche im Handelsregister fehlen Gericht, Art oder Nummer.' }],
      };
    const { gericht, art, nummer } = entry.data;
    const answer = await ask(context, parameters.parse(values), '/suche', {
      ...{ gericht, art, nummer, angaben: request.attributes },
      ...{ aktenzeichen: request.submissionId, zweck: request.purpose, rechtsgrundlage: request.legalBasis },
    });
    if (answer.status !== 200) return refusalOf(answer, { credentials: 'token', path: 'baseUrl' }, context.now());
    const found = companiesIn(answer);
    if (!found)
      return {
        kind: 'later',
        reason: { public: 'Das Handelsregister hat unverständlich geantwortet.', detail: 'HTTP 200' },
      };
    const [only, another] = found.filter((one) => isSame(one, entry.data));
    if (!only || another) return { kind: 'notFound', source };
    const { gericht: _, art: __, nummer: ___, ...known } = only;
    return { kind: 'found', attributes: known as Record<string, Json>, source };
  },
};

/** A question by POST: what is asked about belongs into no URL. */
function ask(
  context: AdapterContext,
  { baseUrl, token }: Settings,
  path: string,
  question?: Json,
): Promise<HttpAnswer> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  const url = baseUrl.replace(/\/+$/, '') + path;
  if (question === undefined) return context.http(url, { headers });
  return context.http(url, {
    method: 'POST',
    changes: false,
    headers: { ...headers, 'content-type': 'application/json', 'x-request-id': context.idempotencyKey },
    body: JSON.stringify(question),
  });
}

function companiesIn(answer: HttpAnswer): Company[] | undefined {
  try {
    return reply.parse(answer.json()).treffer;
  } catch {
    return undefined;
  }
}

/** The same number exists at every court, and a court that took over others keeps theirs with a suffix: whatever the register offers, only the entry that was asked for counts. */
function isSame(one: Company, wanted: Entry): boolean {
  return (
    courtOf(one.gericht) === courtOf(wanted.gericht) &&
    bare(one.art) === bare(wanted.art) &&
    bare(one.nummer) === bare(wanted.nummer, wanted.art)
  );
}

const courtOf = (text: string) => bare(text.replace(/^\s*(amtsgericht|ag)\s+/i, ''));

/** `HRB 0012 345 B` and `12345b` are one number. */
function bare(text: string, art = ''): string {
  const compact = text
    .normalize('NFC')
    .toLocaleLowerCase('de')
    .replace(/[\s.]+/g, '');
  const prefix = art.toLocaleLowerCase('de');
  return (prefix && compact.startsWith(prefix) ? compact.slice(prefix.length) : compact).replace(/^0+(?=\d)/, '');
}
