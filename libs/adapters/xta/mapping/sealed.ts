import type { Composed } from '#xoev/compose.js';
import { at, readXml, textAt } from '#xoev/read.js';
import type { Delivery } from '../../contract.js';
import { envelope } from '../client/envelope.js';
import type { XtaParameters } from '../parameters.js';
import { containerOf, metadataOf } from './container.js';
import type { Draft } from './draft.js';

/** What is kept before sending: everything but the attachments' bytes, which the store keeps unchanged. */
export type Sealed = {
  messageId: string;
  /** The address of the XTA server. */
  server: string;
  /** See {@link addressing}. */
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
  /** What people should know of the message; `` where there is nothing. */
  note: string;
};

/**
 * All that the region's parameters say in a message, as one text. Where it differs from that of a kept message, the
 * region has corrected something, and the kept message must not go out again.
 */
export function addressing(given: XtaParameters): string {
  const { baseUrl, sendPath, author, authorName, reader, readerName, service, test } = given;
  const { scenario, scenarioList = null, scenarioListVersion, messageList, messageListVersion, validation } = given;
  const parties = [baseUrl, sendPath, author, authorName, reader, readerName, service, test];
  const kind = [scenario, scenarioList, scenarioListVersion, messageList, messageListVersion, validation];
  return JSON.stringify([...parties, ...kind]);
}

export function seal(drafted: Draft, delivery: Delivery, given: XtaParameters, messageId: string, note = ''): Sealed {
  const { composed, uuid, attachments } = drafted;
  const caseInMessage = caseIn(composed);
  return {
    messageId,
    server: given.baseUrl,
    address: addressing(given),
    at: drafted.at.toISOString(),
    envelope: envelope(given, 'sendMessage', {
      messageId,
      header: { 'oscimeta:MessageMetaData': metadataOf(drafted, delivery, given, messageId) },
      body: { 'xta:GenericContentContainer': { 'xta:ContentContainer': containerOf(drafted) } },
    }),
    message: composed.xml.toString(),
    sha256: attachments.map(({ sha256 }) => sha256),
    references: { messages: [uuid], cases: [delivery.caseId, ...(caseInMessage ? [caseInMessage] : [])] },
    note,
  };
}

/** XBau: a reply names the `referenzAntragsservice` of the application. */
function caseIn({ xml, standard }: Composed): string | undefined {
  return standard && textAt(at(readXml(xml), 'referenzAntragsservice'), 'referenzAntragsservice');
}
