import type { FachverfahrenAdapter } from '../contract.js';
import { check } from './check.js';
import { deliver } from './deliver.js';
import { find } from './find.js';
import { seal } from './mapping.js';
import { bound, parameters } from './parameters.js';
import { status } from './status.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'rest',
    version: '1.2.0',
    kind: 'fachverfahren',
    title: 'REST',
    summary:
      'Übergibt Sendungen über HTTPS an ein Fachverfahren: als JSON in Stellwerks Umschlag oder nach einer Vorlage, ' +
      'wie es die Schnittstelle des Herstellers verlangt.',
    accepts: ['*'],
    protocols: ['HTTPS', 'OAuth 2.0', 'mTLS'],
    capabilities: { find: true, render: true, status: true, idempotentTarget: true },
    formats: ['json', 'xml'],
    parameters,
    boundSet: { parameters: bound },
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  check: (context, values) => check(context, parameters.parse(values)),

  deliver: (context, delivery, values) => deliver(context, delivery, parameters.parse(values)),

  find: (context, idempotencyKey, values) => find(context, idempotencyKey, parameters.parse(values)),

  status: (context, reference, values) => status(context, reference, parameters.parse(values)),

  async render(context, delivery, values) {
    const { message, sealed } = await seal(delivery, parameters.parse(values), context.idempotencyKey);
    const { bytes, type } = message;
    const extension = type.startsWith('multipart') ? 'multipart' : /xml/.test(type) ? 'xml' : 'json';
    const refused = sealed.form.attachments === 'refuse' && delivery.attachments.length > 0;
    return refused ? [] : [{ name: `delivery.${extension}`, mimetype: type, bytes }];
  },
};
