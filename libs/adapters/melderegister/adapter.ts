import type { Json } from '#submission/vocabulary.js';
import type { CheckStep, LookupOutcome, LookupRequest, RegisterAdapter } from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';
import { type Hit, read } from './answer.js';
import { ask, credential, missing, parameters } from './parameters.js';
import { personsOf, write } from './request.js';

const source = 'Melderegister';

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'melderegister',
    version: '2.0.0',
    kind: 'register',
    title: 'Melderegister',
    summary:
      'Ruft mit Einwilligung einzelne Angaben zu einer oder mehreren Personen aus dem Melderegister ab, in der Gestalt der Behördenauskunft von XMeld.',
    accepts: ['*'],
    protocols: ['HTTPS', 'XML'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: true },
    attributes: {
      familienname: 'Familienname',
      vornamen: 'Vornamen',
      geburtsdatum: 'Geburtsdatum',
      anschrift: 'Anschrift',
      einzugsdatum: 'Einzugsdatum',
      hinweis: 'Warum nichts mitgeteilt wird',
    },
    deadline: 10_000,
    parameters,
    dataCategories: ['Grunddaten der Person', 'Anschrift', 'Angaben zur Wohnung'],
    legalBasis: '§ 34 BMG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values): Promise<CheckStep[]> {
    const settings = parameters.parse(values);
    const absent = missing(settings);
    if (absent)
      return [{ step: 'parameters', ok: false, message: 'Womit sich Stellwerk ausweist, fehlt.', parameter: absent }];
    const { status } = await ask(context, settings, '/ping');
    const connected = { step: 'connect', ok: true, message: 'Das Melderegister antwortet.' };
    if (status === 401 || status === 403) {
      const message = 'Das Melderegister nimmt den Ausweis nicht an.';
      return [connected, { step: 'authenticate', ok: false, message, parameter: credential(settings) }];
    }
    if (status === 404) {
      const message = 'Unter dieser Adresse ist kein Melderegister.';
      return [connected, { step: 'address', ok: false, message, parameter: 'baseUrl' }];
    }
    const ok = status === 200;
    return [
      connected,
      { step: 'ready', ok, message: ok ? 'Das Melderegister ist bereit.' : 'Das Melderegister ist gestört.' },
    ];
  },

  async lookup(context, request, values): Promise<LookupOutcome> {
    const settings = parameters.parse(values);
    const absent = missing(settings);
    if (absent)
      return {
        kind: 'misconfigured',
        parameter: absent,
        reason: { public: 'Womit sich Stellwerk ausweist, fehlt.' },
      };
    const persons = personsOf(request.subject);
    if (!persons) return rejected('Die Angaben reichen für eine Anfrage an das Melderegister nicht aus.');
    const uuid = context.idempotencyKey;
    const own = `ags:${request.ars.slice(0, 5)}${request.ars.slice(9)}`;
    const header = { uuid, at: context.now(), reader: settings.reader ?? own, author: settings.author ?? own };
    const reply = await ask(context, settings, '/datenabruf', {
      method: 'POST',
      headers: { 'content-type': 'application/xml', accept: 'application/xml' },
      body: write(header, persons, request),
    });
    if (reply.status !== 200)
      return refusalOf(reply, { credentials: credential(settings), path: 'baseUrl' }, context.now());
    const answer = read(reply.text(), uuid, persons.length);
    if (!answer)
      return {
        kind: 'later',
        reason: { public: 'Das Melderegister hat unverständlich geantwortet.', detail: 'HTTP 200' },
      };
    if ('refused' in answer) return rejected('Das Melderegister hat die Anfrage zurückgewiesen.', answer.refused);
    return outcomeOf(answer.hits, request);
  },
};

const rejected = (text: string, detail?: string): LookupOutcome => ({
  kind: 'rejected',
  reasons: [{ public: text, ...(detail && { detail }) }],
});

/** A list about a list, in its order; null for what the register does not tell. */
function outcomeOf(hits: Hit[], { subject, attributes }: LookupRequest): LookupOutcome {
  const told = (hit: Hit, name: string): Json => {
    if ('attributes' in hit) return hit.attributes[name] ?? null;
    return name === 'hinweis' ? hints[hit.nobody] : null;
  };
  const all = (name: string): Json => hits.map((hit) => told(hit, name));
  if (hits.every((hit) => 'nobody' in hit) && !attributes.includes('hinweis')) return { kind: 'notFound', source };
  const entries = attributes.map((name) => [name, Array.isArray(subject) ? all(name) : told(hits[0]!, name)]);
  return { kind: 'found', attributes: Object.fromEntries(entries), source };
}

/** A person under a bar to information (§ 51 BMG) is nobody, like one that is not registered: the register does not say which. */
const hints = {
  keinTreffer: 'Zu diesen Angaben teilt das Melderegister nichts mit.',
  mehrdeutig: 'Mehrere Personen passen zu diesen Angaben.',
};
