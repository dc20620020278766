import type { FachverfahrenAdapter } from '../contract.js';
import { check } from './check.js';
import { deliver } from './deliver.js';
import { seal } from './mapping.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'mail',
    version: '1.1.0',
    kind: 'fachverfahren',
    title: 'E-Mail',
    summary:
      'Schickt jede Sendung als E-Mail an das Postfach der Behörde: ein PDF zum Lesen, die Daten und die Anlagen.',
    accepts: ['*'],
    protocols: ['SMTP mit TLS'],
    capabilities: { find: false, render: true, status: false, idempotentTarget: false },
    formats: ['json', 'xml', 'csv'],
    parameters,
    boundSet: { parameters: ['host', 'security', 'ca', 'user', 'password'] },
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  check: (context, values) => check(context, parameters.parse(values)),

  deliver: (context, delivery, values) => deliver(context, delivery, parameters.parse(values)),

  async render(context, delivery, values) {
    const { bytes } = await seal(delivery, context.idempotencyKey, parameters.parse(values));
    return [{ name: texts.artifact, mimetype: 'message/rfc822', bytes }];
  },
};
