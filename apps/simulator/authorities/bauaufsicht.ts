import type { Json } from '#submission/vocabulary.js';
import { code } from '#xoev/code.js';
import { compose } from '#xoev/compose.js';
import { texts } from '../texts.js';
import { writeNotice } from '../world/notice.js';

/** A message that was delivered to the building authority. */
export interface DeliveredMessage {
  messageId: string;
  /** DVDV keys. */
  author: string;
  reader: string;
  /** Of the message: `nachrichtenUUID`, and the case that it opens. */
  uuid: string;
  caseId: string;
  /** URI of the service, as its metadata name it. */
  service: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** A message in the box of an XTA account. */
export interface BoxMessage {
  id: string;
  inReplyTo: string;
  /** When it arrives; milliseconds since 1970. */
  at: number;
  /** DVDV keys. */
  author: string;
  reader: string;
  /** URI of the service. */
  service: string;
  type: { title: string; namespace: string; code: string; list: { uri: string; version: string } };
  /** The root element, without prefix. */
  name: string;
  xml: Buffer;
  /** Of message and attachments. */
  bytes: number;
  attachments: { filename: string; type: string; bytes: Buffer }[];
}

const g2g = 'http://xoev.de/schemata/basisnachricht/g2g/1_1';

/** XBau 1120: the application has arrived. */
export function confirmation(delivered: DeliveredMessage): BoxMessage {
  return answerTo(delivered, 'prozessnachrichten.eingangsbestaetigung.1120', {
    bezug: referenceTo(delivered),
    information: { textabsatz: texts.bauaufsicht.confirmed },
  });
}

/** XBau 1205: the application is granted, with a notice. */
export async function decision(delivered: DeliveredMessage, afterSeconds: number): Promise<BoxMessage> {
  const file = `BA-${delivered.messageId.slice(-8).toUpperCase()}`;
  const filename = texts.notice.fileName(file);
  const { permitHeading, permit, permitName, conditions } = texts.bauaufsicht;
  const bytes = await writeNotice(file, permitHeading, [permit(file)]);
  const content = {
    bezug: referenceTo(delivered, file),
    bescheid: {
      tenor: { istGenehmigung: 'true', kommentar: { kommentar: { textabsatz: conditions } } },
      rechtshelfsbelehrung: { textabsatz: texts.notice.invented },
    },
    anlagen: {
      anlage: {
        bezeichnung: permitName,
        datum: new Date(delivered.at).toISOString().slice(0, 10),
        // from the authority to the applicant
        anlageart: code('5000', { uri: 'urn:xoev-de:xbau:codeliste:anlagen', version: '1.0' }),
        mimeType: code('application/pdf', { uri: 'urn:xoev-de:xbau:codeliste:xbau-mimetypes', version: '1.0' }),
        anhangOderVerlinkung: { anhang: { dokumentid: 'urn:stellwerk:simulator:bescheid', dateiname: filename } },
      },
    },
  };
  const message = answerTo(delivered, 'universellerAntrag.bescheid.1205', content, afterSeconds);
  const attachments = [{ filename, type: 'application/pdf', bytes }];
  return { ...message, attachments, bytes: message.bytes + bytes.length };
}

/** XBau 1100: the message is sent back. */
export function returnOf(delivered: DeliveredMessage): BoxMessage {
  return answerTo(delivered, 'prozessnachrichten.rueckweisung.G2G.1100', {
    rueckweisungDaten: {
      rueckweisungsgrund: {
        grund: code('X001', { uri: 'urn:xoev-de:xbau:codeliste:xbau-fehlerkennzahlen', version: '1' }),
        fehlertext: texts.bauaufsicht.returned,
      },
      idNachricht: identificationOf(delivered),
      nachricht: Buffer.from('<nachricht/>').toString('base64'),
    },
  });
}

const referenceTo = (delivered: DeliveredMessage, file?: string): Json => ({
  referenz: delivered.caseId,
  ...(file && { vorgang: file }),
  bezugNachricht: identificationOf(delivered),
});

const identificationOf = ({ uuid, at }: DeliveredMessage): Json => ({
  '@xmlns:g': g2g,
  'g:nachrichtenUUID': uuid,
  'g:nachrichtentyp': { code: '1200' },
  'g:erstellungszeitpunkt': new Date(at).toISOString(),
});

/** Composes a message of XBau-Kernmodul to the author of the delivered one. */
function answerTo(delivered: DeliveredMessage, name: string, content: Json, afterSeconds = 0): BoxMessage {
  const at = delivered.at + afterSeconds * 1000;
  const composed = compose(
    { [`xbauk:${name}`]: content },
    {
      head: {
        uuid: crypto.randomUUID(),
        at: new Date(at),
        reader: { authority: delivered.author, name: texts.bauaufsicht.portal },
        author: { authority: delivered.reader, name: texts.bauaufsicht.name },
      },
      product: { name: 'Simulator', maker: 'Stellwerk', version: '1' },
      day: new Date(),
    },
  );
  const { xml, namespace, code = name, standard } = composed;
  return {
    id: `urn:de:xta:messageid:simulator:${crypto.randomUUID()}`,
    inReplyTo: delivered.messageId,
    at,
    author: delivered.reader,
    reader: delivered.author,
    service: delivered.service,
    type: { title: standard!.title, namespace, code, list: standard!.messageList! },
    name,
    xml,
    bytes: xml.length,
    attachments: [],
  };
}
