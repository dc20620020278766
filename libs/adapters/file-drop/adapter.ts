import type { FachverfahrenAdapter } from '../contract.js';
import { encode, Unwritable } from '../tools/formats.js';
import { arrived, drop, faultOf, look, probe, visit } from '../tools/place/drop.js';
import { Obstacle } from '../tools/place/obstacle.js';
import { files, type Sealed, seal } from './mapping.js';
import { parameters } from './parameters.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'file-drop',
    version: '1.1.0',
    kind: 'fachverfahren',
    title: 'Dateiablage',
    summary: 'Legt Sendungen als XML, CSV oder JSON mit ihren Anlagen in einem Ordner, per SFTP oder per WebDAV ab.',
    accepts: ['*'],
    protocols: ['Dateisystem', 'SFTP', 'WebDAV'],
    capabilities: { find: true, render: true, status: false, idempotentTarget: true },
    formats: ['json', 'xml', 'csv'],
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  check: (context, values) => probe(context, parameters.parse(values)),

  async deliver(context, delivery, values) {
    const given = parameters.parse(values);
    const fault = faultOf(given);
    if (fault) return fault;
    const key = context.idempotencyKey;
    try {
      const fresh = seal(key, delivery);
      return await visit(context, given, async (place) => {
        if (!(await arrived(place, key))) {
          const sealed = (await context.checkpoint('send', fresh)) as Sealed;
          await drop(place, key, sealed.name, files(sealed, delivery.attachments));
        }
        return { kind: 'delivered', externalReference: key };
      });
    } catch (error) {
      if (error instanceof Unwritable) return { kind: 'rejected', reasons: [{ public: error.message }] };
      if (error instanceof Obstacle) return error.outcome;
      throw error;
    }
  },

  async find(context, key, values) {
    return (await look(context, parameters.parse(values), key)) ? { externalReference: key } : 'absent';
  },

  async render(context, delivery) {
    const { mimetype } = encode(delivery.message, delivery.format);
    const sealed = seal(context.idempotencyKey, delivery);
    const types = [...delivery.attachments.map((attachment) => attachment.mimetype), mimetype];
    const artifacts = [];
    for await (const file of files(sealed, delivery.attachments))
      artifacts.push({ ...file, mimetype: types[artifacts.length]! });
    return artifacts;
  },
};
