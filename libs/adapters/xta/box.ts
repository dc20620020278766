import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { AdapterContext } from '../contract.js';
import { meaningOf } from './faults.js';
import type { XtaParameters } from './parameters.js';
import { type Incoming, references } from './replies.js';
import { type Answer, ask, binaryOf, type Said } from './soap.js';

/** Messages of one list, and lists of one look. */
const perList = 100;
const lists = 10;
/** Bodies that one look opens only to see whom they concern. */
const peeks = 20;
/** Attachments of a message that are taken. */
const mostAttachments = 100;

/** What a message in the box says about itself without being opened. */
interface Entry {
  id: string;
  /** MessageIDs and process references that it answers, lower case. */
  answers: string[];
  deliveredAt?: string | undefined;
}

/** What a body refers to, by author and MessageID: it does not change, so it is opened for that once. */
const peeked = new Map<string, string[]>();
const mostPeeked = 5_000;

/**
 * The messages in the author's box that answer one of these ids, opened. Those of others stay as they are: not fetched where their head says whom they concern, else
 * once for each worker. Throws when the box cannot be read.
 */
export async function answersTo(context: AdapterContext, given: XtaParameters, ids: string[]): Promise<Incoming[]> {
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const found: Incoming[] = [];
  let opened = 0;
  for (const entry of await list(context, given)) {
    const known = entry.answers.length > 0 ? entry.answers : peeked.get(`${given.author} ${entry.id}`);
    if (known ? !known.some((id) => wanted.has(id)) : opened >= peeks) continue;
    if (!known) opened++;
    const incoming = await open(context, given, entry);
    const about = incoming ? references(incoming.message) : [];
    if (!known) remember(`${given.author} ${entry.id}`, about);
    if (incoming && (known || about.some((id) => wanted.has(id)))) found.push(incoming);
  }
  return found;
}

/** The server may forget these messages. */
export async function close(context: AdapterContext, given: XtaParameters, ids: string[]): Promise<void> {
  const { requestId } = await listed(context, given, 'getStatusList', statusList(1));
  answered(
    await ask(context, given, 'close', {
      'osci:MsgBoxCloseRequest': { '@MsgBoxRequestID': requestId, 'osci:LastMsgReceived': ids },
    }),
  );
}

async function list(context: AdapterContext, given: XtaParameters): Promise<Entry[]> {
  let page = await listed(context, given, 'getStatusList', statusList(perList));
  const entries = [...page.entries];
  for (let n = 1; n < lists && page.pending > 0 && page.entries.length > 0; n++) {
    page = await listed(context, given, 'getNextStatusList', {
      'osci:MsgBoxGetNextRequest': {
        '@MsgBoxRequestID': page.requestId,
        'osci:LastMsgReceived': page.entries.at(-1)!.id,
      },
    });
    entries.push(...page.entries);
  }
  return entries;
}

const statusList = (count: number): Json => ({
  'osci:MsgBoxStatusListRequest': { '@maxListItems': count, '@ListForm': 'MessageMetaData' },
});

async function listed(
  context: AdapterContext,
  given: XtaParameters,
  operation: 'getStatusList' | 'getNextStatusList',
  body: Json,
): Promise<{ requestId: string; pending: number; entries: Entry[] }> {
  const { header, body: said } = answered(await ask(context, given, operation, body));
  const response = child(header, 'MsgBoxResponse');
  return {
    requestId: response?.attributes['MsgBoxRequestID'] ?? '',
    pending: Number(textAt(response, 'ItemsPending') ?? 0),
    entries: all(child(said, 'MsgStatusList'), 'MessageMetaData').flatMap(entryOf),
  };
}

function entryOf(metadata: Element): Entry[] {
  const about = child(metadata, 'MsgIdentification');
  const id = textAt(about, 'MessageID');
  if (!id) return [];
  const answers = [
    ...all(about, 'In-Reply-To').map(({ text }) => text.trim()),
    ...[textAt(about, 'ProcessRef/Requester'), textAt(about, 'ProcessRef/Responder')].flatMap((ref) => ref ?? []),
  ];
  return [
    {
      id,
      answers: answers.filter(Boolean).map((ref) => ref.toLowerCase()),
      deliveredAt: textAt(metadata, 'DeliveryAttributes/Delivery'),
    },
  ];
}

/** Undefined for a message that is none: it stays in the box, and is not opened again. */
async function open(context: AdapterContext, given: XtaParameters, entry: Entry): Promise<Incoming | undefined> {
  const said = await ask(context, given, 'getMessage', {
    'osci:MsgBoxFetchRequest': { 'osci:MsgSelector': { 'wsa:MessageID': entry.id } },
  });
  try {
    const { body, parts } = answered(said);
    const container = at(body, 'GenericContentContainer/ContentContainer');
    const content = child(container, 'Message');
    if (!content) throw new Unreadable('no message');
    const attachments = all(container, 'Attachment').slice(0, mostAttachments);
    return {
      id: entry.id,
      deliveredAt: entry.deliveredAt,
      message: readXml(binaryOf(content, parts)),
      attachments: attachments.map((file, index) => ({
        filename: (file.attributes['filename'] || `anlage-${index + 1}`).slice(0, 255),
        mimetype: file.attributes['contentType'] || 'application/octet-stream',
        bytes: binaryOf(file, parts),
      })),
    };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    context.log('a message in the box cannot be read');
    return undefined;
  }
}

function remember(name: string, about: string[]): void {
  peeked.set(name, about);
  const [oldest] = peeked.keys();
  if (peeked.size > mostPeeked && oldest !== undefined) peeked.delete(oldest);
}

function answered(said: Said): Answer {
  if ('answer' in said) return said.answer;
  if ('fault' in said && meaningOf(said.fault).kind === 'unknownId') throw new Unreadable('it is no longer there');
  if ('fault' in said) throw new Error(`the box answers ${said.fault.exception} ${said.fault.code}`);
  throw new Error(`the box answers ${said.refused.kind}`);
}
