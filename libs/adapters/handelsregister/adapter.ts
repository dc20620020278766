import type { RegisterAdapter } from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';
import { pingSteps } from '../tools/ping.js';
import { outcomeOf } from './answers.js';
import { ping, search } from './client.js';
import { entryOf, questionFor } from './mapping.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

const blame = { credentials: 'token', path: 'baseUrl' };

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'handelsregister',
    version: '1.1.0',
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
      'anschrift.strasse': 'Straße',
      'anschrift.hausnummer': 'Hausnummer',
      'anschrift.plz': 'Postleitzahl',
      'anschrift.ort': 'Ort',
      vertretung: 'Vertretungsberechtigte Personen',
      'vertretung.familienname': 'Familienname',
      'vertretung.vornamen': 'Vornamen',
      status: 'Stand der Eintragung',
      eintragungsdatum: 'Tag der ersten Eintragung',
    },
    deadline: 10_000,
    parameters,
    boundSet: { parameters: ['baseUrl', 'token'], level: 'land' },
    dataCategories: ['Angaben zum Unternehmen', 'Namen der Vertretungsberechtigten'],
    legalBasis: '§ 9 HGB: Die Einsicht in das Handelsregister ist jedem gestattet',
  },

  async check(context, values) {
    return pingSteps(await ping(context, parameters.parse(values)), blame, texts.check);
  },

  async lookup(context, request, values) {
    const entry = entryOf(request.subject);
    if (!entry) return { kind: 'rejected', reasons: [{ public: texts.lookup.subjectIncomplete }] };
    const answer = await search(context, parameters.parse(values), questionFor(entry, request));
    return answer.status === 200 ? outcomeOf(answer, entry) : refusalOf(answer, blame, context.now());
  },
};
