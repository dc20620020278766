import { createHmac } from 'node:crypto';
import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import type { BoxMessage } from '../authorities/bauaufsicht.js';
import type { Boxes } from '../world/boxes.js';
import type { Mode } from '../world/faults.js';
import { fingerprint } from '../world/fingerprint.js';
import type { World } from '../world/world.js';
import { alone, type Call, exception, included, related, type SoapAnswer, soap } from './xta-soap.js';

/** With this number as a fault, messages are accepted and their reports are not yet written. */
const unwritten = '9070';
const prefix = 'urn:de:xta:messageid:simulator:';
/** How many messages one list has, and how many answers of boxes are remembered. */
const perList = 100;
const mostRequests = 1_000;
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

  constructor(
    readonly world: World,
    readonly schemas: XmlSchemas,
    /** Signs the MessageIDs: they are known again after a restart. */
    readonly key: string,
  ) {
    this.#boxes = world.boxes;
  }

  /** @param code with the mode `reject`: the number of the fault */
  async answer(call: Call, certificate: string, mode: Mode, code?: string): Promise<SoapAnswer> {
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
        return soap('');
      case 'CreateMessageID':
        return soap({ 'wsa:MessageID': this.#sign(crypto.randomUUID()) });
      case 'SendMessage':
        return this.#take(call);
      case 'GetTransportReport':
        return this.#report(textAt(call.body, 'MessageID') ?? '');
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

  async #take(call: Call): Promise<SoapAnswer> {
    const metadata = child(call.header, 'MessageMetaData');
    const messageId = textAt(metadata, 'MsgIdentification/MessageID') ?? '';
    const container = at(call.body, 'GenericContentContainer/ContentContainer');
    const message = included(call, child(container, 'Message'));
    if (messageId !== this.#sign(messageId.slice(prefix.length, prefix.length + 36))) return exception('9022');
    if (await this.world.effects.xta.has(messageId)) return exception('9024');
    if (this.#isInvalid(call.envelope) || !message) return exception('9020');
    if (this.schemas.validate(message).kind === 'invalid') return exception('9050');
    const parts = all(container, 'Attachment').map((one) => included(call, one));
    const attachments = parts.filter((bytes) => bytes !== undefined);
    if (attachments.length < parts.length) return exception('9020');
    if (attachments.some((bytes) => bytes.includes(virus))) return exception('9060');
    return this.#keep(messageId, metadata, message, attachments);
  }

  async #keep(
    messageId: string,
    metadata: Element | undefined,
    message: Buffer,
    attachments: Buffer[],
  ): Promise<SoapAnswer> {
    const reader = textAt(metadata, 'Destinations/Reader/Identifier') ?? '';
    const author = textAt(metadata, 'Originators/Author/Identifier') ?? '';
    const { uuid, caseId, submissionId } = idsIn(message);
    const now = Date.now();
    const effect = {
      submissionId: submissionId ?? textAt(metadata, 'MsgIdentification/ProcessRef/Requester') ?? '',
      idempotencyKey: messageId,
      at: new Date(now).toISOString(),
      ars: (reader.split(':')[1] ?? '').padEnd(12, '0'),
    };
    if ((await this.world.record('xta', effect, fingerprint(message, ...attachments))) !== 'recorded')
      return exception('9024');
    if (uuid && caseId) await this.#boxes.delivered({ messageId, author, reader, uuid, caseId, at: now });
    return soap('');
  }

  /** Tells whether the schemas of SOAP and XTA refuse the envelope. */
  #isInvalid(envelope: string): boolean {
    const whole: Uint8Array[] = [Buffer.from(envelope)];
    for (const name of ['oscimeta:MessageMetaData', 'xta:GenericContentContainer']) {
      const part = alone(envelope, name);
      if (part) whole.push(part);
    }
    return whole.some((xml) => this.schemas.validate(xml).kind === 'invalid');
  }

  async #report(messageId: string): Promise<SoapAnswer> {
    if (this.world.faults.list().xta.some((fault) => fault.code === unwritten)) return exception(unwritten);
    if (!(await this.world.effects.xta.has(messageId))) return exception('9070');
    return soap({ 'x:TransportReport': { 'x:MessageStatus': { 'x:Status': String(this.#boxes.plan.light) } } });
  }

  #sign(uuid: string): string {
    return `${prefix}${uuid}-${createHmac('sha256', this.key).update(uuid).digest('hex').slice(0, 16)}`;
  }

  #list(author: string, request: Element | undefined): SoapAnswer {
    const wanted = all(child(request, 'MsgSelector'), 'RelatesTo').map(({ text }) => text.trim());
    const messages = this.#boxes
      .arrived(author)
      .filter(({ inReplyTo }) => wanted.length === 0 || wanted.includes(inReplyTo));
    return this.#page(messages, Math.min(Number(request?.attributes['maxListItems'] ?? perList), perList));
  }

  #next(request: Element | undefined): SoapAnswer {
    const before = this.#requestOf(request);
    return before && 'left' in before ? this.#page(before.left, perList) : exception('9020');
  }

  #page(messages: BoxMessage[], most: number): SoapAnswer {
    const entries = messages.slice(0, most).map(({ id, inReplyTo, at, name }) => ({
      'm:DeliveryAttributes': { 'm:Delivery': new Date(at).toISOString() },
      'm:MsgIdentification': { 'wsa:MessageID': id, 'm:In-Reply-To': inReplyTo },
      'm:Qualifier': { 'm:MessageType': { code: name.split('.').at(-1)! } },
    }));
    const left = messages.slice(most);
    return soap({ 'o:MsgStatusList': { 'm:MessageMetaData': entries } }, this.#headerFor({ left }, left.length));
  }

  #fetch(author: string, id: string): SoapAnswer {
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
    return related(body, this.#headerFor({ fetched: id }), parts);
  }

  /** Closes only the message that the named request has brought. */
  #close(author: string, request: Element | undefined): SoapAnswer {
    const before = this.#requestOf(request);
    const ids = all(request, 'LastMsgReceived').map(({ text }) => text.trim());
    if (!before || !('fetched' in before) || ids.some((id) => id !== before.fetched)) return exception('9020');
    this.#boxes.close(author, ids);
    return soap('');
  }

  /** Makes the header of an answer of the box, and remembers the answer under its id. */
  #headerFor(request: BoxRequest, pending = 0): Json {
    const id = `urn:uuid:${crypto.randomUUID()}`;
    this.#requests.set(id, request);
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > mostRequests) this.#requests.delete(oldest!);
    return { 'o:MsgBoxResponse': { '@MsgBoxRequestID': id, 'o:ItemsPending': pending } };
  }

  #requestOf(request: Element | undefined): BoxRequest | undefined {
    return this.#requests.get(request?.attributes['MsgBoxRequestID'] ?? '');
  }
}

/** Reads the ids in a message of XBau; other messages have none. */
function idsIn(message: Buffer): {
  uuid?: string | undefined;
  caseId?: string | undefined;
  submissionId?: string | undefined;
} {
  try {
    const root = readXml(message);
    const applicant = at(root, 'antragsteller')?.children[0];
    return {
      uuid: textAt(root, 'nachrichtenkopf.g2g/identifikation.nachricht/nachrichtenUUID'),
      caseId: textAt(root, 'referenzAntragsservice/referenzAntragsservice'),
      submissionId: textAt(applicant, 'id'),
    };
  } catch (error) {
    if (error instanceof Unreadable) return {};
    throw error;
  }
}
