import { createHmac } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, textAt } from '#xoev/read.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import type { BoxMessage } from '../authorities/bauaufsicht.js';
import { texts } from '../texts.js';
import type { Boxes } from '../world/boxes.js';
import type { Mode } from '../world/faults.js';
import { fingerprint } from '../world/fingerprint.js';
import type { World } from '../world/world.js';
import { forgotten, metadataOf, repeated } from './xta-metadata.js';
import { contradictionIn, idsIn, type Payload } from './xta-payload.js';
import { alone, type Call, exception, included, type Said } from './xta-soap.js';

/** With this number as a fault, messages are accepted and their reports are not yet written. */
const unwritten = '9070';
const prefix = 'urn:de:xta:messageid:simulator:';
/** How many messages one list has, and how many answers of boxes and messages sent are remembered. */
const perList = 100;
const mostRequests = 1_000;
const mostSent = 10_000;
/** Stands in the test file of the EICAR that every scanner takes for a virus. */
const virus = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';

/** What an answer of the box holds: messages that are still to be listed, or the MessageID that was fetched. */
type BoxRequest = { left: BoxMessage[] } | { fetched: string };

/**
 * The accounts of an XTA 2.1.1 server. An account belongs to the certificate that first uses it. A message that was
 * sent is an effect: durable, once for each MessageID.
 */
export class Accounts {
  readonly #boxes: Boxes;
  /** Author → fingerprint of the certificate that the account belongs to. */
  readonly #holders = new Map<string, string>();
  /** By MsgBoxRequestID. */
  readonly #requests = new Map<string, BoxRequest>();
  /** By MessageID, since the start. */
  readonly #metadata = new Map<string, Element>();
  /** nachrichtenUUID → MessageID, since the start. */
  readonly #uuids = new Map<string, string>();

  constructor(
    readonly world: World,
    readonly schemas: XmlSchemas,
    /** Signs the MessageIDs: they are known again after a restart. */
    readonly key: string,
  ) {
    this.#boxes = world.boxes;
  }

  /** @param code with the mode `reject`: the number of the fault */
  async answer(call: Call, certificate: string, mode: Mode, code?: string): Promise<Said> {
    if (mode === 'busy') return exception('9030');
    if (mode === 'unauthorized') return exception('9012');
    if (mode === 'reject' && call.action === 'SendMessage' && code !== unwritten) return exception(code ?? '9060');
    const sender = call.action === 'SendMessage' ? at(call.header, 'MessageMetaData/Originators') : call.header;
    const author = textAt(sender, 'Author/Identifier');
    if (!author) return exception('9020');
    if (!this.#holders.has(author)) this.#holders.set(author, certificate);
    if (this.#holders.get(author) !== certificate) return exception('9014');
    switch (call.action) {
      case 'CheckAccountActive':
        return { body: '' };
      case 'CreateMessageID':
        return { body: { 'wsa:MessageID': this.#sign(crypto.randomUUID()) } };
      case 'SendMessage':
        return this.#take(call);
      case 'GetTransportReport':
        return this.#report(author, textAt(call.body, 'MessageID') ?? '');
      case 'MsgBoxStatusListRequest':
        return this.#list(author, child(call.body, 'MsgBoxStatusListRequest'));
      case 'MsgBoxGetNextListRequest':
        return this.#next(child(call.body, 'MsgBoxGetNextRequest'));
      case 'MsgBoxFetchRequest':
        return this.#fetch(author, textAt(call.body, 'MsgBoxFetchRequest/MsgSelector/MessageID') ?? '');
      case 'MsgBoxCloseRequest':
        return this.#close(author, child(call.body, 'MsgBoxCloseRequest'));
      default:
        return exception('9020');
    }
  }

  async #take(call: Call): Promise<Said> {
    const metadata = child(call.header, 'MessageMetaData');
    const messageId = textAt(metadata, 'MsgIdentification/MessageID') ?? '';
    const container = at(call.body, 'GenericContentContainer/ContentContainer');
    const message = included(call, child(container, 'Message'));
    if (messageId !== this.#sign(messageId.slice(prefix.length, prefix.length + 36))) return exception('9022');
    if (await this.world.effects.xta.has(messageId)) return exception('9024');
    if (this.#isInvalid(call, metadata) || !message) return exception('9020');
    if (this.schemas.validate(message).kind === 'invalid') return exception('9050');
    const parts = all(container, 'Attachment').map((one) => included(call, one));
    const attachments = parts.filter((bytes) => bytes !== undefined);
    if (attachments.length < parts.length) return exception('9020');
    if (attachments.some((bytes) => bytes.includes(virus))) return exception('9060');
    const payload = { metadata, container, message, attachments };
    const contradiction = contradictionIn(payload);
    return contradiction === undefined ? this.#keep(messageId, payload) : exception('9052', contradiction);
  }

  async #keep(messageId: string, { metadata, message, attachments }: Payload): Promise<Said> {
    const reader = textAt(metadata, 'Destinations/Reader/Identifier') ?? '';
    const author = textAt(metadata, 'Originators/Author/Identifier') ?? '';
    const { uuid, caseId, submissionId } = idsIn(message);
    if (uuid && (this.#uuids.get(uuid) ?? messageId) !== messageId) return exception('9052', texts.xta.repeated);
    if (uuid) remember(this.#uuids, uuid, messageId, mostSent);
    const now = Date.now();
    const effect = {
      submissionId: submissionId ?? textAt(metadata, 'MsgIdentification/ProcessRef/Requester') ?? '',
      idempotencyKey: messageId,
      at: new Date(now).toISOString(),
      ars: (reader.split(':')[1] ?? '').padEnd(12, '0'),
    };
    if ((await this.world.record('xta', effect, fingerprint(message, ...attachments))) !== 'recorded')
      return exception('9024');
    if (metadata) remember(this.#metadata, messageId, metadata, mostSent);
    const service = textAt(metadata, 'Qualifier/Service') ?? '';
    if (uuid && caseId) await this.#boxes.delivered({ messageId, author, reader, uuid, caseId, service, at: now });
    return { body: '' };
  }

  /** Tells whether the schemas of SOAP and XTA refuse the envelope. */
  #isInvalid({ envelope, body }: Call, metadata: Element | undefined): boolean {
    const parts = [metadata, child(body, 'GenericContentContainer')];
    if (parts.some((part) => !part)) return true;
    const documents = [Buffer.from(envelope), ...parts.map((part) => alone(part!))];
    return documents.some((xml) => this.schemas.validate(xml).kind === 'invalid');
  }

  async #report(author: string, messageId: string): Promise<Said> {
    if (this.world.faults.list().xta.some((fault) => fault.code === unwritten)) return exception(unwritten);
    if (!(await this.world.effects.xta.has(messageId))) return exception('9070');
    const metadata = this.#metadata.get(messageId);
    const report = {
      'm:MessageMetaData': metadata ? repeated(metadata) : forgotten(messageId, author),
      'x:ReportTime': new Date().toISOString(),
      'x:XTAServerIdentity': 'urn:stellwerk:simulator:xta',
      'x:MessageStatus': { 'x:Status': String(this.#boxes.plan.light) },
    };
    return { body: { 'x:TransportReport': report } };
  }

  #sign(uuid: string): string {
    return `${prefix}${uuid}-${createHmac('sha256', this.key).update(uuid).digest('hex').slice(0, 16)}`;
  }

  #list(author: string, request: Element | undefined): Said {
    const wanted = all(child(request, 'MsgSelector'), 'RelatesTo').map(({ text }) => text.trim());
    const messages = this.#boxes
      .arrived(author)
      .filter(({ inReplyTo }) => wanted.length === 0 || wanted.includes(inReplyTo));
    return this.#page(messages, Math.min(Number(request?.attributes['maxListItems'] ?? perList), perList));
  }

  #next(request: Element | undefined): Said {
    const before = this.#requestOf(request);
    return before && 'left' in before ? this.#page(before.left, perList) : exception('9020');
  }

  #page(messages: BoxMessage[], most: number): Said {
    const entries = messages.slice(0, most).map(metadataOf);
    const left = messages.slice(most);
    const list = { 'o:MsgStatusList': { 'm:MessageMetaData': entries } };
    return { body: list, header: this.#headerFor({ left }, left.length) };
  }

  #fetch(author: string, id: string): Said {
    const message = this.#boxes.arrived(author).find((one) => one.id === id);
    if (!message) return exception('9070');
    const parts = new Map([['message@simulator', message.xml]]);
    const attachments = message.attachments.map(({ filename, type, bytes }, n) => {
      parts.set(`attachment-${n}@simulator`, bytes);
      const include = { 'xop:Include': { '@href': `cid:attachment-${n}@simulator` } };
      return { '@contentType': type, '@filename': filename, '@size': bytes.length, ...include };
    });
    const container = {
      'x:Message': { '@contentType': 'application/xml', 'xop:Include': { '@href': 'cid:message@simulator' } },
      'x:Attachment': attachments,
    };
    const body = { 'x:GenericContentContainer': { 'x:ContentContainer': container } };
    const header = { 'm:MessageMetaData': metadataOf(message), ...this.#headerFor({ fetched: id }) };
    return { body, header, parts };
  }

  /** Closes only the message that the named request has brought. */
  #close(author: string, request: Element | undefined): Said {
    const before = this.#requestOf(request);
    const ids = all(request, 'LastMsgReceived').map(({ text }) => text.trim());
    if (!before || !('fetched' in before) || ids.some((id) => id !== before.fetched)) return exception('9020');
    this.#boxes.close(author, ids);
    return { body: '' };
  }

  /** Makes the header of an answer of the box, and remembers the answer under its id. */
  #headerFor(request: BoxRequest, pending = 0): Record<string, Json> {
    const id = `urn:uuid:${crypto.randomUUID()}`;
    remember(this.#requests, id, request, mostRequests);
    return { 'o:MsgBoxResponse': { '@MsgBoxRequestID': id, 'o:ItemsPending': pending } };
  }

  #requestOf(request: Element | undefined): BoxRequest | undefined {
    return this.#requests.get(request?.attributes['MsgBoxRequestID'] ?? '');
  }
}

/** Keeps the newest entries. */
function remember<Value>(entries: Map<string, Value>, key: string, value: Value, most: number): void {
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > most) entries.delete(oldest!);
}
