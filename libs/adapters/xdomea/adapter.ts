import { Unwritable } from '#xoev/write.js';
import type { FachverfahrenAdapter, Outcome } from '../contract.js';
import { Obstacle } from '../tools/place/obstacle.js';
import { check } from './check.js';
import { deliver } from './deliver.js';
import { find } from './find.js';
import { compose, processOf } from './mapping/message.js';
import { seal } from './mapping/sealed.js';
import { pack } from './mapping/zip.js';
import { bound, parameters } from './parameters.js';
import { status } from './status.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'xdomea',
    version: '1.1.0',
    kind: 'fachverfahren',
    title: 'xdomea',
    summary:
      'Legt Anträge mit Metadaten, Daten und Anlagen als Vorgang im DMS ab: ' +
      'als Nachricht von xdomea 3.0 in einem Ordner, per SFTP oder per WebDAV.',
    accepts: ['*'],
    protocols: ['xdomea 3.0', 'Dateisystem', 'SFTP', 'WebDAV'],
    capabilities: { find: true, render: true, status: true, idempotentTarget: true },
    formats: ['json', 'xml', 'csv'],
    deadline: 60_000,
    parameters,
    boundSet: { parameters: bound },
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit § 6 EGovG BW (elektronische Aktenführung)',
  },

  check: (context, values) => check(context, parameters.parse(values)),

  deliver: (context, delivery, values) => asOutcome(deliver(context, delivery, parameters.parse(values))),

  find: (context, key, values) => find(context, key, parameters.parse(values)),

  status: (context, reference, values) => asOutcome(status(context, reference, parameters.parse(values))),

  async render(context, delivery, values) {
    const given = parameters.parse(values);
    const message = await compose(delivery, given, processOf(context.idempotencyKey, 1), context.now());
    const zip = await pack(seal(message, delivery.attachments, given), delivery.attachments);
    return [{ ...zip, mimetype: 'application/zip' }];
  },
};

/** Turns errors that say what is wrong with the message or the place into the outcomes that they mean. */
function asOutcome(work: Promise<Outcome>): Promise<Outcome> {
  return work.catch((error) => {
    if (error instanceof Unwritable) return { kind: 'rejected', reasons: [{ public: error.message }] };
    if (error instanceof Obstacle) return error.outcome;
    throw error;
  });
}
