import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Agent, fetch as fetchWith } from 'undici';
import { freePort } from '#launch/ports.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { stellwerkClient } from '../portal/clients.js';
import { tokenSource } from '../portal/token.js';
import { startSimulator } from '../simulator.js';

const xml = '<Hundesteueranmeldung antrag="s-1"><Gemeinde ars="084210000000"/></Hundesteueranmeldung>';

let home: string;
let settings: Settings;
let simulator: { close(): Promise<void> };
let values: Record<string, string>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tls-door-'));
  settings = readSettings({ STELLWERK_HOME: home, ...anyPorts, SIMULATOR_PORT: String(await freePort()) });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
  values = (await (await fetch(`${settings.simulatorUrl}/control/development`)).json()) as Record<string, string>;
});
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});

async function put(key: string, { client = stellwerkClient.name, certificate = true, body = xml } = {}) {
  const { ca, clientCertificate: cert, clientKey } = values as Record<string, string>;
  const connect = { ca: ca!, ...(certificate && { cert: cert!, key: clientKey! }) };
  const dispatcher = new Agent({ connect });
  const form = new FormData();
  form.append('vorgang', body);
  const encoded = new Response(form);
  const answer = await fetchWith(`${values['tlsUrl']}/fachverfahren/084210000000/vorgaenge/${key}`, {
    method: 'PUT',
    dispatcher,
    headers: {
      authorization: `Bearer ${await tokenSource(settings.issuer, client)()}`,
      'content-type': encoded.headers.get('content-type')!,
    },
    body: await encoded.text(),
  });
  const text = await answer.text();
  await dispatcher.close();
  return [answer.status, text];
}

test('takes a key once, with certificate and token', async () => {
  expect(await put('k-1')).toEqual([201, '{"vorgang":{"nummer":"VG-k-1"}}']);
  expect(await put('k-1')).toEqual([409, expect.anything()]); // another boundary is another content
  const effects = await fetch(`${settings.simulatorUrl}/control/effects/steuer`);
  expect(await effects.json()).toMatchObject([{ submissionId: 's-1', idempotencyKey: 'k-1', ars: '084210000000' }]);
});

test('turns away who has no certificate, or only a token that was made for Stellwerk', async () => {
  expect(await put('k-2', { certificate: false })).toEqual([
    400,
    expect.stringContaining('No required SSL certificate'),
  ]);
  expect(await put('k-2', { client: 'service-bw' })).toEqual([401, expect.anything()]);
});

test('refuses what is no Hundesteueranmeldung', async () => {
  for (const body of ['', '<a/>', `<!DOCTYPE a>${xml}`, xml.slice(5)])
    expect(await put('k-3', { body })).toEqual([400, expect.stringContaining('keine Hundesteueranmeldung')]);
});
