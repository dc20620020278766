import type { FachverfahrenAdapter } from '../contract.js';
import { check } from './check.js';
import { sendMessageRequest } from './client/send-message.js';
import { confirm } from './confirm.js';
import { deliver } from './deliver.js';
import { find } from './find.js';
import { draft } from './mapping/draft.js';
import { seal } from './mapping/sealed.js';
import { bound, parameters } from './parameters.js';
import { status } from './status.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'xta',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'XTA',
    summary:
      'Übergibt XÖV-Nachrichten mit ihren Anlagen über einen XTA-Server (XTA 2.1.1) an die Behörde ' +
      'und holt deren Antworten aus dem Postfach.',
    accepts: ['*'],
    protocols: ['XTA 2.1.1', 'SOAP 1.2', 'MTOM', 'mTLS'],
    capabilities: { find: true, render: true, status: true, idempotentTarget: true },
    formats: ['xml'],
    refusesWith: {
      '500': 'Fehler meldet der XTA-Server selbst mit 500. Eine Antwort ohne SOAP-Fehler gilt auch dann als unklar.',
    },
    volatile: {
      kennungen:
        'Die MessageID vergibt der XTA-Server; ' +
        'UUID und Zeitpunkt der Nachricht gehören zum Versuch, der sie zuerst sendet.',
    },
    deadline: 120_000,
    findableWithin: 60_000,
    parameters,
    boundSet: { parameters: bound },
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  check: (context, values) => check(context, parameters.parse(values)),

  deliver: (context, delivery, values) => deliver(context, delivery, parameters.parse(values)),

  find: (context, _, values) => find(context, parameters.parse(values)),

  status: (context, reference, values) => status(context, reference, parameters.parse(values)),

  confirm: (context, replies, values) => confirm(context, parameters.parse(values), replies),

  async render(context, delivery, values) {
    const given = parameters.parse(values);
    const { idempotencyKey: key, attempt } = context;
    const drafted = draft(delivery, given, { key, attempt, now: context.now() });
    const sealed = seal(drafted, delivery, given, `urn:uuid:${key}`);
    const { headers, body } = sendMessageRequest(sealed, delivery.attachments, key);
    const pieces: Uint8Array[] = [];
    for await (const piece of body()) pieces.push(piece);
    return [{ name: 'sendMessage.multipart', mimetype: headers['content-type'], bytes: Buffer.concat(pieces) }];
  },
};
