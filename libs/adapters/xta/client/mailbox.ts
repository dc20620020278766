import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { AdapterContext, Reply } from '../../contract.js';
import type { References } from '../answers/references.js';
import type { XtaParameters } from '../parameters.js';
import { type Answer, binaryOf, call, demandAnswer } from './call.js';

/** How many messages one list has, and how many lists one look asks for. */
const perList = 100;
const lists = 10;
/** Characters of a MessageID that becomes the id of a reply. */
const longestId = 200;

const complaint = 'the box answers';

/** What a message in the box says about itself without being opened. */
export interface BoxEntry {
  id: string;
  references: References;
  deliveredAt?: string | undefined;
}

/** A message that was opened. */
export interface FetchedMessage {
  message: Element;
  attachments: Reply['documents'];
  /** Of message and attachments. */
  bytes: number;
  /** What its metadata refer to. */
  references: References;
  /** Of the answer that brought it: closing the message names it. */
  requestId: string;
}

/** Selects the messages that answer these. */
export const answering = (messages: string[]): Record<string, Json> => ({
  'osci:MsgSelector': { 'wsa:RelatesTo': messages },
});

/**
 * Lists as much of the box as one look may. `pending`: how many messages lie beyond. Throws if the box cannot be
 * listed.
 */
export async function listBox(
  context: AdapterContext,
  given: XtaParameters,
  selector: Record<string, Json> = {},
): Promise<{ entries: BoxEntry[]; pending: number }> {
  let page = await listPage(context, given, 'getStatusList', statusList(perList, selector));
  const entries = [...page.entries];
  for (let n = 1; n < lists && page.pending > 0 && page.last !== undefined; n++) {
    page = await listPage(context, given, 'getNextStatusList', {
      'osci:MsgBoxGetNextRequest': { '@MsgBoxRequestID': page.requestId, 'osci:LastMsgReceived': page.last },
    });
    entries.push(...page.entries);
  }
  return { entries, pending: page.pending };
}

/** Counts the messages in the box. Throws if the box cannot be listed. */
export async function countBox(context: AdapterContext, given: XtaParameters): Promise<number> {
  const { entries, pending } = await listPage(context, given, 'getStatusList', statusList(1));
  return entries.length + pending;
}

/** Opens a message. Throws if it cannot be read. */
export async function fetchMessage(context: AdapterContext, given: XtaParameters, id: string): Promise<FetchedMessage> {
  const request = { 'osci:MsgBoxFetchRequest': { 'osci:MsgSelector': { 'wsa:MessageID': id } } };
  const answer = demandAnswer(await call(context, given, 'getMessage', request), complaint);
  const container = at(answer.body, 'GenericContentContainer/ContentContainer');
  const content = child(container, 'Message');
  if (!content) throw new Unreadable('no message');
  const xml = binaryOf(content, answer.parts);
  const message = readXml(xml);
  const attachments = all(container, 'Attachment').map((file, index) => ({
    filename: (file.attributes['filename'] || `anlage-${index + 1}`).slice(0, 255),
    mimetype: file.attributes['contentType'] || 'application/octet-stream',
    bytes: binaryOf(file, answer.parts),
  }));
  return {
    message,
    attachments,
    bytes: attachments.reduce((sum, file) => sum + file.bytes.length, xml.length),
    references: referencesIn(at(answer.header, 'MessageMetaData/MsgIdentification')),
    requestId: requestIdOf(answer),
  };
}

/**
 * Lets the server forget the message.
 * @param requestId of the answer that brought it (OSCI Transport 2.02, MsgBoxCloseRequest)
 */
export async function closeMessage(
  context: AdapterContext,
  given: XtaParameters,
  id: string,
  requestId: string,
): Promise<void> {
  const request = { '@MsgBoxRequestID': requestId, 'osci:LastMsgReceived': id };
  demandAnswer(await call(context, given, 'close', { 'osci:MsgBoxCloseRequest': request }), complaint);
}

const statusList = (count: number, selector: Record<string, Json> = {}): Json => ({
  'osci:MsgBoxStatusListRequest': { '@maxListItems': count, '@ListForm': 'MessageMetaData', ...selector },
});

interface Page {
  requestId: string;
  pending: number;
  entries: BoxEntry[];
  /** The id of the last message listed; the next page begins after it. */
  last: string | undefined;
}

async function listPage(
  context: AdapterContext,
  given: XtaParameters,
  operation: 'getStatusList' | 'getNextStatusList',
  request: Json,
): Promise<Page> {
  const answer = demandAnswer(await call(context, given, operation, request), complaint);
  const list = child(answer.body, 'MsgStatusList');
  const listed = [...all(list, 'MessageMetaData'), ...all(list, 'MsgAttributes')].flatMap(entryOf);
  const entries = listed.filter(({ id }) => id.length <= longestId);
  if (entries.length < listed.length) context.log('the box holds a message with an id that is too long');
  const pending = Number(textAt(child(answer.header, 'MsgBoxResponse'), 'ItemsPending') ?? 0);
  return { requestId: requestIdOf(answer), pending, entries, last: listed.at(-1)?.id };
}

const requestIdOf = ({ header }: Answer) => child(header, 'MsgBoxResponse')?.attributes['MsgBoxRequestID'] ?? '';

/** Servers list either OSCI MessageMetaData or the shorter MsgAttributes (OSCI Transport 2.02). */
function entryOf(listed: Element): BoxEntry[] {
  const identification = child(listed, 'MsgIdentification') ?? listed;
  const id = textAt(identification, 'MessageID');
  if (!id) return [];
  const deliveredAt = textAt(listed, 'DeliveryAttributes/Delivery') ?? textAt(listed, 'DeliveryTime');
  return [{ id, references: referencesIn(identification), deliveredAt }];
}

function referencesIn(identification: Element | undefined): References {
  const named = (name: string) => all(identification, name).map(({ text }) => text.trim());
  const cases = [textAt(identification, 'ProcessRef/Requester'), textAt(identification, 'ProcessRef/Responder')];
  return {
    messages: [...named('In-Reply-To'), ...named('RelatesTo')].filter(Boolean),
    cases: cases.flatMap((ref) => ref ?? []),
  };
}
