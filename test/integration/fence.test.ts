import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bind, faultsOf } from '#adapter-host/bind.js';
import type { Question } from '#adapter-host/call.js';
import { closeFences, fenceAround } from '#adapter-host/fence/fence.js';
import { enterFence, networkLock } from '#adapter-host/fence/network.js';
import { loadAdapters } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { defineParameters } from '#parameters/definitions.js';
import { openProcesses } from '#processes/load.js';
import { root } from '#settings/root.js';
import { readSettings } from '#settings/settings.js';
import type { Json } from '#submission/vocabulary.js';
import { attachment, delivery } from '../contract/samples.js';
import { soon, Trial } from '../contract/trial.js';

const folder = join(root, 'test/kit/hostile-package');
const fence = () => fenceAround(folder, join(folder, 'adapter.js'));
const closedNetwork = networkLock().length > 0 ? test : test.skip;
if (networkLock().length === 0) console.warn('SKIPPED: this system gives no network namespace (unshare)');

let adapter: Adapter;
let server: Server;
let answer: RequestListener;
let url: string;
let temporary: string;
let received: Promise<Buffer>[] = [];

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'fence-'));
  writeFileSync(join(temporary, 'secret'), 'STELLWERK_KEY');
  server = createServer((request, response) => {
    received.push(buffer(request as IncomingMessage));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  adapter = (await loadAdapters({ packages: [folder] })).get('hostile')!;
});
afterEach(() => {
  received = [];
});
afterAll(() => {
  closeFences();
  server.closeAllConnections();
  server.close();
  rmSync(temporary, { recursive: true });
});

const trial = (deed: string, values: Record<string, Json> = {}) =>
  new Trial(adapter, { 'hostile.deed': deed, 'hostile.url': url, ...values });

const deliver = (message: Json, attachments = [] as ReturnType<typeof attachment>[]): Question => ({
  call: 'deliver',
  delivery: delivery({ message, attachments }),
});

test('a hostile package reaches nothing, and leaves nothing behind in this process', async () => {
  answer = (_, response) => response.end('ok');
  const sockets = createSocketServer((socket) => socket.end());
  const socketFile = join(temporary, 'socket');
  await new Promise<void>((resolve) => sockets.listen(socketFile, resolve));
  const places = { secretFile: join(temporary, 'secret'), port: Number(new URL(url).port), socketFile };
  const answered = (await trial('tryAll').attempt({}, deliver(places))) as { receipt?: Record<string, string> };
  sockets.close();
  expect(answered).toMatchObject({ kind: 'delivered' });
  const { environment, own, ...ways } = answered.receipt!;
  expect([environment, own]).toEqual(['', true]);
  expect(Object.entries(ways).filter(([, end]) => String(end).startsWith('REACHED'))).toEqual([]);
  expect(Object.keys(ways).length).toBeGreaterThan(15);
  expect(received).toEqual([]);
  expect(['polluted' in {}, 'hostile' in globalThis]).toEqual([false, false]);
});

closedNetwork('the system itself closes the network to its process', () => {
  const [command = '', ...args] = networkLock();
  const code = `require('net').connect(${new URL(url).port}, '127.0.0.1').on('connect', () => process.exit(7))`;
  expect(spawnSync(command, [...args, process.execPath, '-e', code]).stderr.toString()).toContain('ENETUNREACH');
});

test('the manifest crosses as data, and only its own process judges values', async () => {
  const definitions = defineParameters([adapter], openProcesses());
  const of = (name: string) => definitions.matching(name, '*')[0]!;
  expect(of('hostile.key')).toMatchObject({ secret: true, required: false, description: 'Schlüssel' });
  expect(of('hostile.deed')).toMatchObject({ required: true, jsonSchema: { type: 'string' } });
  expect(of('hostile.slow')).toMatchObject({ default: 'a', jsonSchema: { pattern: '^(a+)+$' } });
  expect(of('hostile.slow').schema.safeParse(`${'a'.repeat(60)}!`).success).toBe(true); // the pattern is not run here
  expect(await of('hostile.key').judge!('abc')).toMatchObject([{ message: 'Nur gerade' }]);
  expect(await faultsOf(adapter, 'key', 'ab')).toEqual([]);
  const values = { 'hostile.deed': 'x', 'hostile.url': url, 'hostile.host': 'a.example:22', 'hostile.key': 'abcd' };
  const hosts = new Map([
    [new URL(url).host, 'hostile.url'],
    ['a.example:22', 'hostile.host'],
  ]);
  expect(await bind(adapter, values)).toMatchObject({ hosts, secrets: ['abcd'] });
  expect(await bind(adapter, { ...values, 'hostile.key': 'abc' })).toMatchObject({ parameter: 'hostile.key' });
  expect(await bind(adapter, {})).toEqual({ parameter: 'hostile.deed', message: 'Dieser Parameter fehlt.' });
});

test.each([
  ['rubbish', 'later'],
  ['elsewhere', 'later'],
  ['nonsense', 'later'],
  ['tooLarge', 'later'],
  ['flood', 'later'],
  ['die', 'later'],
  ['sendAndDie', 'unknown'],
  ['lie', 'unknown'],
])('P1 „%s“ ends as %s, and the next call is answered', async (deed, kind) => {
  answer = (_, response) => (deed === 'lie' ? response.destroy() : response.end());
  expect(await trial(deed).attempt({ deadline: soon(8_000) })).toMatchObject({ kind });
  expect(await trial('rubbish').check()).toMatchObject([{ ok: false }]);
});

test('P1 an endless loop ends with its process at the deadline; a call that only never ends does not', async () => {
  const before = fence().pid;
  expect(await trial('never').attempt({ deadline: soon(200) })).toMatchObject({ kind: 'later' });
  await trial('rubbish').attempt();
  expect(fence().pid).toBe(before);
  const looping = trial('loop');
  expect(await looping.attempt({ deadline: soon(200) })).toMatchObject({ kind: 'later' });
  await trial('rubbish').attempt(); // waits in the same process, until that dies
  expect(await trial('rubbish').attempt()).toMatchObject({ kind: 'later' });
  expect(fence().pid).not.toBe(before);
});

test('P2 a process that is killed while it delivers leaves doubt, and the next attempt has a new one', async () => {
  const { pid } = fence();
  answer = () => process.kill(pid!, 'SIGKILL');
  const held = trial('hold');
  expect(await held.attempt()).toMatchObject({ kind: 'unknown' });
  answer = (_, response) => response.end();
  expect(await held.attempt()).toMatchObject({ kind: 'delivered', externalReference: '200' });
});

test('abort goes in: a call that is stopped ends there as well', async () => {
  const stop = new AbortController();
  const waiting = trial('untilAborted');
  const ended = waiting.attempt({ signal: stop.signal });
  await trial('rubbish').attempt();
  stop.abort();
  expect(await ended).toMatchObject({ kind: 'later', reason: { detail: 'stopped' } });
  expect(await waiting.idle()).toBe(true);
});

test('an attachment of 5 MB passes in pieces, and whole only where that is asked for', async () => {
  const content = Buffer.alloc(5 * 1024 * 1024, 'äöü');
  answer = (request, response) => request.on('end', () => response.end());
  const passed = await trial('pass').attempt({}, deliver({}, [attachment('plan.pdf', content)]));
  expect(passed).toMatchObject({ kind: 'delivered', externalReference: `200 ${content.length} ${256 * 1024}` });
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(hash(await received[0]!)).toBe(hash(content));
});

test('connections, the clock, and what has no promise are the parent’s', async () => {
  const echo = createSocketServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const { port } = echo.address() as AddressInfo;
  const now = new Date('2030-01-01T00:00:00Z');
  const values = { 'hostile.host': `127.0.0.1:${port}` };
  const deadline = new Date(now.getTime() + 5_000);
  const used = await trial('use', values).attempt({ now: () => now, deadline }, deliver({ port }));
  echo.close();
  expect(used).toMatchObject({
    externalReference: expect.stringMatching(/^hallo 2030-01-01T00:00:00.000Z \d+ false$/),
  });
});

test('without a lock for the network each start says so, and production refuses unless it is allowed', () => {
  const said: string[] = [];
  const enter = (environment: Record<string, string>) =>
    enterFence(
      readSettings({ ADAPTER_PACKAGES: './x', ...environment }),
      (sentence) => said.push(sentence),
      () => [],
    );
  enter({});
  enter({ STAGE: 'production', FENCE_WITHOUT_NETWORK_LOCK: 'on' });
  enter({ STAGE: 'production', ADAPTER_PACKAGES: '' });
  expect(said).toEqual([expect.stringMatching(/^Zaun ohne Netzsperre/), expect.stringMatching(/^Zaun ohne/)]);
  expect(() => enter({ STAGE: 'production' })).toThrow('FENCE_WITHOUT_NETWORK_LOCK');
});
