import type { RegisterAdapter } from '../contract.js';
import { pingSteps } from '../tools/ping.js';
import { ask } from './client.js';
import { lookup } from './lookup.js';
import { credential, missing, parameters } from './parameters.js';
import { texts } from './texts.js';

export const adapter: RegisterAdapter = {
  manifest: {
    contract: 1,
    id: 'melderegister',
    version: '2.1.0',
    kind: 'register',
    title: 'Melderegister',
    summary:
      'Ruft mit Einwilligung einzelne Angaben zu einer oder mehreren Personen aus dem Melderegister ab, ' +
      'in der Gestalt der Behördenauskunft von XMeld.',
    accepts: ['*'],
    protocols: ['HTTPS', 'XML'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: true },
    attributes: {
      familienname: 'Familienname',
      vornamen: 'Vornamen',
      geburtsdatum: 'Geburtsdatum',
      anschrift: 'Anschrift',
      'anschrift.strasse': 'Straße',
      'anschrift.hausnummer': 'Hausnummer',
      'anschrift.zusatz': 'Adresszusatz',
      'anschrift.plz': 'Postleitzahl',
      'anschrift.ort': 'Ort',
      einzugsdatum: 'Einzugsdatum',
      hinweis: 'Warum nichts mitgeteilt wird',
    },
    deadline: 10_000,
    parameters,
    boundSet: { parameters: ['baseUrl', 'token', 'certificate', 'key', 'authority'], level: 'land' },
    dataCategories: ['Grunddaten der Person', 'Anschrift', 'Angaben zur Wohnung'],
    legalBasis: '§ 34 BMG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values) {
    const given = parameters.parse(values);
    const absent = missing(given);
    if (absent) return [{ step: 'parameters', ok: false, message: texts.credentialsMissing, parameter: absent }];
    const answer = await ask(context, given, '/ping');
    return pingSteps(answer, { credentials: credential(given), path: 'baseUrl' }, texts.check);
  },

  lookup: (context, request, values) => lookup(context, request, parameters.parse(values)),
};
