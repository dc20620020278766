import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt } from '#xoev/read.js';
import { rewritten } from '#xoev/rewrite.js';
import { writeXml } from '#xoev/write.js';
import { issueCertificate, makeAuthority } from '../kit/certificates.js';
import { type FakeReply, type FakeRequest, startFake } from '../kit/fake.js';
import type { TargetFixture, Unpacked } from '../kit/fixture.js';
import type { Target } from '../kit/target.js';
import { readRelated } from './client/multipart.js';

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
  cannot: { 'xta.pollMinutes': 'Der Transportbericht ist hier sofort da.' },
  words: {
    busy: saying('XTAWSTechnicalProblemException', '9030'),
    refuse: saying('MessageSchemaViolationException', '9050'),
    unauthorized: saying('PermissionDeniedException', '9014'),
    forbidden: saying('PermissionDeniedException', '9010'),
    absent: saying('InvalidMessageIDException', '9070'),
    'commit-then-fail': saying('XTAWSTechnicalProblemException', '9030'),
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
export interface BoxMessage {
  /** The MessageIDs that its metadata answer. Where there are none, only its body says what it answers. */
  answers?: string[];
  /** ProcessRef in its metadata. */
  process?: { requester?: string; responder?: string };
  message?: Json | string;
  attachments?: { filename: string; content: string }[];
  /** What getMessage answers instead. */
  instead?: FakeReply;
}

/** What an answer of the box holds: messages that are still to be listed, or the MessageID that was fetched. */
type Request = { left: (BoxMessage & { id: string })[] } | { fetched: string };

/**
 * One account at an XTA server: ids that it gave out, messages that it took, and a box. With `decides` the authority
 * puts a decision for each message into the box at once.
 */
export class Account {
  readonly ids = new Set<string>();
  /** MessageID → what was sent. */
  readonly sent = new Map<string, { key: string; metadata: Element }>();
  /** By MessageID. */
  readonly box = new Map<string, BoxMessage>();
  /** MessageIDs that were fetched. */
  readonly opened: string[] = [];
  /** Last part of an action → what is answered instead. */
  readonly instead = new Map<string, FakeReply | Said>();
  /** Of every transport report. */
  light = '1';
  /** By MsgBoxRequestID. */
  readonly #requests = new Map<string, Request>();
  /** The last part of each action. */
  readonly asked: string[] = [];

  constructor(readonly decides: boolean) {}

  answer(request: FakeRequest, effects: string[]): FakeReply {
    const said = this.#reply(request, effects);
    return 'said' in said ? written(said, request) : said;
  }

  #reply(request: FakeRequest, effects: string[]): FakeReply | Said {
    const type = String(request.headers['content-type']);
    const soap = envelopeOf(request);
    const action = textAt(child(soap, 'Header'), 'Action') ?? '';
    if (request.peer !== 'konto') return exception('PermissionDeniedException', '9014');
    const body = child(soap, 'Body')!;
    const operation = action.split('/').at(-1)!;
    this.asked.push(operation);
    const instead = this.instead.get(operation);
    if (instead) return instead;
    switch (operation) {
      case 'CheckAccountActive':
        return said('');
      case 'CreateMessageID': {
        const id = `urn:de:xta:messageid:stellwerk:${crypto.randomUUID()}`;
        this.ids.add(id);
        return said({ 'wsa:MessageID': id });
      }
      case 'SendMessage':
        return this.#take(soap, type, effects);
      case 'GetTransportReport':
        return this.#report(textAt(body, 'MessageID') ?? '');
      case 'MsgBoxStatusListRequest':
        return this.#list(child(body, 'MsgBoxStatusListRequest')!);
      case 'MsgBoxGetNextListRequest':
        return this.#next(child(body, 'MsgBoxGetNextRequest')!);
      case 'MsgBoxFetchRequest':
        return this.#fetch(textAt(child(body, 'MsgBoxFetchRequest'), 'MsgSelector/MessageID') ?? '');
      case 'MsgBoxCloseRequest':
        return this.#close(child(body, 'MsgBoxCloseRequest')!);
      default:
        return exception('ParameterIsNotValidException', '9020');
    }
  }

  #take(soap: Element, type: string, effects: string[]): Said {
    const id = textAt(at(soap, 'Header/MessageMetaData/MsgIdentification'), 'MessageID') ?? '';
    if (!this.ids.has(id)) return exception('ParameterIsNotValidException', '9022');
    if (this.sent.has(id)) return exception('ParameterIsNotValidException', '9024');
    const key = /boundary="stellwerk-([\w-]+)"/.exec(type)?.[1] ?? '';
    this.sent.set(id, { key, metadata: at(soap, 'Header/MessageMetaData')! });
    effects.push(key);
    if (this.decides) this.box.set(answerTo(id), { answers: [id], message: decision });
    return said('');
  }

  #report(id: string): Said {
    const sent = this.sent.get(id);
    if (!sent) return exception('InvalidMessageIDException', '9070');
    const report = {
      ...rewritten(sent.metadata, prefixes),
      'xta:ReportTime': '2026-03-02T09:00:00Z',
      'xta:XTAServerIdentity': 'urn:example:xta',
      'xta:MessageStatus': { 'xta:Status': this.light },
    };
    return said({ 'xta:TransportReport': report });
  }

  #list(request: Element): Said {
    const related = all(child(request, 'MsgSelector'), 'RelatesTo').map(({ text }) => text);
    const messages = [...this.box].map(([id, one]) => ({ id, ...one }));
    const selected = messages.filter(
      ({ answers = [] }) => related.length === 0 || answers.some((id) => related.includes(id)),
    );
    return this.#page(selected, Number(request.attributes['maxListItems']));
  }

  #next(request: Element): Said {
    const listed = this.#requests.get(request.attributes['MsgBoxRequestID'] ?? '');
    if (!listed || !('left' in listed)) return exception('ParameterIsNotValidException', '9020');
    return this.#page(listed.left, 100);
  }

  #page(messages: (BoxMessage & { id: string })[], most: number): Said {
    const entries = messages.slice(0, most).map(metadataOf);
    const left = messages.slice(most);
    const list = { 'osci:MsgStatusList': { 'oscimeta:MessageMetaData': entries } };
    return said(list, this.#header({ left }, left.length));
  }

  #header(request: Request, pending = 0): Record<string, Json> {
    const id = `urn:box:${this.#requests.size + 1}`;
    this.#requests.set(id, request);
    return { 'osci:MsgBoxResponse': { '@MsgBoxRequestID': id, 'osci:ItemsPending': pending } };
  }

  #fetch(id: string): FakeReply | Said {
    const found = this.box.get(id);
    if (!found) return exception('InvalidMessageIDException', '9070');
    this.opened.push(id);
    if (found.instead) return found.instead;
    const { message = '', attachments = [] } = found;
    const text = typeof message === 'string' ? message : writeXml(message);
    const container = {
      'xta:Message': { '@contentType': 'application/xml', '#text': Buffer.from(text).toString('base64') },
      'xta:Attachment': attachments.map(({ filename, content }) => ({
        '@contentType': 'application/pdf',
        '@filename': filename,
        '#text': Buffer.from(content).toString('base64'),
      })),
    };
    const body = { 'xta:GenericContentContainer': { 'xta:ContentContainer': container } };
    return said(body, { 'oscimeta:MessageMetaData': metadataOf({ id, ...found }), ...this.#header({ fetched: id }) });
  }

  /** Closes only the message that the named request has brought. */
  #close(request: Element): Said {
    const brought = this.#requests.get(request.attributes['MsgBoxRequestID'] ?? '');
    const ids = all(request, 'LastMsgReceived').map(({ text }) => text);
    if (!brought || !('fetched' in brought) || ids.some((id) => id !== brought.fetched))
      return exception('ParameterIsNotValidException', '9020');
    for (const id of ids) this.box.delete(id);
    return said('');
  }
}

const decision = {
  'b:universellerAntrag.bescheid.1205': {
    '@xmlns:b': 'http://www.xleitstelle.de/xbau/kernmodul/1/3/0',
    bescheid: { tenor: { istGenehmigung: 'true' } },
  },
};
const answerTo = (id: string) => id.replace('stellwerk', 'behoerde');

/** OSCI MessageMetaData 2.02 of a message in the box. */
const metadataOf = ({ id, answers = [], process }: BoxMessage & { id: string }): Json => ({
  'oscimeta:DeliveryAttributes': '',
  'oscimeta:Originators': { 'oscimeta:Author': party('bab:081150000000') },
  'oscimeta:Destinations': { 'oscimeta:Reader': party('bap:080000000000') },
  'oscimeta:MsgIdentification': {
    'wsa:MessageID': id,
    'oscimeta:In-Reply-To': answers,
    ...(process && {
      'oscimeta:ProcessRef': {
        ...(process.requester && { 'oscimeta:Requester': process.requester }),
        ...(process.responder && { 'oscimeta:Responder': process.responder }),
      },
    }),
  },
  'oscimeta:Qualifier': {
    'oscimeta:Service': 'urn:example:dienst',
    'oscimeta:BusinessScenario': { 'oscimeta:Undefined': 'Antwort' },
    'oscimeta:MessageType': {
      '@listURI': 'urn:example:nachrichten',
      '@listVersionID': '1',
      '@payloadSchema': 'urn:example:schema',
      code: '1',
    },
  },
});

const party = (key: string): Json => ({ 'oscimeta:Identifier': { '@type': 'xoev', '#text': key } });

/** Namespace → our prefix. */
const prefixes = {
  'http://www.w3.org/2003/05/soap-envelope': 'soap',
  'http://www.w3.org/2005/08/addressing': 'wsa',
  'http://xoev.de/transport/xta/211': 'xta',
  'http://www.osci.eu/ws/2014/10/transport': 'oscimeta',
  'http://www.osci.eu/ws/2008/05/transport': 'osci',
};
const namespaces = Object.fromEntries(Object.entries(prefixes).map(([uri, prefix]) => [`@xmlns:${prefix}`, uri]));
const headers = { 'content-type': 'application/soap+xml; charset=utf-8' };

/** A SOAP answer that is not yet written. */
interface Said {
  said: Json;
  header: Record<string, Json>;
  status: number;
}

export const said = (body: Json, header: Record<string, Json> = {}): Said => ({ said: body, header, status: 200 });

/** A fault as the WSDL of XTA 2.1.1 declares it. */
export function exception(name: string, code: string): Said {
  const detail = { [`xta:${name}`]: { 'xta:errorCode': { code, name: 'ein Text' } } };
  const fault = {
    'soap:Code': { 'soap:Value': 'soap:Sender' },
    'soap:Reason': { 'soap:Text': { '@xml:lang': 'de', '#text': 'ein Text' } },
    'soap:Detail': detail,
  };
  return { ...said({ 'soap:Fault': fault }), status: 500 };
}

function saying(name: string, code: string) {
  return (request: FakeRequest) => written(exception(name, code), request);
}

/** Writes an answer to this request, with WS-Addressing 1.0 as the WSDL says: all have the action of the request. */
function written({ said, header, status }: Said, request: FakeRequest): FakeReply {
  const asked = child(envelopeOf(request), 'Header');
  const addressing = {
    'wsa:Action': textAt(asked, 'Action') ?? '',
    'wsa:MessageID': `urn:uuid:${crypto.randomUUID()}`,
    'wsa:RelatesTo': textAt(asked, 'MessageID') ?? '',
  };
  const soap = { 'soap:Envelope': { ...namespaces, 'soap:Header': { ...addressing, ...header }, 'soap:Body': said } };
  return { status, headers, text: writeXml(soap, { indent: false }) };
}

/** The SOAP envelope of a request. */
export function envelopeOf({ headers, body }: FakeRequest): Element {
  const type = String(headers['content-type']);
  return readXml(type.startsWith('multipart/') ? readRelated(body, type).root : body);
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
