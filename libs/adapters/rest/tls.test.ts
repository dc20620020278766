import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '#launch/ports.js';
import { Trial } from '../../../test/contract/trial.js';
import { type Identity, issueCertificate, makeAuthority } from '../kit/certificates.js';
import { adapter } from './adapter.js';

let authority: Identity;
let stranger: Identity;
let own: Identity;
const servers: Server[] = [];
const programs: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'rest-tls-'));

beforeAll(async () => {
  [authority, stranger] = [await makeAuthority('Stellwerk-Test'), await makeAuthority('Fremde Stelle')];
  own = await issueCertificate(authority, { name: 'stellwerk' });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  for (const program of programs.splice(0)) program.kill();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A target that looks at client certificates as nginx does. */
async function start(server: { hosts?: string[]; days?: number } = {}): Promise<string> {
  const identity = await issueCertificate(authority, { name: 'ziel', hosts: ['127.0.0.1'], ...server });
  const options = { cert: identity.certificate, key: identity.key, ca: authority.certificate };
  const listening = createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    const why =
      'subject' in socket.getPeerCertificate() ? 'The SSL certificate error' : 'No required SSL certificate was sent';
    if (!socket.authorized) response.writeHead(400).end(`<html><head><title>400 ${why}</title></head></html>`);
    else if (request.method === 'GET') response.writeHead(404).end();
    else request.resume().on('end', () => response.end('{"reference":"r"}'));
  });
  servers.push(listening);
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const trial = (baseUrl: string, { certificate, key }: Partial<Identity> = own, ca = authority.certificate) =>
  new Trial(adapter, {
    'rest.baseUrl': baseUrl,
    'rest.ca': ca,
    ...(certificate && { 'rest.clientCertificate': certificate }),
    ...(key && { 'rest.clientKey': key }),
  });

const failing = async (one: Trial) => (await one.check()).filter(({ ok }) => !ok);
const message = (text: string) => expect.stringContaining(text);

test('delivers with a client certificate, and says until when it holds', async () => {
  const tried = trial(await start());
  expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
  expect(await tried.check()).toEqual(
    expect.arrayContaining([
      {
        step: 'certificate',
        ok: true,
        parameter: 'rest.clientCertificate',
        message: expect.stringMatching(/^Das Zertifikat gilt bis \d\d\.\d\d\.\d{4}\.$/),
      },
      expect.objectContaining({ step: 'ready', ok: true }),
    ]),
  );
});

test('warns thirty days before a certificate ends, and is well until then', async () => {
  const short = await issueCertificate(authority, { name: 'stellwerk', days: 20 });
  const steps = await trial(await start(), short).check();
  expect(steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(steps).toContainEqual(
    expect.objectContaining({ message: message('Achtung: Das Zertifikat gilt nur noch bis') }),
  );
});

test('names what is wrong with certificate and key before it speaks to anybody', async () => {
  const url = await start();
  const expired = await issueCertificate(authority, { name: 'stellwerk', days: -1 });
  const cases: [Partial<Identity>, string, string][] = [
    [expired, 'rest.clientCertificate', 'abgelaufen'],
    [{ certificate: own.certificate, key: expired.key }, 'rest.clientKey', 'passt nicht'],
    [{ certificate: own.certificate }, 'rest.clientKey', 'fehlt'],
    [{ key: own.key }, 'rest.clientCertificate', 'fehlt'],
    [{ certificate: 'kein PEM', key: own.key }, 'rest.clientCertificate', 'kein Zertifikat'],
    [{ certificate: own.certificate, key: 'kein PEM' }, 'rest.clientKey', 'Schlüssel'],
  ];
  for (const [identity, parameter, text] of cases) {
    const tried = trial(url, identity);
    expect(await failing(tried)).toMatchObject([{ step: 'certificate', parameter, message: message(text) }]);
    expect(await tried.attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter,
      reason: { public: message(text) },
    });
    expect(tried.checkpoints.size).toBe(0);
  }
  expect(await failing(trial(url, own, 'kein PEM'))).toMatchObject([{ step: 'certificate', parameter: 'rest.ca' }]);
});

test('names the client certificate when the target wants one, or another', async () => {
  const url = await start();
  const foreign = await issueCertificate(stranger, { name: 'stellwerk' });
  for (const identity of [{}, foreign]) {
    const tried = trial(url, identity);
    expect(await failing(tried)).toMatchObject([{ step: 'tls', parameter: 'rest.clientCertificate' }]);
    expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'rest.clientCertificate' });
  }
});

test('names the target’s certificate when it is not to be trusted', async () => {
  const cases: [Promise<string>, string, string][] = [
    [start(), stranger.certificate, 'wird nicht vertraut'],
    [start({ hosts: ['ein-anderer.example'] }), authority.certificate, 'nicht für diesen Rechnernamen'],
    [start({ days: -1 }), authority.certificate, 'ist abgelaufen'],
  ];
  for (const [url, ca, text] of cases) {
    const tried = trial(await url, own, ca);
    expect(await failing(tried)).toMatchObject([{ step: 'tls', parameter: 'rest.baseUrl', message: message(text) }]);
    expect(await tried.attempt()).toMatchObject({ kind: 'later' });
  }
});

const openssl = spawnSync('openssl', ['version']).status === 0;
const withOpenssl = openssl ? test : test.skip;

withOpenssl.each(['-tls1_3', '-tls1_2'])(
  'names the client certificate when OpenSSL closes the connection with an alert (%s)',
  async (version) => {
    const { certificate, key } = await issueCertificate(authority, { name: 'ziel', hosts: ['127.0.0.1'] });
    writeFileSync(join(folder, 'server.pem'), `${certificate}\n${key}\n`);
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
    const port = await freePort();
    const files = ['-cert', join(folder, 'server.pem'), '-CAfile', join(folder, 'ca.pem')];
    const options = [
      '-accept',
      `127.0.0.1:${port}`,
      ...files,
      '-Verify',
      '1',
      '-verify_return_error',
      '-quiet',
      version,
    ];
    programs.push(spawn('openssl', ['s_server', ...options], { stdio: 'ignore' }));
    await listens(port);
    const foreign = await issueCertificate(stranger, { name: 'stellwerk' });
    // TLS 1.2 has no alert of its own for a certificate that is missing
    for (const identity of version === '-tls1_3' ? [{}, foreign] : [foreign])
      expect(await failing(trial(`https://127.0.0.1:${port}`, identity))).toMatchObject([
        { step: 'tls', parameter: 'rest.clientCertificate', message: message('ertifikat') },
      ]);
  },
);

async function listens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
