import type { Json } from '#submission/vocabulary.js';
import { writeXml } from '#xoev/write.js';
import type { XtaParameters } from '../parameters.js';

/** The operations that we use: the parameter with the port's path, and the action as the WSDL of XTA 2.1.1 names it. */
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

export const soapNamespace = 'http://www.w3.org/2003/05/soap-envelope';
const namespaces = {
  '@xmlns:soap': soapNamespace,
  '@xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
  '@xmlns:xta': 'http://xoev.de/transport/xta/211',
  '@xmlns:oscimeta': 'http://www.osci.eu/ws/2014/10/transport',
  '@xmlns:osci': 'http://www.osci.eu/ws/2008/05/transport',
  '@xmlns:xop': 'http://www.w3.org/2004/08/xop/include',
};

/** The URL of the port that offers the operation. */
export const addressOf = (given: XtaParameters, operation: Operation): string =>
  given.baseUrl.replace(/\/+$/, '') + given[operations[operation][0]];

/** Writes SOAP 1.2 with WS-Addressing 1.0. The server is to answer on the same connection. */
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

/** The account that asks: a header of every operation but sendMessage. */
export const accountHeader = ({ author, authorName }: XtaParameters): Record<string, Json> => ({
  'oscimeta:Author': { 'oscimeta:Identifier': { '@type': 'xoev', '@name': authorName, '#text': author } },
});
