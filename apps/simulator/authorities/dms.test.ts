import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { surroundings } from '#adapter-host/surroundings.js';
import { adapter } from '#adapters/xdomea/adapter.js';
import { freePort } from '#launch/ports.js';
import { readSettings, type Settings } from '#settings/settings.js';
import type { Json } from '#submission/vocabulary.js';
import { openLog } from '#telemetry/log.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { Trial } from '../../../test/contract/trial.js';
import { corpusFolder } from '../../../test/corpus.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { startSimulator } from '../simulator.js';
import { confirmed } from './dms.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? test : test.skip;
const ars = '081155002000';

let home: string;
let settings: Settings;
let simulator: { close(): Promise<void> };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dms-'));
  settings = readSettings({
    STELLWERK_HOME: home,
    SIMULATOR_PORT: String(await freePort()),
    ...anyPorts,
    ...(existsSync(corpus) && { XOEV_SCHEMAS: corpus }),
  });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
});
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});

const place = {
  /** Where the simulator keeps what the DMS gets. */
  get folder() {
    return join(home, 'simulator', 'dms', ars);
  },
};
const get = async (path: string) => (await fetch(`${settings.simulatorUrl}/control/${path}`)).json();
const fault = (body: object) =>
  fetch(`${settings.simulatorUrl}/control/faults/dms`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const keys = async () => ((await get('effects/dms')) as { idempotencyKey: string }[]).map((e) => e.idempotencyKey);

const common = { 'xdomea.sender': 'GVV', 'xdomea.recipient': 'DMS', 'xdomea.user': `dms-${ars}` };
async function sftp(): Promise<Record<string, Json>> {
  const values = (await get('development')) as Record<string, Json>;
  return {
    ...common,
    'xdomea.place': 'sftp',
    'xdomea.host': values['sftpHost']!,
    'xdomea.port': values['sftpPort']!,
    'xdomea.fingerprint': values['sftpFingerprint']!,
    'xdomea.privateKey': values['sftpKey']!,
    'xdomea.returns': '.',
  };
}
const webdav = async (): Promise<Record<string, Json>> => {
  const url = `${settings.simulatorUrl}/webdav/${ars}/`;
  return {
    ...common,
    'xdomea.place': 'webdav',
    'xdomea.url': url,
    'xdomea.password': 'ablage-dev-kennwort',
    'xdomea.returns': url.replace('127.0.0.1', 'localhost'), // another host, as far as names go
  };
};

describe.each([
  ['SFTP', sftp],
  ['WebDAV', webdav],
])('the DMS of the simulator over %s', (_, values) => {
  let trial: Trial;
  beforeEach(async () => {
    await fault({ mode: 'none' });
    trial = new Trial(adapter, await values());
    trial.surroundings = surroundings(settings, '081110000000');
  });

  test('P2 files a submission once, and confirms', async () => {
    expect((await trial.check()).filter(({ ok }) => !ok)).toEqual([]);
    expect(await trial.attempt()).toMatchObject({ kind: 'pending' });
    expect(await trial.attempt()).toMatchObject({ kind: 'pending' });
    expect(await trial.status(trial.key)).toMatchObject({ kind: 'delivered' });
    expect((await keys()).filter((key) => key === trial.key)).toHaveLength(1);
  });

  test('that may not file says so, the task is rejected, and a replay is filed once it may', async () => {
    await fault({ mode: 'reject' });
    await trial.attempt();
    expect(await trial.status(trial.key)).toMatchObject({
      kind: 'rejected',
      reasons: [{ public: 'Das DMS erlaubt die Ablage nicht.' }],
    });
    expect(await keys()).not.toContain(trial.key);
    await fault({ mode: 'none' });
    trial.checkpoints.clear();
    const again = await trial.attempt();
    const second = again.kind === 'pending' ? again.externalReference : '';
    expect(await trial.status(second)).toMatchObject({ kind: 'delivered' });
    expect((await keys()).filter((key) => key === second)).toHaveLength(1);
  });

  test('P2 that gets a process a second time says that it has it', async () => {
    await trial.attempt();
    const { folder } = place;
    const confirmation = join(folder, `${trial.key}_FVDaten.ImportBestaetigen.0630.xml`);
    for (const file of [join(folder, `.${trial.key}.sent`), confirmation]) rmSync(file);
    expect(await trial.attempt()).toMatchObject({ kind: 'pending' });
    expect(readFileSync(confirmation, 'utf8')).toContain('0000009');
    expect(await trial.status(trial.key)).toMatchObject({ kind: 'delivered' });
    expect((await keys()).filter((key) => key === trial.key)).toHaveLength(1);
  });

  test('that has not yet confirmed is asked again', async () => {
    await fault({ mode: 'commit-then-hang' });
    await trial.attempt();
    expect(await trial.status(trial.key)).toMatchObject({ kind: 'pending' });
    expect(await keys()).toContain(trial.key);
  });
});

test('a folder of confirmations need not be writable', async () => {
  const trial = new Trial(adapter, { ...(await sftp()), 'xdomea.returns': 'zurueck' });
  trial.surroundings = surroundings(settings, '081110000000');
  await trial.attempt();
  mkdirSync(join(place.folder, 'zurueck'), { mode: 0o555 });
  expect((await trial.check()).filter(({ ok }) => !ok)).toEqual([]);
});

withCorpus('its confirmation is valid by the XSD', () => {
  const xml = confirmed('8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b10', '0000000');
  expect(openSchemas(corpus).validate(Buffer.from(xml))).toMatchObject({ kind: 'valid' });
});
