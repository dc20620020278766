import type { Json } from '#submission/vocabulary.js';
import { type Composed, compose } from '#xoev/compose.js';
import { fileNames } from '#xoev/file-names.js';
import { at, readXml, textAt } from '#xoev/read.js';
import { uuidOf } from '#xoev/uuid.js';
import type { Attachment, Delivery } from '../contract.js';
import type { XtaParameters } from './parameters.js';
import { type Part, writeRelated } from './related.js';
import { envelope } from './soap.js';

/** What is kept before sending: everything but the attachments' bytes, which the store keeps unchanged. */
export interface Sealed {
  [key: string]: Json;
  messageId: string;
  /** The XTA server, and all that the region's parameters say in the message. */
  server: string;
  address: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The SOAP envelope and the message, as they go out. */
  envelope: string;
  message: string;
  /** Of the attachments, in their order, hex. */
  sha256: string[];
  /** What a reply may refer to: the message's UUID; the id of the case as the message and its metadata name it. */
  references: { messages: string[]; cases: string[] };
  /** What people should know of it; `` where there is nothing. */
  note: string;
}

/** A message that is not yet sealed: it has no MessageID. */
export interface Draft {
  composed: Composed;
  uuid: string;
  at: Date;
  attachments: Attachment[];
}

const product = { name: 'Stellwerk', maker: 'Stellwerk', version: '0.1' };

/**
 * Makes the message. Its UUID comes from key and attempt: what is sent again is the sealed message, and a replay makes a new one.
 * @throws Unwritable
 */
export function draft(
  delivery: Delivery,
  given: XtaParameters,
  { key, attempt, now }: { key: string; attempt: number; now: Date },
): Draft {
  const uuid = uuidOf(`${key}:${attempt}`);
  const { author, authorName, reader, readerName, characters } = given;
  const head = {
    ...{ uuid, at: now },
    author: { authority: author, name: authorName },
    reader: { authority: reader, name: readerName },
  };
  const composed = compose(delivery.message, { head, product, day: now, characters });
  return { composed, uuid, at: now, attachments: delivery.attachments };
}

/** What the region's parameters say in a message. */
export const addressing = (given: XtaParameters): string => {
  const { baseUrl, sendPath, author, authorName, reader, readerName, service, test } = given;
  const { scenario, scenarioList = null, scenarioListVersion, messageList, messageListVersion, validation } = given;
  return JSON.stringify([
    ...[baseUrl, sendPath, author, authorName, reader, readerName, service, test],
    ...[scenario, scenarioList, scenarioListVersion, messageList, messageListVersion, validation],
  ]);
};

/** Bytes that the container will have. */
export const sizeOf = ({ composed, attachments }: Draft): number =>
  attachments.reduce((sum, { size }) => sum + size, composed.xml.length);

export function seal(drafted: Draft, delivery: Delivery, given: XtaParameters, messageId: string, note = ''): Sealed {
  const { composed, uuid, attachments } = drafted;
  const named = caseIn(composed);
  return {
    ...{ messageId, server: given.baseUrl, address: addressing(given), at: drafted.at.toISOString() },
    envelope: envelope(given, 'sendMessage', {
      messageId,
      header: { 'oscimeta:MessageMetaData': metadata(drafted, delivery, given, messageId) },
      body: { 'xta:GenericContentContainer': { 'xta:ContentContainer': container(drafted) } },
    }),
    message: composed.xml.toString(),
    sha256: attachments.map(({ sha256 }) => sha256),
    references: { messages: [uuid], cases: [delivery.caseId, ...(named ? [named] : [])] },
    note,
  };
}

/** XBau: a reply names the `referenzAntragsservice` of the application. */
function caseIn({ xml, standard }: Composed): string | undefined {
  return standard && textAt(at(readXml(xml), 'referenzAntragsservice'), 'referenzAntragsservice');
}

/** OSCI MessageMetaData 2.02, as the header of sendMessage. Nothing personal is in it: whoever carries the message reads it. */
function metadata({ composed, ...drafted }: Draft, delivery: Delivery, given: XtaParameters, messageId: string): Json {
  const { namespace, name, code, standard } = composed;
  const list = standard?.messageList ?? { uri: given.messageList, version: given.messageListVersion };
  const { scenario, scenarioList, scenarioListVersion } = given;
  const party = (key: string, called: string): Json => ({
    'oscimeta:Identifier': { '@type': 'xoev', '@name': called, '#text': key },
  });
  return {
    ...(given.test && { '@TestMsg': 'true' }),
    'oscimeta:DeliveryAttributes': '',
    'oscimeta:Originators': { 'oscimeta:Author': party(given.author, given.authorName) },
    'oscimeta:Destinations': { 'oscimeta:Reader': party(given.reader, given.readerName) },
    'oscimeta:MsgIdentification': {
      'wsa:MessageID': messageId,
      'oscimeta:ProcessRef': { 'oscimeta:Requester': delivery.caseId },
    },
    'oscimeta:Qualifier': {
      'oscimeta:Subject': delivery.title,
      'oscimeta:Service': given.service,
      'oscimeta:BusinessScenario': scenarioList
        ? { 'oscimeta:Defined': { '@listURI': scenarioList, '@listVersionID': scenarioListVersion, code: scenario } }
        : { 'oscimeta:Undefined': scenario },
      'oscimeta:MessageType': {
        ...{ '@listURI': list.uri, '@listVersionID': list.version },
        '@payloadSchema': namespace || 'urn:stellwerk:ohne-namensraum',
        code: code ?? name,
      },
    },
    'oscimeta:MsgSize': sizeOf({ composed, ...drafted }),
  };
}

function container({ composed, attachments }: Draft): Json {
  const { xml, standard } = composed;
  const names = standard ? fileNames(attachments) : attachments.map(({ filename }) => filename);
  return {
    'xta:Message': {
      ...{ '@contentType': 'application/xml', '@encoding': 'UTF-8', '@size': xml.length },
      'xop:Include': { '@href': `cid:${cids.message}` },
    },
    'xta:Attachment': attachments.map((file, index) => ({
      '@contentType': plain(file.mimetype),
      '@filename': names[index]!,
      '@id': `urn:uuid:${file.attachmentId}`,
      ...(file.size > 0 && { '@size': file.size }),
      'xop:Include': { '@href': `cid:${cids.attachment(index)}` },
    })),
  };
}

const cids = {
  envelope: 'envelope@stellwerk',
  message: 'message@stellwerk',
  attachment: (index: number) => `attachment-${index + 1}@stellwerk`,
};

/** The request: MTOM (SOAP MTOM 1.0) with a part for each content; attachments go from the store to the wire piece by piece. */
export function request(sealed: Sealed, attachments: Attachment[], key: string) {
  if (attachments.some(({ sha256 }, index) => sha256 !== sealed.sha256[index]))
    throw new Error('the sealed message cannot be made again');
  const text = (id: string, type: string, content: string): Part => {
    const bytes = Buffer.from(content);
    return {
      ...{ id, type, size: bytes.length },
      async *chunks() {
        yield bytes;
      },
    };
  };
  const boundary = `stellwerk-${key}`;
  const { length, chunks } = writeRelated(boundary, [
    text(cids.envelope, 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', sealed.envelope),
    text(cids.message, 'application/octet-stream', sealed.message),
    ...attachments.map((file, index) => ({
      ...{ id: cids.attachment(index), type: 'application/octet-stream', size: file.size },
      chunks: () => file.chunks(),
    })),
  ]);
  const action = 'http://www.xta.de/XTA/SendMessage';
  const type = [
    `multipart/related; boundary="${boundary}"; type="application/xop+xml"; start="<${cids.envelope}>"`,
    `start-info="application/soap+xml"; action="${action}"`,
  ].join('; ');
  return { headers: { 'content-type': type, 'content-length': String(length) }, body: chunks };
}

const plain = (type: string) => (/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');
