import type { Json } from '#submission/vocabulary.js';
import { fileNames } from '#xoev/file-names.js';
import type { Delivery } from '../../contract.js';
import type { XtaParameters } from '../parameters.js';
import { texts } from '../texts.js';
import { type Draft, sizeOf } from './draft.js';

/** Content-IDs of the parts of the request. */
export const contentIds = {
  envelope: 'envelope@stellwerk',
  message: 'message@stellwerk',
  attachment: (index: number) => `attachment-${index + 1}@stellwerk`,
};

/**
 * OSCI MessageMetaData 2.02, as the header of sendMessage. Nothing personal is in it: whoever carries the message reads
 * it.
 */
export function metadataOf(drafted: Draft, delivery: Delivery, given: XtaParameters, messageId: string): Json {
  const { namespace, name, code, standard } = drafted.composed;
  const list = standard?.messageList ?? { uri: given.messageList, version: given.messageListVersion };
  const { scenario, scenarioList, scenarioListVersion } = given;
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
      'oscimeta:Subject': hasExtension(drafted) ? texts.withExtension(delivery.title) : delivery.title,
      'oscimeta:Service': given.service,
      'oscimeta:BusinessScenario': scenarioList
        ? { 'oscimeta:Defined': { '@listURI': scenarioList, '@listVersionID': scenarioListVersion, code: scenario } }
        : { 'oscimeta:Undefined': scenario },
      'oscimeta:MessageType': {
        '@listURI': list.uri,
        '@listVersionID': list.version,
        '@payloadSchema': namespace || 'urn:stellwerk:ohne-namensraum',
        code: code ?? name,
      },
    },
    'oscimeta:MsgSize': sizeOf(drafted),
  };
}

/**
 * XBau: a Fachverfahren that does not know the application-specific extension shows nothing of it, so the subject says
 * that there is one.
 */
const hasExtension = ({ composed }: Draft): boolean =>
  /<(\w+:)?anwendungsspezifischeErweiterung[\s>]/.test(composed.xml.toString());

const party = (key: string, name: string): Json => ({
  'oscimeta:Identifier': { '@type': 'xoev', '@name': name, '#text': key },
});

/** The body of sendMessage. It includes its contents by their Content-ID (XOP 1.0). */
export function containerOf({ composed, attachments }: Draft): Json {
  const { xml, standard } = composed;
  const names = standard ? fileNames(attachments) : attachments.map(({ filename }) => filename);
  return {
    'xta:Message': {
      '@contentType': 'application/xml',
      '@encoding': 'UTF-8',
      '@size': xml.length,
      'xop:Include': { '@href': `cid:${contentIds.message}` },
    },
    'xta:Attachment': attachments.map((file, index) => ({
      '@contentType': mediaType(file.mimetype),
      '@filename': names[index]!,
      '@id': `urn:uuid:${file.attachmentId}`,
      ...(file.size > 0 && { '@size': file.size }),
      'xop:Include': { '@href': `cid:${contentIds.attachment(index)}` },
    })),
  };
}

/** Without parameters, which the schema of XTA does not take. */
const mediaType = (type: string) => (/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');
