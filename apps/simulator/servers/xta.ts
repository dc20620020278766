import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { at, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { XmlSchemas } from '#xoev/schemas.js';
import { openSchemas } from '#xoev/validate.js';
import type { World } from '../world.js';
import type { StartSideServer } from './server.js';
import type { Boxes } from './xta-box.js';
import {
  alone,
  type Call,
  exception,
  included,
  node,
  readCall,
  related,
  soap,
  textOf,
  type Written,
} from './xta-wire.js';

const slowness = 5_000;
/** As a fault: messages are taken, and their reports not yet written. */
const unwritten = '9070';
const prefix = 'urn:de:xta:messageid:simulator:';
const ports = ['/xta/managementPort', '/xta/sendPort', '/xta/msgBoxPort'];

/** An XTA 2.1.1 server for any account with a certificate of the simulator's authority. It judges what it gets by the standards' schemas, where `XOEV_SCHEMAS` has them. */
export const startXta: StartSideServer = async ({ settings, world, certificates, log }) => {
  const { certificate: cert, key } = certificates.server;
  const account = new Account(world, openSchemas(settings.XOEV_SCHEMAS));
  const enter = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    if (request.method !== 'POST' || !ports.includes(request.url ?? '')) return void response.writeHead(404).end();
    const call = readCall(request.headers['content-type'] ?? '', body);
    if (!call) return void response.writeHead(415).end();
    const { mode, code } = world.fault('xta', { ars: undefined, delivery: call.action === 'SendMessage' });
    if (mode === 'down') return void response.destroy();
    const answer = await account.answer(call, mode, code);
    if (mode === 'garbage') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Wartung');
    const send = () => response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.bytes);
    if (mode === 'slow') setTimeout(send, slowness).unref();
    else if (mode !== 'commit-then-hang' || call.action !== 'SendMessage') send();
  };
  const server = createServer(
    { cert, key, ca: certificates.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      enter(request, response).catch((error) => {
        log.warn('the XTA server failed', { error });
        response.destroy();
      });
    },
  );
  server.listen(settings.SIMULATOR_XTA_PORT, settings.HOST);
  await once(server, 'listening');
  const { hostname } = new URL(settings.simulatorUrl);
  return {
    values: { xtaUrl: `https://${hostname}:${(server.address() as AddressInfo).port}/xta` },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A message that was sent is an effect: durable, once for each MessageID. */
class Account {
  readonly #boxes: Boxes;

  constructor(
    readonly world: World,
    readonly schemas: XmlSchemas,
  ) {
    this.#boxes = world.boxes;
  }

  async answer(call: Call, mode: string, code?: string): Promise<Written> {
    if (mode === 'busy') return exception('9030');
    if (mode === 'unauthorized') return exception('9012');
    if (mode === 'reject' && call.action === 'SendMessage' && code !== unwritten) return exception(code ?? '9060');
    const author = textOf(node(call.header, 'Author', 'Identifier'));
    switch (call.action) {
      case 'CheckAccountActive':
        return soap('');
      case 'CreateMessageID':
        return soap({ 'wsa:MessageID': `${prefix}${crypto.randomUUID()}` });
      case 'SendMessage':
        return this.#take(call);
      case 'GetTransportReport':
        if (this.world.faults.list().xta.some((fault) => fault.code === unwritten)) return exception(unwritten);
        return this.#report(textOf(node(call.body, 'MessageID')));
      case 'MsgBoxStatusListRequest':
        return this.#list(author, Number(node(call.body, 'MsgBoxStatusListRequest')['@maxListItems'] ?? 100));
      case 'MsgBoxFetchRequest':
        return this.#fetch(author, textOf(node(call.body, 'MsgBoxFetchRequest', 'MsgSelector', 'MessageID')));
      case 'MsgBoxCloseRequest': {
        const { LastMsgReceived: ids = [] } = node(call.body, 'MsgBoxCloseRequest') as { LastMsgReceived?: unknown[] };
        this.#boxes.close(author, ids.map(textOf));
        return soap('');
      }
      default:
        return exception('9020');
    }
  }

  async #take(call: Call): Promise<Written> {
    const metadata = node(call.header, 'MessageMetaData');
    const messageId = textOf(node(metadata, 'MsgIdentification', 'MessageID'));
    const container = node(call.body, 'GenericContentContainer', 'ContentContainer');
    const message = included(call, container['Message']);
    if (!messageId.startsWith(prefix)) return exception('9022');
    if (await this.world.effects.xta.has(messageId)) return exception('9024');
    if (this.#isInvalid(call.envelope) || !message) return exception('9020');
    if (this.schemas.validate(message).kind === 'invalid') return exception('9050');
    const attachments = ((container['Attachment'] ?? []) as unknown[]).map((one) => included(call, one));
    if (attachments.some((bytes) => !bytes)) return exception('9020');
    const party = (side: string, who: string) => textOf(node(metadata, side, who, 'Identifier'));
    const reader = party('Destinations', 'Reader');
    const said = about(message);
    const at = Date.now();
    const effect = {
      submissionId: said.submissionId ?? textOf(node(metadata, 'MsgIdentification', 'ProcessRef', 'Requester')),
      ...{
        idempotencyKey: messageId,
        at: new Date(at).toISOString(),
        ars: (reader.split(':')[1] ?? '').padEnd(12, '0'),
      },
    };
    const hash = createHash('sha256').update(message);
    for (const bytes of attachments) hash.update(bytes!);
    if ((await this.world.record('xta', effect, hash.digest().readUIntBE(0, 6))) !== 'recorded')
      return exception('9024');
    const { uuid, caseId } = said;
    if (uuid && caseId)
      await this.#boxes.delivered({ messageId, author: party('Originators', 'Author'), reader, uuid, caseId, at });
    return soap('');
  }

  /** The envelope by the schemas of SOAP and XTA. */
  #isInvalid(envelope: string): boolean {
    const whole: Uint8Array[] = [Buffer.from(envelope)];
    for (const name of ['oscimeta:MessageMetaData', 'xta:GenericContentContainer']) {
      const part = alone(envelope, name);
      if (part) whole.push(part);
    }
    return whole.some((xml) => this.schemas.validate(xml).kind === 'invalid');
  }

  async #report(messageId: string): Promise<Written> {
    if (!(await this.world.effects.xta.has(messageId))) return exception('9070');
    return soap({ 'x:TransportReport': { 'x:MessageStatus': { 'x:Status': '1' } } });
  }

  #list(author: string, most: number): Written {
    const all = this.#boxes.arrived(author);
    const entries = all.slice(0, most).map(({ id, inReplyTo, at, name }) => ({
      'm:DeliveryAttributes': { 'm:Delivery': new Date(at).toISOString() },
      'm:MsgIdentification': { 'wsa:MessageID': id, 'm:In-Reply-To': inReplyTo },
      'm:Qualifier': { 'm:MessageType': { code: name.split('.').at(-1)! } },
    }));
    return soap({ 'o:MsgStatusList': { 'm:MessageMetaData': entries } }, pending(all.length - entries.length));
  }

  #fetch(author: string, id: string): Written {
    const lying = this.#boxes.arrived(author).find((one) => one.id === id);
    if (!lying) return exception('9070');
    const parts = new Map([['message@simulator', lying.xml]]);
    const attachments = lying.attachments.map(({ filename, type, bytes }, n) => {
      parts.set(`attachment-${n}@simulator`, bytes);
      const include = { 'xop:Include': { '@href': `cid:attachment-${n}@simulator` } };
      return { '@contentType': type, '@filename': filename, '@size': bytes.length, ...include };
    });
    const message = { '@contentType': 'application/xml', 'xop:Include': { '@href': 'cid:message@simulator' } };
    const container = { 'x:Message': message, 'x:Attachment': attachments };
    return related({ 'x:GenericContentContainer': { 'x:ContentContainer': container } }, pending(0), parts);
  }
}

const pending = (count: number) => ({
  'o:MsgBoxResponse': { '@MsgBoxRequestID': `urn:uuid:${crypto.randomUUID()}`, 'o:ItemsPending': count },
});

/** What a message of XBau says of itself; nothing where it is another. */
function about(message: Buffer): {
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
