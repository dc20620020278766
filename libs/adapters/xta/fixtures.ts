import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt } from '#xoev/read.js';
import { writeXml } from '#xoev/write.js';
import { issueCertificate, makeAuthority } from '../kit/certificates.js';
import { type FakeReply, type FakeRequest, startFake } from '../kit/fake.js';
import type { Target, TargetFixture, Unpacked } from '../kit/fixture.js';
import { readRelated } from './related.js';

const authority = await makeAuthority('Stellwerk-Test');
const server = await issueCertificate(authority, { name: 'xta', hosts: ['127.0.0.1', 'localhost'] });
const client = await issueCertificate(authority, { name: 'konto' });
const stranger = await issueCertificate(authority, { name: 'fremd' });

/** An account whose answers nobody fetches. */
const plain: TargetFixture = {
  address: 'xta.baseUrl',
  authority: 'xta.ca',
  wrongCredentials: {
    values: { 'xta.clientCertificate': stranger.certificate, 'xta.clientKey': stranger.key },
    blames: 'xta.clientCertificate',
  },
  volatile: {
    kennungen: /urn:de:xta:messageid:stellwerk:[\w-]+|(?<=(?:MessageID>))urn:uuid:[\w-]+/,
  },
  start: () => startAccount(false),
  unpack,
};

/** The authority decides at once, and its decision lies in the box. */
const box: TargetFixture = { ...plain, start: () => startAccount(true) };

export const fixtures = { '': plain, box };

const startAccount = async (replies: boolean) => (await openAccount(replies)).target;

/** An account and the server that keeps it. */
export async function openAccount(replies: boolean): Promise<{ account: Account; target: Target }> {
  const account = new Account(replies);
  const target = await startFake(
    (request, effects) => account.answer(request, effects),
    (url) => ({
      'xta.baseUrl': url,
      'xta.clientCertificate': client.certificate,
      'xta.clientKey': client.key,
      'xta.ca': authority.certificate,
      'xta.author': 'bap:080000000000',
      'xta.authorName': 'Bauportal',
      'xta.reader': 'bab:081150000000',
      'xta.readerName': 'Landratsamt',
      'xta.service': 'urn:example:dienst',
      'xta.replies': replies,
      'xta.pollMinutes': 0.01,
    }),
    ({ path }) => path === '/sendPort',
    {
      cert: server.certificate,
      key: server.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    },
  );
  return { account, target };
}

/** A message in the box. */
export interface Lying {
  /** MessageIDs that it answers, as its metadata say; none: only its body says. */
  answers?: string[];
  message: Json | string;
  attachments?: { filename: string; content: string }[];
}

/** One account at an XTA server: ids that it gave out, messages that it took, a box; with `decides` there is a decision for each message in it. */
export class Account {
  readonly ids = new Set<string>();
  /** MessageID → what was sent. */
  readonly sent = new Map<string, { key: string }>();
  readonly box = new Map<string, Lying>();
  readonly opened: string[] = [];
  /** What the last part of an action is answered with instead. */
  readonly instead = new Map<string, FakeReply>();
  light = '1';

  constructor(readonly decides: boolean) {}

  answer(request: FakeRequest, effects: string[]): FakeReply {
    const type = String(request.headers['content-type']);
    const related = type.startsWith('multipart/') ? readRelated(request.body, type) : undefined;
    const soap = readXml(related?.root ?? request.body);
    const action = textAt(child(soap, 'Header'), 'Action') ?? '';
    if (request.peer !== 'konto') return exception('PermissionDeniedException', '9014');
    const body = child(soap, 'Body')!;
    const operation = action.split('/').at(-1)!;
    const instead = this.instead.get(operation);
    if (instead) return instead;
    switch (operation) {
      case 'CheckAccountActive':
        return soapOf('');
      case 'CreateMessageID': {
        const id = `urn:de:xta:messageid:stellwerk:${crypto.randomUUID()}`;
        this.ids.add(id);
        return soapOf({ 'wsa:MessageID': id });
      }
      case 'SendMessage':
        return this.#take(soap, type, effects);
      case 'GetTransportReport':
        return this.#report(textAt(body, 'MessageID') ?? '');
      case 'MsgBoxStatusListRequest':
        return this.#list();
      case 'MsgBoxFetchRequest':
        return this.#fetch(textAt(child(body, 'MsgBoxFetchRequest'), 'MsgSelector/MessageID') ?? '');
      case 'MsgBoxCloseRequest':
        for (const { text } of all(child(body, 'MsgBoxCloseRequest'), 'LastMsgReceived')) this.box.delete(text);
        return soapOf('');
      default:
        return exception('ParameterIsNotValidException', '9020');
    }
  }

  #take(soap: Element, type: string, effects: string[]): FakeReply {
    const id = textAt(at(soap, 'Header/MessageMetaData/MsgIdentification'), 'MessageID') ?? '';
    if (!this.ids.has(id)) return exception('ParameterIsNotValidException', '9022');
    if (this.sent.has(id)) return exception('ParameterIsNotValidException', '9024');
    const key = /boundary="stellwerk-([\w-]+)"/.exec(type)?.[1] ?? '';
    this.sent.set(id, { key });
    effects.push(key);
    if (this.decides) this.box.set(answerTo(id), { answers: [id], message: decision });
    return soapOf('');
  }

  #report(id: string): FakeReply {
    if (!this.sent.has(id)) return exception('InvalidMessageIDException', '9070');
    return soapOf({ 'xta:TransportReport': { 'xta:MessageStatus': { 'xta:Status': this.light } } });
  }

  #list(): FakeReply {
    const entries = [...this.box].map(([id, { answers = [] }]) => ({
      'oscimeta:MsgIdentification': { 'wsa:MessageID': id, 'oscimeta:In-Reply-To': answers },
    }));
    return soapOf({ 'osci:MsgStatusList': { 'oscimeta:MessageMetaData': entries } }, boxHeader);
  }

  #fetch(id: string): FakeReply {
    const lying = this.box.get(id);
    if (!lying) return exception('InvalidMessageIDException', '9070');
    this.opened.push(id);
    const text = typeof lying.message === 'string' ? lying.message : writeXml(lying.message);
    const container = {
      'xta:Message': { '@contentType': 'application/xml', '#text': Buffer.from(text).toString('base64') },
      'xta:Attachment': (lying.attachments ?? []).map(({ filename, content }) => ({
        ...{ '@contentType': 'application/pdf', '@filename': filename },
        '#text': Buffer.from(content).toString('base64'),
      })),
    };
    return soapOf({ 'xta:GenericContentContainer': { 'xta:ContentContainer': container } }, boxHeader);
  }
}

const decision = {
  'b:universellerAntrag.bescheid.1205': {
    '@xmlns:b': 'http://www.xleitstelle.de/xbau/kernmodul/1/3/0',
    bescheid: { tenor: { istGenehmigung: 'true' } },
  },
};
const answerTo = (id: string) => id.replace('stellwerk', 'behoerde');
const boxHeader = { 'osci:MsgBoxResponse': { '@MsgBoxRequestID': 'urn:box:1', 'osci:ItemsPending': 0 } };

const namespaces = {
  '@xmlns:soap': 'http://www.w3.org/2003/05/soap-envelope',
  '@xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
  '@xmlns:xta': 'http://xoev.de/transport/xta/211',
  '@xmlns:oscimeta': 'http://www.osci.eu/ws/2014/10/transport',
  '@xmlns:osci': 'http://www.osci.eu/ws/2008/05/transport',
};
const headers = { 'content-type': 'application/soap+xml; charset=utf-8' };

export function soapOf(body: Json, header: Json = ''): FakeReply {
  const soap = { 'soap:Envelope': { ...namespaces, 'soap:Header': header, 'soap:Body': body } };
  return { status: 200, headers, text: writeXml(soap, { indent: false }) };
}

/** A fault as the WSDL of XTA 2.1.1 declares it. */
export function exception(name: string, code: string): FakeReply {
  const detail = { [`xta:${name}`]: { 'xta:errorCode': { code, name: 'ein Text' } } };
  const fault = {
    'soap:Code': { 'soap:Value': 'soap:Sender' },
    'soap:Reason': { 'soap:Text': { '@xml:lang': 'de', '#text': 'ein Text' } },
    'soap:Detail': detail,
  };
  return { ...soapOf({ 'soap:Fault': fault }), status: 500 };
}

function unpack(writes: Buffer[]): Unpacked {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const boundary = bytes.toString('latin1', 2, bytes.indexOf('\r\n'));
    const { root, parts } = readRelated(bytes, `multipart/related; boundary="${boundary}"`);
    const container = at(readXml(root), 'Body/GenericContentContainer/ContentContainer');
    const part = (element: Element) => parts.get(child(element, 'Include')!.attributes['href']!.replace('cid:', ''))!;
    texts.push(...textsOf(readXml(part(child(container, 'Message')!))));
    files.push(...all(container, 'Attachment').map(part));
  }
  return { texts: texts.join('\n'), files };
}

const textsOf = ({ text, children }: Element): string[] => [text, ...children.flatMap(textsOf)];
