import type { LookupAddress, lookup } from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from '@jest/globals';
import { readSettings } from '#settings/settings.js';
import { soon, Trial } from '../../test/contract/trial.js';
import { listen } from '../../test/kit/listen.js';
import { adapter as fileDrop } from '../adapters/file-drop/adapter.js';
import { adapter as mail } from '../adapters/mail/adapter.js';
import { adapter as rest } from '../adapters/rest/adapter.js';
import { evenCheck } from './call.js';
import { type Egress, egressOf, openEgress } from './egress.js';
import { bare } from './surroundings.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const production = egressOf({ stage: 'production', ALLOWED_NETWORKS: [] });

/** Answers every name with the next of these addresses, and with the last one from then on. */
const resolving = (...addresses: string[]) =>
  ((_: string, __: unknown, done: (error: null, found: LookupAddress[]) => void) => {
    const [address = ''] = addresses.length > 1 ? addresses.splice(0, 1) : addresses;
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  }) as typeof lookup;

/** A server on loopback that takes connections and never says a word. */
async function silent(): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {}));
  servers.push(server);
  return listen(server);
}

async function answering(): Promise<number> {
  const server = createHttpServer((_, response) => response.end('{}'));
  servers.push(server);
  return listen(server);
}

function trial(
  adapter: ConstructorParameters<typeof Trial>[0],
  values: Record<string, never> | object,
  egress: Egress,
) {
  const made = new Trial(adapter, values as Record<string, string>);
  made.surroundings = { ...bare, egress, developmentHosts: ['inside.example'] };
  return made;
}

test('in production only public addresses are connected to, and the networks that the operator allows', () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
  const closed = [
    ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:a00:1', '::127.0.0.1', 'fe80::1%lo'],
    ...['fd00::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', ...own],
  ];
  for (const address of closed) expect([address, production.permits(address)]).toEqual([address, false]);
  for (const address of ['193.197.1.1', '2a02:8100::1', '::ffff:193.197.1.1'])
    expect([address, production.permits(address)]).toEqual([address, true]);
  const municipal = egressOf({ stage: 'production', ALLOWED_NETWORKS: ['10.20.0.0/16', 'fd00:20::/32', '10.9.9.9'] });
  for (const address of ['10.20.7.1', '::ffff:10.20.7.1', 'fd00:20::5', '10.9.9.9'])
    expect([address, municipal.permits(address)]).toEqual([address, true]);
  for (const address of ['10.21.0.1', 'fd00:21::1', '10.9.9.8', '127.0.0.1'])
    expect([address, municipal.permits(address)]).toEqual([address, false]);
  expect(egressOf({ stage: 'demo', ALLOWED_NETWORKS: [] }).permits('127.0.0.1')).toBe(true);
  expect(readSettings({ ALLOWED_NETWORKS: '10.20.0.0/16, fd00:20::/32,10.9.0.25' }).ALLOWED_NETWORKS).toHaveLength(3);
  for (const wrong of ['10.20', '10.0.0.0/33', 'fd00::/129', 'amt.example', '10.0.0.0/16/8', '10.0.0.0/'])
    expect(() => readSettings({ ALLOWED_NETWORKS: wrong })).toThrow('ALLOWED_NETWORKS');
});

test('a name is judged by the address that is connected to, also when it points elsewhere a moment later', async () => {
  const port = await answering();
  const egress = openEgress('rebinding', ['127.0.0.1'], resolving('127.0.0.1', '127.0.0.2'));
  const values = { 'rest.baseUrl': `http://inside.example:${port}`, 'rest.token': 'x-1234567' };
  const steps = await trial(rest, values, egress).check();
  expect(steps).toContainEqual(expect.objectContaining({ step: 'connect', ok: true }));
  const sftp = { place: 'sftp', host: 'inside.example', port, fingerprint: `SHA256:${'a'.repeat(43)}`, user: 'u' };
  const given = Object.entries({ ...sftp, password: 'x-1234567' }).map(([key, value]) => [`file-drop.${key}`, value]);
  const rebound = await trial(fileDrop, Object.fromEntries(given), egress).attempt();
  expect(rebound).toMatchObject({ kind: 'misconfigured', parameter: 'file-drop.host' });
});

test('every way out is closed, however the address is spelt, and says which parameter and which setting', async () => {
  const port = await answering();
  const sftp = {
    'file-drop.place': 'sftp',
    'file-drop.port': port,
    'file-drop.fingerprint': `SHA256:${'a'.repeat(43)}`,
  };
  const login = { 'file-drop.user': 'u', 'file-drop.password': 'x-1234567' };
  const box = { 'mail.from': 'a@example.org', 'mail.to': ['b@example.org'] };
  const oauth = { 'rest.authentication': 'oauth2', 'rest.clientId': 'c', 'rest.clientSecret': 'x-1234567' };
  const ways = [
    ...['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', 'localhost'].map(
      (host) =>
        [rest, { 'rest.baseUrl': `https://${host}:${port}`, 'rest.token': 'x-1234567' }, 'rest.baseUrl'] as const,
    ),
    [
      rest,
      { 'rest.baseUrl': 'https://amt.example', 'rest.oauthUrl': `https://127.1:${port}/token`, ...oauth },
      'rest.oauthUrl',
    ] as const,
    ...['127.0.0.1', '127.1', '0x7f.1', 'localhost'].flatMap(
      (host) =>
        [
          [mail, { 'mail.host': `${host}:${port}`, ...box }, 'mail.host'],
          [fileDrop, { ...sftp, ...login, 'file-drop.host': host }, 'file-drop.host'],
        ] as const,
    ),
    [fileDrop, { 'file-drop.place': 'webdav', 'file-drop.url': `https://0x7f.1:${port}/`, ...login }, 'file-drop.url'],
  ] as const;
  for (const [adapter, values, parameter] of ways) {
    const steps = await trial(adapter, values, production).check();
    const failed = steps.find(({ ok }) => !ok);
    expect({ values, failed }).toMatchObject({
      failed: { step: 'connect', parameter, message: expect.stringContaining('ALLOWED_NETWORKS') },
    });
    expect(await trial(adapter, values, production).attempt()).toMatchObject({ kind: 'misconfigured', parameter });
  }
});

test('a connection test takes one time and has one text for a host that refuses and one that is silent', async () => {
  const nobody = await silent();
  servers.pop()!.close();
  const told: unknown[] = [];
  for (const port of [nobody, await silent()]) {
    const { circumstances } = Trial.prototype;
    const made = trial(rest, { 'rest.baseUrl': `http://127.0.0.1:${port}`, 'rest.token': 'x-1234567' }, bare.egress);
    const begun = performance.now();
    told.push(await evenCheck({ ...circumstances.call(made), deadline: soon(400) }));
    expect(performance.now() - begun).toBeGreaterThan(390);
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]).toMatchObject([{ step: 'connect', ok: false, parameter: 'rest.baseUrl' }]);
});
