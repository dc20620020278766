import { XMLParser } from 'fast-xml-parser';
import { issueCertificate, makeAuthority } from '../kit/certificates.js';
import { type FakeReply, type FakeRequest, startFake } from '../kit/fake.js';
import type { TargetFixture } from '../kit/fixture.js';
import type { Target } from '../kit/target.js';

const token = 'a-token-of-the-fixture';

/** Speaks our envelope. */
const stellwerk: TargetFixture = {
  address: 'rest.baseUrl',
  authority: 'rest.ca',
  schema: 'delivery.schema.json',
  wrongCredentials: { values: { 'rest.token': 'another-token-of-the-fixture' }, blames: 'rest.token' },
  start: () => startFake(answer, access),
};

const access = (url: string) => ({ 'rest.baseUrl': url, 'rest.authentication': 'bearer', 'rest.token': token });

function answer({ method, path, headers }: FakeRequest, effects: string[]): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  const found = /^\/deliveries\/(.+)$/.exec(path)?.[1];
  if (method === 'GET' && found)
    return effects.includes(found) ? { status: 200, body: { reference: `ref-${found}` } } : { status: 404 };
  if (method !== 'POST' || path !== '/deliveries') return { status: 404 };
  const key = String(headers['idempotency-key']);
  if (!effects.includes(key)) effects.push(key);
  return { status: 201, body: { reference: `ref-${key}` } };
}

/** Answers later, when it is asked: in its own words, and with a document. */
const polled: TargetFixture = {
  ...stellwerk,
  start: () =>
    startFake(
      (request, effects): FakeReply => {
        const reference = /^\/deliveries\/ref-(.+)\/status$/.exec(request.path)?.[1];
        return reference === undefined ? answer(request, effects) : stand(request, effects.includes(reference));
      },
      (url) => ({ ...access(url), 'rest.statusPath': '/deliveries/{reference}/status', 'rest.pollMinutes': 1 }),
    ),
};

function stand({ headers }: FakeRequest, known: boolean): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  if (!known) return { status: 404 };
  const document = { filename: 'Bescheid.pdf', mimetype: 'application/pdf', contentBase64: 'JVBERi0=' };
  const reply = { id: '1', status: 'bescheid', text: 'Anbei.', at: '2026-03-02T09:00:00+01:00', documents: [document] };
  return { status: 200, body: { status: 'delivered', replies: [reply] } };
}

const secret = 'a-client-secret-of-the-fixture';

/** A vendor with an API of its own: PUT, multipart, client certificates, tokens. */
const vendor: TargetFixture = {
  address: 'rest.baseUrl',
  authority: 'rest.ca',
  wrongCredentials: { values: { 'rest.clientSecret': 'another-secret-of-the-fixture' }, blames: 'rest.clientSecret' },
  start: startVendor,
  unpack,
};

export const fixtures = { '': stellwerk, vendor, polled };

async function startVendor(): Promise<Target> {
  const authority = await makeAuthority('Stellwerk-Test');
  const server = await issueCertificate(authority, { name: 'vendor', hosts: ['127.0.0.1'] });
  const client = await issueCertificate(authority, { name: 'stellwerk' });
  const issued = new Set<string>();
  const provider = await startFake(
    ({ headers }): FakeReply => {
      const [, given = ''] = headers.authorization?.split(' ') ?? [];
      if (decodeURIComponent(Buffer.from(given, 'base64').toString()) !== `stellwerk:${secret}`)
        return { status: 401, body: { error: 'invalid_client' } };
      const value = crypto.randomUUID();
      issued.add(`Bearer ${value}`);
      return { status: 200, body: { access_token: value, token_type: 'Bearer', expires_in: 3600 } };
    },
    (url) => ({ url }),
  );
  const target = await startFake(
    (request, effects) =>
      issued.has(request.headers.authorization ?? '') ? process(request, effects) : { status: 401 },
    (url) => ({
      'rest.baseUrl': url,
      'rest.path': '/vorgaenge/{key}',
      'rest.findPath': '/vorgaenge/{key}',
      'rest.method': 'PUT',
      'rest.envelope': 'none',
      'rest.attachments': 'multipart',
      'rest.reference': '/vorgang/nummer',
      'rest.headers': { 'X-Mandant': '4711', 'X-Referenz': '{submissionId}' },
      'rest.authentication': 'oauth2',
      'rest.oauthUrl': `${provider.values['url']}/token`,
      'rest.clientId': 'stellwerk',
      'rest.clientSecret': secret,
      'rest.ca': authority.certificate,
      'rest.clientCertificate': client.certificate,
      'rest.clientKey': client.key,
    }),
    undefined,
    { cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true },
  );
  const { close } = target;
  return Object.assign(target, { close: () => Promise.all([provider.close(), close()]).then(() => {}) });
}

function process({ method, path, headers }: FakeRequest, effects: string[]): FakeReply {
  const key = /^\/vorgaenge\/(.+)$/.exec(path)?.[1];
  if (!key) return { status: 404 };
  if (method === 'PUT' && headers['x-mandant'] !== '4711') return { status: 400 };
  if (method === 'PUT' && !effects.includes(key)) effects.push(key);
  return effects.includes(key)
    ? { status: 200, body: { vorgang: { nummer: 1000 + effects.indexOf(key) } } }
    : { status: 404 };
}

async function unpack(writes: Buffer[]) {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const boundary = bytes.subarray(2, bytes.indexOf('\r\n')).toString();
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    for (const value of (await new Response(new Uint8Array(bytes), { headers }).formData()).values()) {
      if (typeof value === 'string')
        texts.push(...textsOf(value.startsWith('<') ? xml.parse(value) : JSON.parse(value)));
      else files.push(Buffer.from(await value.arrayBuffer()));
    }
  }
  return { texts: texts.join('\n'), files };
}

const xml = new XMLParser({ trimValues: false, parseTagValue: false });

const textsOf = (value: unknown): string[] =>
  typeof value === 'object' && value ? Object.values(value).flatMap(textsOf) : [String(value)];
