import { issueCertificate, makeAuthority } from '../kit/certificates.js';
import { startFake } from '../kit/fake.js';
import type { TargetFixture, Unpacked } from '../kit/fixture.js';
import { stringsIn, stringsInXml } from '../kit/strings.js';
import type { Target } from '../kit/target.js';
import { answer, answerWithStatus, clientSecret, token, vendor } from './fake.js';

const access = (url: string) => ({ 'rest.baseUrl': url, 'rest.authentication': 'bearer', 'rest.token': token });

/** A target that takes Stellwerk's envelope. */
const stellwerk: TargetFixture = {
  address: 'rest.baseUrl',
  authority: 'rest.ca',
  schema: 'delivery.schema.json',
  wrongCredentials: { values: { 'rest.token': 'another-token-of-the-fixture' }, blames: 'rest.token' },
  start: () => startFake(answer, access),
};

/** A target that answers later, when it is asked, with replies. */
const polled: TargetFixture = {
  ...stellwerk,
  start: () =>
    startFake(answerWithStatus, (url) => ({
      ...access(url),
      'rest.statusPath': '/deliveries/{reference}/status',
      'rest.pollMinutes': 1,
    })),
};

/** A vendor with an API of its own: PUT, multipart, client certificates, tokens. */
const withVendor: TargetFixture = {
  address: 'rest.baseUrl',
  authority: 'rest.ca',
  wrongCredentials: { values: { 'rest.clientSecret': 'another-secret-of-the-fixture' }, blames: 'rest.clientSecret' },
  start: startVendor,
  unpack,
};

export const fixtures = { '': stellwerk, vendor: withVendor, polled };

const authority = await makeAuthority('Stellwerk-Test');
const server = await issueCertificate(authority, { name: 'vendor', hosts: ['127.0.0.1'] });
const client = await issueCertificate(authority, { name: 'stellwerk' });

async function startVendor(): Promise<Target> {
  const answering = vendor();
  const endpoint = await startFake(answering.endpoint, (url) => ({ url }));
  const target = await startFake(
    answering.target,
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
      'rest.oauthUrl': `${endpoint.values['url']}/token`,
      'rest.clientId': 'stellwerk',
      'rest.clientSecret': clientSecret,
      'rest.ca': authority.certificate,
      'rest.clientCertificate': client.certificate,
      'rest.clientKey': client.key,
    }),
    undefined,
    { cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true },
  );
  const { close } = target;
  return Object.assign(target, { close: () => Promise.all([endpoint.close(), close()]).then(() => {}) });
}

async function unpack(writes: Buffer[]): Promise<Unpacked> {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const boundary = bytes.subarray(2, bytes.indexOf('\r\n')).toString();
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    for (const value of (await new Response(new Uint8Array(bytes), { headers }).formData()).values()) {
      if (typeof value !== 'string') files.push(Buffer.from(await value.arrayBuffer()));
      else texts.push(...(value.startsWith('<') ? stringsInXml(value) : stringsIn(JSON.parse(value))));
    }
  }
  return { texts: texts.join('\n'), files };
}
