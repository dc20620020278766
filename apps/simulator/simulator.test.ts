import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { authenticate } from '#access/authenticate.js';
import { freePort } from '#launch/ports.js';
import { signatureOf } from '#pipeline/inform.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { developmentSecret } from '#settings/stage.js';
import { openLog } from '#telemetry/log.js';
import { anyPorts } from '../../test/kit/any-ports.js';
import { listen } from '../../test/kit/listen.js';
import { callbackSecret, clients } from './portal/clients.js';
import { tokenSource } from './portal/token.js';
import { startSimulator } from './simulator.js';

let home: string;
let settings: Settings;
let url: string;
/** Knows everybody by the same pseudonym. */
const consoleApp = createServer((_, response) => response.end(JSON.stringify({ person: 'e'.repeat(64) })));
let simulator: { close(): Promise<void> };
const start = () => startSimulator(settings, openLog('simulator', 'silent'));

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'simulator-'));
  settings = readSettings({
    STELLWERK_HOME: home,
    CONSOLE_URL: `http://127.0.0.1:${await listen(consoleApp)}`,
    ...anyPorts,
    SIMULATOR_PORT: String(await freePort()),
  });
  url = settings.simulatorUrl;
  simulator = await start();
});
afterAll(async () => {
  await simulator.close();
  consoleApp.close();
  rmSync(home, { recursive: true });
});

const steuer = 'Bearer steuer-dev-token';
const json = { 'content-type': 'application/json' };
const fault = (body: object, system = 'steuer') =>
  fetch(`${url}/control/faults/${system}`, { method: 'PUT', headers: json, body: JSON.stringify(body) });
const deliver = (key: string, { ars = '081110000000', path = '/steuer/deliveries', wait = 5_000 } = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { ...json, authorization: steuer, 'idempotency-key': key },
    body: JSON.stringify({ submissionId: `s-${key}`, ars }),
    signal: AbortSignal.timeout(wait),
  }).then(
    (answer) => answer.status,
    () => 'no answer',
  );
const find = async (key: string, path = '/steuer/deliveries') =>
  (await fetch(`${url}${path}/${key}`, { headers: { authorization: steuer } })).status;
const keys = async () =>
  ((await (await fetch(`${url}/control/effects/steuer`)).json()) as { idempotencyKey: string }[]).map(
    (effect) => effect.idempotencyKey,
  );

describe('identity', () => {
  test.each(clients)(
    '$name gets a token that Stellwerk understands',
    async ({ name, role, regions, adapters = [], person }) => {
      const token = await tokenSource(settings.issuer, name)();
      const principal = await authenticate(`Bearer ${token}`, {
        issuer: settings.issuer,
        audience: settings.OIDC_AUDIENCE,
        types: ['at+jwt'],
        longestLifetime: 3600,
        developmentClients: true,
      });
      const scopes = role === 'portal' ? ['submissions'] : [];
      const pseudonym = person && { person: 'e'.repeat(64) };
      expect(principal).toEqual({ client: name, role, regions, adapters, scopes, ...pseudonym });
      const { exp, iat } = decodeJwt(token);
      expect(exp! - iat!).toBe(3600);
    },
  );

  test('takes the secret in the body too, and refuses a wrong one', async () => {
    const ask = (secret: string) =>
      fetch(`${settings.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'operator', client_secret: secret }),
      });
    expect((await ask(developmentSecret('operator'))).status).toBe(200);
    expect((await ask('guessed')).status).toBe(401);
  });
});

describe('steuer', () => {
  beforeEach(() => fault({ mode: 'none' }));

  test('takes a key once, finds it, and refuses a stranger', async () => {
    expect([await deliver('once'), await deliver('once'), await find('once'), await find('never')]).toEqual([
      201, 200, 200, 404,
    ]);
    expect((await keys()).filter((key) => key === 'once')).toHaveLength(1);
    expect((await fetch(`${url}/steuer/deliveries/once`)).status).toBe(401);
  });

  test.each([
    ['down', 'no answer', 404],
    ['busy', 503, 404],
    ['reject', 422, 404],
    ['garbage', 200, 404],
    ['unauthorized', 401, 404],
    ['commit-then-hang', 'no answer', 200],
    ['commit-then-fail', 502, 200],
  ])('with the fault %s the next delivery gets %s, and is there afterwards: %i', async (mode, status, there) => {
    await fault({ mode, for: 1 });
    const key = `fault-${mode}`;
    expect(await deliver(key, { wait: 700 })).toBe(status);
    expect(await find(key)).toBe(there);
    expect(await deliver(key)).toBe(there === 200 ? 200 : 201);
  });

  test('a fault can be one municipality’s alone, whose own address then fails as a whole', async () => {
    await fault({ mode: 'busy', ars: '084210000000' });
    expect([await deliver('here'), await deliver('there', { ars: '084210000000' })]).toEqual([201, 503]);
    expect([
      await find('x', '/steuer/084210000000/deliveries'),
      await find('x', '/steuer/081110000000/deliveries'),
    ]).toEqual([503, 404]);
    await fault({ mode: 'none' });
    expect(await deliver('there', { path: '/steuer/084210000000/deliveries', ars: '084210000000' })).toBe(201);
  });

  test('refuses a fault and a system that it does not know', async () => {
    expect([(await fault({ mode: 'tired' })).status, (await fault({ mode: 'down' }, 'bauamt')).status]).toEqual([
      400, 404,
    ]);
  });

  test('keeps effects over a restart, not faults', async () => {
    await deliver('kept');
    const before = await keys();
    await fault({ mode: 'down' });
    await simulator.close();
    simulator = await start();
    expect(await keys()).toEqual(before);
    expect(await deliver('kept')).toBe(200);
  });
});

test('the tax office answers when it is asked, the same each time', async () => {
  const plan = (body: object) =>
    fetch(`${url}/control/replies/steuer`, { method: 'PUT', headers: json, body: JSON.stringify(body) });
  const ask = async () =>
    (await (
      await fetch(`${url}/steuer/081110000000/deliveries/STEUER-key-ends-like-this/status`, {
        headers: { authorization: steuer },
      })
    ).json()) as { status: string; replies: { status: string; documents: { contentBase64: string }[] }[] };
  await deliver('a-key-of-eighteen-signs-and-more-that-key-ends-like-this');
  expect(await ask()).toEqual({ status: 'delivered', replies: [] });
  await plan({ mode: 'poll', afterSeconds: 3600, ars: '081110000000' });
  expect(await ask()).toMatchObject({ status: 'pending', replies: [{ status: 'inBearbeitung' }] });
  await plan({ mode: 'poll', afterSeconds: 0, ars: '081110000000' });
  const said = await ask();
  expect(said).toMatchObject({ status: 'delivered', replies: [{ status: 'inBearbeitung' }, { status: 'bescheid' }] });
  expect(Buffer.from(said.replies[1]!.documents[0]!.contentBase64, 'base64').toString('latin1')).toMatch(
    /^%PDF-.*%%EOF\s*$/s,
  );
  expect(await ask()).toEqual(said);
  expect(await (await plan({ mode: 'off' })).json()).toEqual([]);
});

test('the portal takes only what is signed and fresh', async () => {
  const body = JSON.stringify({ type: 'urn:stellwerk:callback:test', submissions: [] });
  const call = async (headers: Record<string, string>, sent = body) =>
    (await fetch(`${url}/portal/callback`, { method: 'POST', headers: { ...json, ...headers }, body: sent })).status;
  const now = signatureOf(body, callbackSecret, new Date());
  expect(await call(now)).toBe(204);
  expect(await call(now, `${body} `)).toBe(401);
  expect(await call(signatureOf(body, `${callbackSecret}x`, new Date()))).toBe(401);
  expect(await call(signatureOf(body, callbackSecret, new Date(Date.now() - 301_000)))).toBe(401);
  expect(await call({})).toBe(401);
  expect(await (await fetch(`${url}/portal/callbacks`)).json()).toMatchObject([{ submissions: [] }]);
});

test('the Melderegister knows its people, and tells only what it is asked', async () => {
  const ask = async (familienname: string) =>
    (
      await fetch(`${url}/melderegister/lookup`, {
        method: 'POST',
        headers: { ...json, authorization: 'Bearer melderegister-dev-token' },
        body: JSON.stringify({
          submissionId: 's',
          requestedBy: '081110000000',
          purpose: 'Hundesteuer',
          legalBasis: '§ 34 BMG',
          subject: { familienname, geburtsdatum: '1984-05-12' },
          attributes: ['einzugsdatum'],
        }),
      })
    ).json();
  expect(await ask('MUSTERFRAU')).toEqual({ result: 'found', attributes: { einzugsdatum: '2019-04-01' } });
  expect(await ask('Niemand')).toEqual({ result: 'notFound' });
});
