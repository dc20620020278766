import type { RegisterAdapter } from '../../contract.js';
import { refusalOf } from '../../tools/outcomes.js';
import { pingSteps } from '../../tools/ping.js';
import { outcomeOf } from './answers.js';
import { ask } from './client.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

const blame = { credentials: 'token', path: 'baseUrl' };

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
      'anschrift.strasse': 'Straße',
      'anschrift.hausnummer': 'Hausnummer',
      'anschrift.plz': 'Postleitzahl',
      'anschrift.ort': 'Ort',
      einzugsdatum: 'Einzugsdatum',
    },
    deadline: 10_000,
    parameters,
    boundSet: { parameters: ['baseUrl', 'token'], level: 'land' },
    dataCategories: ['Grunddaten der Person', 'Anschrift', 'Angaben zur Wohnung'],
    legalBasis: '§ 34 BMG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values) {
    return pingSteps(await ask(context, parameters.parse(values), '/ping'), blame, texts.check);
  },

  async lookup(context, request, values) {
    const { submissionId, subject, attributes, purpose, legalBasis, ars } = request;
    const answer = await ask(context, parameters.parse(values), '/lookup', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': context.idempotencyKey,
      },
      body: JSON.stringify({ requestedBy: ars, submissionId, purpose, legalBasis, subject, attributes }),
    });
    return answer.status === 200 ? outcomeOf(answer, attributes) : refusalOf(answer, blame, context.now());
  },
};
