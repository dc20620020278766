import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { freePort } from '#launch/ports.js';
import { readSettings, type Settings } from '#settings/settings.js';
import type { Json } from '#submission/vocabulary.js';
import { openLog } from '#telemetry/log.js';
import { soon, Trial } from '../../../test/contract/trial.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { startSimulator } from '../simulator.js';

const adapter = (await loadAdapters()).get('file-drop')!;
let home: string;
let settings: Settings;
let simulator: { close(): Promise<void> };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ablage-'));
  settings = readSettings({
    STELLWERK_HOME: home,
    ...anyPorts,
    SIMULATOR_PORT: String(await freePort()),
    ADAPTER_PACKAGES: playing(join(home, 'paket')),
  });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
});
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});

/** A package whose fake speaks XML. */
function playing(folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "stellwerk-adapter-xml", "type": "module" }');
  const fake =
    'export const answer = ({ body }, effects) => (effects.push(String(body.length)), ' +
    "{ status: 201, headers: { 'content-type': 'text/xml' }, text: '<ok/>' });";
  writeFileSync(join(folder, 'fake.js'), fake);
  return folder;
}

const ars = '081210000000';
const get = async (path: string) => (await fetch(`${settings.simulatorUrl}/control/${path}`)).json();
const fault = (body: object) =>
  fetch(`${settings.simulatorUrl}/control/faults/ablage`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const keys = async () => ((await get('effects/ablage')) as { idempotencyKey: string }[]).map((e) => e.idempotencyKey);

async function sftp(login: 'key' | 'password'): Promise<Record<string, Json>> {
  const values = (await get('development')) as Record<string, Json>;
  return {
    'file-drop.place': 'sftp',
    'file-drop.host': values['sftpHost']!,
    'file-drop.port': values['sftpPort']!,
    'file-drop.fingerprint': values['sftpFingerprint']!,
    'file-drop.user': `ablage-${ars}`,
    ...(login === 'key'
      ? { 'file-drop.privateKey': values['sftpKey']! }
      : { 'file-drop.password': 'ablage-dev-kennwort' }),
  };
}
const webdav = async (): Promise<Record<string, Json>> => ({
  'file-drop.place': 'webdav',
  'file-drop.url': `${settings.simulatorUrl}/webdav/${ars}/`,
  'file-drop.user': `ablage-${ars}`,
  'file-drop.password': 'ablage-dev-kennwort',
});

describe.each([
  ['SFTP with a key', () => sftp('key')],
  ['SFTP with a password', () => sftp('password')],
  ['WebDAV', webdav],
])('the simulated file server over %s', (_, values) => {
  let trial: Trial;
  beforeEach(async () => {
    await fault({ mode: 'none' });
    trial = new Trial(adapter, await values());
  });

  test('takes a delivery as one effect, and lets the connection be tested', async () => {
    expect((await trial.check()).filter(({ ok }) => !ok)).toEqual([]);
    expect(await trial.attempt()).toMatchObject({ kind: 'delivered' });
    expect(await trial.attempt()).toMatchObject({ kind: 'delivered' });
    expect((await keys()).filter((key) => key === trial.key)).toHaveLength(1);
    const there = readdirSync(join(home, 'simulator', 'ablage', ars)).filter((name) => name.includes(trial.key));
    expect(there.sort()).toEqual([`.${trial.key}.sent`, `${trial.key}.json`, `${trial.key}_1.pdf`]);
  });

  test.each([
    ['down', 'unknown'],
    ['busy', 'later'],
    ['reject', 'misconfigured'],
    ['commit-then-hang', 'unknown'],
    ['commit-then-fail', 'unknown or later'],
  ])('with the fault %s the next delivery is %s, and then one effect', async (mode, kind) => {
    await fault({ mode, for: 1, ars });
    expect(kind).toContain((await trial.attempt({ deadline: soon(700) })).kind);
    expect(await trial.resume()).toMatchObject({ kind: 'delivered' });
    expect((await keys()).filter((key) => key === trial.key)).toHaveLength(1);
  });

  test('with the fault unauthorized nobody gets in', async () => {
    await fault({ mode: 'unauthorized', ars });
    expect((await trial.check()).at(-1)).toMatchObject({ step: 'authenticate', ok: false });
  });
});

test('what an adapter brings along is played in its own words, also where it speaks no JSON', async () => {
  const submissionId = '00000000-0000-4000-8000-000000000001';
  for (const [method, type] of [
    ['POST', 'text/xml; charset=utf-8'],
    ['PUT', 'application/pdf'],
  ] as const) {
    const body = `<SubmissionId>${submissionId}</SubmissionId><Ars>${ars}</Ars>${method}`;
    const answer = await fetch(`${settings.simulatorUrl}/fakes/xml/x`, {
      method,
      headers: { 'content-type': type },
      body,
    });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      201,
      'text/xml',
      '<ok/>',
    ]);
    const [effect] = ((await get('effects/fakes')) as object[]).slice(-1);
    expect(effect).toMatchObject({ submissionId, ars, idempotencyKey: String(body.length) });
  }
});
