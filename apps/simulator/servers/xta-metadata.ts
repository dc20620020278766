import type { Json } from '#submission/vocabulary.js';
import type { Element } from '#xoev/read.js';
import { rewritten } from '#xoev/rewrite.js';
import type { BoxMessage } from '../authorities/bauaufsicht.js';
import { prefixes } from './xta-soap.js';

/*
 * OSCI MessageMetaData 2.02, as lists, fetched messages and transport reports have them.
 */

/** Of a message in a box. */
export const metadataOf = ({ id, inReplyTo, at, author, reader, service, type, bytes }: BoxMessage): Json => ({
  'm:DeliveryAttributes': { 'm:Delivery': new Date(at).toISOString() },
  'm:Originators': { 'm:Author': party(author) },
  'm:Destinations': { 'm:Reader': party(reader) },
  'm:MsgIdentification': { 'wsa:MessageID': id, 'm:In-Reply-To': inReplyTo },
  'm:Qualifier': {
    'm:Service': service,
    'm:BusinessScenario': { 'm:Undefined': type.title },
    'm:MessageType': {
      '@listURI': type.list.uri,
      '@listVersionID': type.list.version,
      '@payloadSchema': type.namespace,
      code: type.code,
    },
  },
  'm:MsgSize': bytes,
});

/** Of a message that was sent, as its sender gave them. */
export const repeated = (metadata: Element): Json => rewritten(metadata, prefixes)['m:MessageMetaData']!;

/** Of a message that was sent before the simulator's last start: all that it still knows. */
export const forgotten = (messageId: string, author: string): Json => ({
  'm:DeliveryAttributes': '',
  'm:Originators': { 'm:Author': party(author) },
  'm:Destinations': { 'm:Reader': party('urn:stellwerk:simulator:forgotten') },
  'm:MsgIdentification': { 'wsa:MessageID': messageId },
  'm:Qualifier': {
    'm:Service': 'urn:stellwerk:simulator:forgotten',
    'm:BusinessScenario': { 'm:Undefined': '' },
    'm:MessageType': {
      '@listURI': 'urn:stellwerk:simulator:forgotten',
      '@listVersionID': '1',
      '@payloadSchema': 'urn:stellwerk:simulator:forgotten',
      code: 'forgotten',
    },
  },
});

const party = (key: string): Json => ({ 'm:Identifier': { '@type': 'xoev', '#text': key } });
