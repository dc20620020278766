import type { RegisterAdapter } from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';
import { pingSteps } from '../tools/ping.js';
import { outcomeOf, rejected } from './answers.js';
import { ask } from './client.js';
import { questionFor } from './mapping.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

const blame = { credentials: 'token', path: 'baseUrl' };

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
      'merkmale.kennzeichen': 'Kennzeichen',
      'merkmale.familienname': 'Familienname',
      'merkmale.vornamen': 'Vornamen',
      dokument: 'Verweis auf das Dokument',
      'dokument.referenz': 'Kennung',
      'dokument.sha256': 'Prüfsumme (SHA-256)',
      'dokument.mimetype': 'Dateityp',
    },
    trustLevel: 'substantiell',
    deadline: 10_000,
    parameters,
    boundSet: { parameters: ['baseUrl', 'token'], level: 'land' },
    dataCategories: ['Angaben, die der Nachweis bestätigt', 'Grunddaten der Person'],
    legalBasis: '§ 5 EGovG; Einwilligung nach Art. 6 Abs. 1 Buchst. a DSGVO',
  },

  async check(context, values) {
    return pingSteps(await ask(context, parameters.parse(values), '/ping'), blame, texts.check);
  },

  async lookup(context, request, values) {
    const question = questionFor(request);
    if (!question) return rejected(texts.lookup.subjectIncomplete);
    const kept = await context.checkpoint('anfrage', question);
    const answer = await ask(context, parameters.parse(values), '/anfragen', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
      body: JSON.stringify(kept),
    });
    const isTaken = [200, 201, 202].includes(answer.status);
    return isTaken ? outcomeOf(answer, context.now()) : refusalOf(answer, blame, context.now());
  },

  async status(context, externalReference, _request, values) {
    const answer = await ask(context, parameters.parse(values), `/anfragen/${encodeURIComponent(externalReference)}`);
    if (answer.status === 410) return rejected(texts.lookup.forgotten);
    return answer.status === 200 ? outcomeOf(answer, context.now()) : refusalOf(answer, blame, context.now());
  },
};
