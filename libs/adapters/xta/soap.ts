import type { Json } from '#submission/vocabulary.js';
import { child, type Element, readXml, Unreadable } from '#xoev/read.js';
import { writeXml } from '#xoev/write.js';
import type { AdapterContext, HttpAnswer, HttpRequest } from '../contract.js';
import { type Refusal, refusalOf } from '../tools/outcomes.js';
import { type Fault, faultIn } from './faults.js';
import { tlsOf, type XtaParameters } from './parameters.js';
import { type Parts, readRelated } from './related.js';

/** The operations that we use: port, and action as the WSDL of XTA 2.1.1 names it. */
export const operations = {
  checkAccountActive: ['managementPath', 'http://www.xta.de/XTA/CheckAccountActive'],
  createMessageId: ['managementPath', 'http://www.xta.de/XTA/CreateMessageID'],
  getTransportReport: ['managementPath', 'http://www.xta.de/XTA/GetTransportReport'],
  sendMessage: ['sendPath', 'http://www.xta.de/XTA/SendMessage'],
  getStatusList: ['msgBoxPath', 'http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/MsgBoxStatusListRequest'],
  getNextStatusList: [
    'msgBoxPath',
    'http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/MsgBoxGetNextListRequest',
  ],
  getMessage: ['msgBoxPath', 'http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/MsgBoxFetchRequest'],
  close: ['msgBoxPath', 'http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/MsgBoxCloseRequest'],
} as const satisfies Record<string, ['managementPath' | 'sendPath' | 'msgBoxPath', string]>;
export type Operation = keyof typeof operations;

const namespaces = {
  '@xmlns:soap': 'http://www.w3.org/2003/05/soap-envelope',
  '@xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
  '@xmlns:xta': 'http://xoev.de/transport/xta/211',
  '@xmlns:oscimeta': 'http://www.osci.eu/ws/2014/10/transport',
  '@xmlns:osci': 'http://www.osci.eu/ws/2008/05/transport',
  '@xmlns:xop': 'http://www.w3.org/2004/08/xop/include',
};

/** Bytes an answer may have: a message of the box comes whole. */
const largest = 64 * 1024 * 1024;

export const addressOf = (given: XtaParameters, operation: Operation): string =>
  given.baseUrl.replace(/\/+$/, '') + given[operations[operation][0]];

/** SOAP 1.2 with WS-Addressing 1.0; answers come on the same connection. */
export function envelope(
  given: XtaParameters,
  operation: Operation,
  content: { messageId: string; header?: Record<string, Json>; body: Json },
): string {
  const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';
  const header = {
    'wsa:Action': { '@soap:mustUnderstand': 'true', '#text': operations[operation][1] },
    'wsa:MessageID': content.messageId,
    'wsa:ReplyTo': { 'wsa:Address': anonymous },
    'wsa:To': { '@soap:mustUnderstand': 'true', '#text': addressOf(given, operation) },
    ...content.header,
  };
  const message = { 'soap:Envelope': { ...namespaces, 'soap:Header': header, 'soap:Body': content.body } };
  return writeXml(message, { indent: false });
}

/** Whose account it is: a header of every operation but sendMessage. */
export const accountOf = ({ author, authorName }: XtaParameters): Record<string, Json> => ({
  'oscimeta:Author': { 'oscimeta:Identifier': { '@type': 'xoev', '@name': authorName, '#text': author } },
});

/** What was answered: the children of body and header by name, and the parts that the body includes. */
export interface Answer {
  body: Element;
  header: Element | undefined;
  parts: Parts;
}
export type Said = { answer: Answer } | { fault: Fault } | { refused: Refusal; status: number };

/** An operation that changes nothing, or nothing that could be in doubt. */
export async function ask(
  context: AdapterContext,
  given: XtaParameters,
  operation: Exclude<Operation, 'sendMessage'>,
  body: Json = '',
): Promise<Said> {
  const messageId = `urn:uuid:${crypto.randomUUID()}`;
  const xml = envelope(given, operation, { messageId, header: accountOf(given), body });
  const [, action] = operations[operation];
  const headers = { 'content-type': `application/soap+xml; charset=utf-8; action="${action}"` };
  return exchange(context, given, operation, { headers, body: xml, changes: false });
}

/** Throws {@link Unreadable} where a 2xx is not what XTA answers. */
export async function exchange(
  context: AdapterContext,
  given: XtaParameters,
  operation: Operation,
  request: HttpRequest,
): Promise<Said> {
  const answer = await context.http(addressOf(given, operation), {
    ...request,
    method: 'POST',
    tls: tlsOf(given),
    largest,
  });
  const fine = answer.status >= 200 && answer.status < 300;
  try {
    const read = readAnswer(answer);
    const fault = faultIn(read.body);
    if (fault) return { fault };
    if (fine) return { answer: read };
  } catch (error) {
    if (fine || !(error instanceof Unreadable)) throw error;
  }
  const refused = refusalOf(answer, { credentials: 'clientCertificate', path: 'baseUrl' }, context.now());
  return { refused, status: answer.status };
}

function readAnswer({ headers, bytes }: HttpAnswer): Answer {
  const type = headers['content-type'] ?? '';
  const { buffer, byteOffset, byteLength } = bytes();
  const whole = Buffer.from(buffer, byteOffset, byteLength);
  const { root, parts } = /^multipart\/related/i.test(type)
    ? readRelated(whole, type)
    : { root: soapOnly(type, whole), parts: new Map() as Parts };
  const soap = readXml(root);
  const body = child(soap, 'Body');
  if (soap.name !== 'Envelope' || soap.namespace !== namespaces['@xmlns:soap'] || !body)
    throw new Unreadable('no SOAP 1.2 envelope');
  return { body, header: child(soap, 'Header'), parts };
}

function soapOnly(type: string, bytes: Uint8Array): Uint8Array {
  if (!/^application\/soap\+xml/i.test(type)) throw new Unreadable('no SOAP');
  return bytes;
}

/** The bytes of an element of type base64Binary: a part of the message (XOP 1.0), or its text. */
export function binaryOf(element: Element, parts: Parts): Buffer {
  const href = child(element, 'Include')?.attributes['href'];
  if (href === undefined) return Buffer.from(element.text, 'base64');
  const part = href.startsWith('cid:') ? parts.get(decoded(href.slice(4))) : undefined;
  if (!part) throw new Unreadable('a part is missing');
  return part;
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    throw new Unreadable('a part has no name');
  }
}
