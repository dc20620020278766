import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { AdapterContext } from '../contract.js';
import type { XtaParameters } from './parameters.js';
import { type About, aboutOf, concerns, type Incoming } from './replies.js';
import { type Answer, ask, binaryOf, type Said } from './soap.js';

/** Messages of one list, and lists of one look. */
const perList = 100;
const lists = 10;
/** Messages that one look opens only to see whom they concern. */
const peeks = 20;
/** Bytes of the messages that one look brings along; the next look brings the others. */
const mostBytes = 64 * 1024 * 1024;
/** Milliseconds for which a message that could not be read is left alone. */
const restMs = 600_000;
/** Characters of a MessageID: the id of a reply has no more. */
const longestId = 200;

/** What a message in the box says about itself without being opened. */
interface Entry {
  id: string;
  about: About;
  deliveredAt?: string | undefined;
}

/** What a worker has learned of messages, by server, author and MessageID: each is opened only once to see whom it concerns. */
interface Known {
  about?: About;
  /** Of the answer that brought it: what `close` must name. */
  requestId?: string;
  /** Could not be read; milliseconds since 1970. */
  restsUntil?: number;
}
const memory = new Map<string, Known>();
const mostRemembered = 5_000;
const nameOf = ({ baseUrl, author }: XtaParameters, id: string) => `${baseUrl} ${author} ${id}`;

/**
 * The messages in the author's box that concern this delivery, opened. Those of others stay as they are, and one that cannot be read holds up no other.
 * Throws when the box cannot be listed.
 */
export async function answersTo(context: AdapterContext, given: XtaParameters, ours: About): Promise<Incoming[]> {
  const found: Incoming[] = [];
  let peeked = 0;
  let bytes = 0;
  for (const entry of await list(context, given, ours)) {
    const { about, restsUntil = 0 } = memory.get(nameOf(given, entry.id)) ?? {};
    if (restsUntil > context.now().getTime()) continue;
    const known = entry.about.messages.length > 0 ? entry.about : about;
    const hinted = concerns({ messages: [], cases: entry.about.cases }, ours);
    if (known ? !concerns(known, ours) : !hinted && peeked++ >= peeks) continue;
    const incoming = await open(context, given, entry);
    if (!incoming || !concerns(incoming.about, ours)) continue;
    found.push(incoming);
    bytes += incoming.bytes;
    if (bytes >= mostBytes) break;
  }
  return found;
}

/** How many messages lie in the box. Throws when it cannot be listed. */
export async function countIn(context: AdapterContext, given: XtaParameters): Promise<number> {
  const { entries, pending } = await listed(context, given, 'getStatusList', statusList(1));
  return entries.length + pending;
}

/** The server may forget these messages. Each is closed with the id of the answer that brought it (OSCI Transport 2.02, MsgBoxCloseRequest). */
export async function close(context: AdapterContext, given: XtaParameters, ids: string[]): Promise<void> {
  for (const id of ids) {
    const name = nameOf(given, id);
    if (memory.get(name)?.requestId === undefined)
      await open(context, given, { id, about: { messages: [], cases: [] } });
    const requestId = memory.get(name)?.requestId;
    if (requestId === undefined) continue;
    const request = { '@MsgBoxRequestID': requestId, 'osci:LastMsgReceived': id };
    answered(await ask(context, given, 'close', { 'osci:MsgBoxCloseRequest': request }));
    memory.delete(name);
  }
}

/** The box; where it is fuller than one look can list, what is said to answer this message is asked for besides. */
async function list(context: AdapterContext, given: XtaParameters, { messages }: About): Promise<Entry[]> {
  const whole = await pages(context, given);
  if (whole.pending === 0) return whole.entries;
  context.log('the box holds more messages than a look lists', { listed: whole.entries.length });
  const answering = await pages(context, given, { 'osci:MsgSelector': { 'wsa:RelatesTo': messages } });
  return [...new Map([...answering.entries, ...whole.entries].map((entry) => [entry.id, entry])).values()];
}

async function pages(context: AdapterContext, given: XtaParameters, selector: Record<string, Json> = {}) {
  let page = await listed(context, given, 'getStatusList', statusList(perList, selector));
  const entries = [...page.entries];
  for (let n = 1; n < lists && page.pending > 0 && page.last !== undefined; n++) {
    page = await listed(context, given, 'getNextStatusList', {
      'osci:MsgBoxGetNextRequest': { '@MsgBoxRequestID': page.requestId, 'osci:LastMsgReceived': page.last },
    });
    entries.push(...page.entries);
  }
  return { entries, pending: page.pending };
}

const statusList = (count: number, selector: Record<string, Json> = {}): Json => ({
  'osci:MsgBoxStatusListRequest': { '@maxListItems': count, '@ListForm': 'MessageMetaData', ...selector },
});

async function listed(
  context: AdapterContext,
  given: XtaParameters,
  operation: 'getStatusList' | 'getNextStatusList',
  request: Json,
): Promise<{ requestId: string; pending: number; entries: Entry[]; last: string | undefined }> {
  const answer = answered(await ask(context, given, operation, request));
  const list = child(answer.body, 'MsgStatusList');
  const listed = [...all(list, 'MessageMetaData'), ...all(list, 'MsgAttributes')].flatMap(entryOf);
  const entries = listed.filter(({ id }) => id.length <= longestId);
  if (entries.length < listed.length) context.log('the box holds a message with an id that is too long');
  const pending = Number(textAt(child(answer.header, 'MsgBoxResponse'), 'ItemsPending') ?? 0);
  return { requestId: requestIdOf(answer), pending, entries, last: listed.at(-1)?.id };
}

const requestIdOf = ({ header }: Answer) => child(header, 'MsgBoxResponse')?.attributes['MsgBoxRequestID'] ?? '';

/** OSCI MessageMetaData, or the shorter MsgAttributes (OSCI Transport 2.02): the server chooses. */
function entryOf(told: Element): Entry[] {
  const about = child(told, 'MsgIdentification') ?? told;
  const id = textAt(about, 'MessageID');
  if (!id) return [];
  const deliveredAt = textAt(told, 'DeliveryAttributes/Delivery') ?? textAt(told, 'DeliveryTime');
  return [{ id, about: namedIn(about), deliveredAt }];
}

function namedIn(about: Element | undefined): About {
  const named = (name: string) => all(about, name).map(({ text }) => text.trim());
  const cases = [textAt(about, 'ProcessRef/Requester'), textAt(about, 'ProcessRef/Responder')];
  return {
    messages: [...named('In-Reply-To'), ...named('RelatesTo')].filter(Boolean),
    cases: cases.flatMap((ref) => ref || []),
  };
}

/** Undefined for a message that cannot be read now: it stays in the box, and rests. */
async function open(context: AdapterContext, given: XtaParameters, entry: Entry): Promise<Incoming | undefined> {
  const name = nameOf(given, entry.id);
  try {
    const answer = answered(
      await ask(context, given, 'getMessage', {
        'osci:MsgBoxFetchRequest': { 'osci:MsgSelector': { 'wsa:MessageID': entry.id } },
      }),
    );
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
    const told = namedIn(at(answer.header, 'MessageMetaData/MsgIdentification'));
    const about = aboutOf(message, {
      messages: [...entry.about.messages, ...told.messages],
      cases: [...entry.about.cases, ...told.cases],
    });
    const bytes = attachments.reduce((sum, file) => sum + file.bytes.length, xml.length);
    remember(name, { about, requestId: requestIdOf(answer) });
    return { id: entry.id, about, message, attachments, bytes, deliveredAt: entry.deliveredAt };
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.log('a message in the box cannot be read', { reason: (error as Error).message });
    remember(name, { restsUntil: context.now().getTime() + restMs });
    return undefined;
  }
}

function remember(name: string, known: Known): void {
  memory.set(name, known);
  const [oldest] = memory.keys();
  if (memory.size > mostRemembered && oldest !== undefined) memory.delete(oldest);
}

function answered(said: Said): Answer {
  if ('answer' in said) return said.answer;
  if ('fault' in said) throw new Error(`the box answers ${said.fault.exception} ${said.fault.code}`);
  throw new Error(`the box answers ${said.refused.kind}`);
}
