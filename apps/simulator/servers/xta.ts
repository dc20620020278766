import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { issueCertificate, makeAuthority } from '#adapters/kit/certificates.js';
import type { Json } from '#submission/vocabulary.js';
import { at, readXml, textAt, Unreadable } from '#xoev/read.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import type { World } from '../world/world.js';
import type { Boxes, Lying } from '../world/xta-box.js';
import type { StartSideServer } from './server.js';
import {
  alone,
  type Call,
  exception,
  included,
  type Node,
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
/** Messages of one list; requests of a box that are remembered. */
const perList = 100;
const mostRequests = 1_000;
/** Stands in the test file of the EICAR that every scanner takes for a virus. */
const virus = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';
const ports = ['/xta/managementPort', '/xta/sendPort', '/xta/msgBoxPort'];

/** An XTA 2.1.1 server. An account belongs to the certificate that first uses it. It judges what it gets by the standards' schemas, where `XOEV_SCHEMAS` has them. */
export const startXta: StartSideServer = async ({ settings, world, certificates, log }) => {
  const { certificate: cert, key } = certificates.server;
  const accounts = new Accounts(world, openSchemas(settings.XOEV_SCHEMAS), key);
  const enter = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    if (request.method !== 'POST' || !ports.includes(request.url ?? '')) return void response.writeHead(404).end();
    const call = readCall(request.headers['content-type'] ?? '', body);
    if (!call) return void response.writeHead(415).end();
    const { mode, code } = world.fault('xta', { ars: undefined, delivery: call.action === 'SendMessage' });
    if (mode === 'down') return void response.destroy();
    const { fingerprint256 } = (request.socket as TLSSocket).getPeerCertificate();
    const answer = await accounts.answer(call, fingerprint256, mode, code);
    if (mode === 'garbage') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Wartung');
    const send = () => response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.bytes);
    if (mode === 'slow') setTimeout(send, slowness).unref();
    else if (mode !== 'commit-then-hang' || call.action !== 'SendMessage') send();
  };
  // not kept: nobody's account depends on it
  const elsewhere = await makeAuthority('Anderswo');
  const other = await issueCertificate(elsewhere, { name: 'fremd' });
  const server = createServer(
    { cert, key, ca: [certificates.ca, elsewhere.certificate], requestCert: true, rejectUnauthorized: true },
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
    values: {
      xtaUrl: `https://${hostname}:${(server.address() as AddressInfo).port}/xta`,
      otherCertificate: other.certificate,
      otherKey: other.key,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A message that was sent is an effect: durable, once for each MessageID. */
class Accounts {
  readonly #boxes: Boxes;
  /** The certificate of each account. */
  readonly #holders = new Map<string, string>();
  /** By MsgBoxRequestID: what is still to be listed, or was fetched. */
  readonly #requests = new Map<string, { left: Lying[] } | { fetched: string }>();

  constructor(
    readonly world: World,
    readonly schemas: XmlSchemas,
    /** Signs the MessageIDs: they are known again after a restart. */
    readonly key: string,
  ) {
    this.#boxes = world.boxes;
  }

  async answer(call: Call, certificate: string, mode: string, code?: string): Promise<Written> {
    if (mode === 'busy') return exception('9030');
    if (mode === 'unauthorized') return exception('9012');
    if (mode === 'reject' && call.action === 'SendMessage' && code !== unwritten) return exception(code ?? '9060');
    const sender = call.action === 'SendMessage' ? ['MessageMetaData', 'Originators', 'Author'] : ['Author'];
    const author = textOf(node(call.header, ...sender, 'Identifier'));
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
        if (this.world.faults.list().xta.some((fault) => fault.code === unwritten)) return exception(unwritten);
        return this.#report(textOf(node(call.body, 'MessageID')));
      case 'MsgBoxStatusListRequest':
        return this.#list(author, node(call.body, 'MsgBoxStatusListRequest'));
      case 'MsgBoxGetNextListRequest': {
        const asked = this.#requested(node(call.body, 'MsgBoxGetNextRequest'));
        return asked && 'left' in asked ? this.#page(asked.left, perList) : exception('9020');
      }
      case 'MsgBoxFetchRequest':
        return this.#fetch(author, textOf(node(call.body, 'MsgBoxFetchRequest', 'MsgSelector', 'MessageID')));
      case 'MsgBoxCloseRequest': {
        const request = node(call.body, 'MsgBoxCloseRequest') as { LastMsgReceived?: unknown[] };
        const asked = this.#requested(request);
        const ids = (request.LastMsgReceived ?? []).map(textOf);
        if (!asked || !('fetched' in asked) || ids.some((id) => id !== asked.fetched)) return exception('9020');
        this.#boxes.close(author, ids);
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
    if (messageId !== this.#sign(messageId.slice(prefix.length, prefix.length + 36))) return exception('9022');
    if (await this.world.effects.xta.has(messageId)) return exception('9024');
    if (this.#isInvalid(call.envelope) || !message) return exception('9020');
    if (this.schemas.validate(message).kind === 'invalid') return exception('9050');
    const attachments = ((container['Attachment'] ?? []) as unknown[]).map((one) => included(call, one));
    if (attachments.some((bytes) => !bytes)) return exception('9020');
    if (attachments.some((bytes) => bytes!.includes(virus))) return exception('9060');
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
    return soap({ 'x:TransportReport': { 'x:MessageStatus': { 'x:Status': String(this.#boxes.plan.light) } } });
  }

  #sign(uuid: string): string {
    return `${prefix}${uuid}-${createHmac('sha256', this.key).update(uuid).digest('hex').slice(0, 16)}`;
  }

  #list(author: string, request: Node): Written {
    const { RelatesTo: related } = node(request, 'MsgSelector') as { RelatesTo?: unknown[] };
    const wanted = related?.map(textOf);
    const lying = this.#boxes.arrived(author).filter(({ inReplyTo }) => wanted?.includes(inReplyTo) ?? true);
    return this.#page(lying, Math.min(Number(request['@maxListItems'] ?? perList), perList));
  }

  #page(lying: Lying[], most: number): Written {
    const entries = lying.slice(0, most).map(({ id, inReplyTo, at, name }) => ({
      'm:DeliveryAttributes': { 'm:Delivery': new Date(at).toISOString() },
      'm:MsgIdentification': { 'wsa:MessageID': id, 'm:In-Reply-To': inReplyTo },
      'm:Qualifier': { 'm:MessageType': { code: name.split('.').at(-1)! } },
    }));
    const left = lying.slice(most);
    return soap({ 'o:MsgStatusList': { 'm:MessageMetaData': entries } }, this.#answering({ left }, left.length));
  }

  #answering(request: { left: Lying[] } | { fetched: string }, pending = 0): Json {
    const id = `urn:uuid:${crypto.randomUUID()}`;
    this.#requests.set(id, request);
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > mostRequests) this.#requests.delete(oldest!);
    return { 'o:MsgBoxResponse': { '@MsgBoxRequestID': id, 'o:ItemsPending': pending } };
  }

  #requested(request: Node) {
    return this.#requests.get(String(request['@MsgBoxRequestID'] ?? ''));
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
    return related(
      { 'x:GenericContentContainer': { 'x:ContentContainer': container } },
      this.#answering({ fetched: id }),
      parts,
    );
  }
}

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
