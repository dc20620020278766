import type { AdapterContext } from '../../contract.js';
import { answering, type BoxEntry, fetchMessage, listBox } from '../client/mailbox.js';
import type { XtaParameters } from '../parameters.js';
import { concerns, type References, referencesOf } from './references.js';
import type { IncomingMessage } from './replies.js';

/** How many messages one look opens only to see whom they concern. */
const mostPeeks = 20;
/** Bytes of the messages that one look brings along; the next look brings the others. */
const mostBytes = 64 * 1024 * 1024;
/** Milliseconds for which a message that could not be read is left alone. */
const restMs = 600_000;
const mostRemembered = 5_000;

/** What a worker has learned of a message, so that it opens each only once to see whom it concerns. */
interface Known {
  references?: References;
  /** Of the answer that brought it: closing the message names it. */
  requestId?: string;
  /** Set if it could not be read; milliseconds since 1970. */
  restsUntil?: number;
}

/** By server, author and MessageID; the oldest go first. */
const memory = new Map<string, Known>();
const memoryKey = ({ baseUrl, author }: XtaParameters, id: string) => `${baseUrl} ${author} ${id}`;

function remember(given: XtaParameters, id: string, known: Known): void {
  memory.set(memoryKey(given, id), known);
  const [oldest] = memory.keys();
  if (memory.size > mostRemembered && oldest !== undefined) memory.delete(oldest);
}

export const forget = (given: XtaParameters, id: string): boolean => memory.delete(memoryKey(given, id));

/**
 * Opens the messages in the author's box that concern this delivery. Messages of others stay as they are, and a message
 * that cannot be read holds up no other. Throws if the box cannot be listed.
 */
export async function answersTo(
  context: AdapterContext,
  given: XtaParameters,
  ours: References,
): Promise<IncomingMessage[]> {
  const found: IncomingMessage[] = [];
  let peeked = 0;
  let bytes = 0;
  for (const entry of await list(context, given, ours)) {
    const { references: learned, restsUntil = 0 } = memory.get(memoryKey(given, entry.id)) ?? {};
    if (restsUntil > context.now().getTime()) continue;
    const known = entry.references.messages.length > 0 ? entry.references : learned;
    const hinted = concerns({ messages: [], cases: entry.references.cases }, ours);
    if (known ? !concerns(known, ours) : !hinted && peeked++ >= mostPeeks) continue;
    const incoming = await open(context, given, entry);
    if (!incoming || !concerns(incoming.references, ours)) continue;
    found.push(incoming);
    bytes += incoming.bytes;
    if (bytes >= mostBytes) break;
  }
  return found;
}

/** Returns the id of the answer that brought a message; undefined if the message cannot be fetched. */
export async function requestIdFor(
  context: AdapterContext,
  given: XtaParameters,
  id: string,
): Promise<string | undefined> {
  const requestId = () => memory.get(memoryKey(given, id))?.requestId;
  if (requestId() === undefined) await open(context, given, { id, references: { messages: [], cases: [] } });
  return requestId();
}

/** Lists the box. If it is fuller than one look can list, asks besides for what answers our messages. */
async function list(context: AdapterContext, given: XtaParameters, { messages }: References): Promise<BoxEntry[]> {
  const whole = await listBox(context, given);
  if (whole.pending === 0) return whole.entries;
  context.log('the box holds more messages than a look lists', { listed: whole.entries.length });
  const answers = await listBox(context, given, answering(messages));
  return [...new Map([...answers.entries, ...whole.entries].map((entry) => [entry.id, entry])).values()];
}

/** Returns undefined for a message that cannot be read now: it stays in the box and is left alone for a while. */
async function open(
  context: AdapterContext,
  given: XtaParameters,
  entry: BoxEntry,
): Promise<IncomingMessage | undefined> {
  try {
    const { message, attachments, bytes, requestId, references: own } = await fetchMessage(context, given, entry.id);
    const references = referencesOf(message, {
      messages: [...entry.references.messages, ...own.messages],
      cases: [...entry.references.cases, ...own.cases],
    });
    remember(given, entry.id, { references, requestId });
    return { id: entry.id, references, message, attachments, bytes, deliveredAt: entry.deliveredAt };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    context.log('a message in the box cannot be read', { reason });
    remember(given, entry.id, { restsUntil: context.now().getTime() + restMs });
    return undefined;
  }
}
