import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { secretsKey } from '#launch/key.js';
import { rotateKeys, secretsByKey } from '#operator/rotate-keys.js';
import { defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import { Keyring, keyringOf } from '#parameters/keyring.js';
import { SecretUnreadable, seal, unseal } from '#parameters/secrets.js';
import { sealedFor } from '#pipeline/inform.js';
import { openProcesses } from '#processes/load.js';
import { root } from '#settings/root.js';
import { keyOf } from '#store/contents.js';
import { type Database, openDatabase } from '#store/database.js';
import { appendVersions } from '#store/parameters.js';
import { readCallback, saveCallback } from '#store/sql/inform.js';
import { seedTask } from '../kit/seeds.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';
import { adapterOf, openWay } from '../kit/way.js';

const ars = '081110000000';
const leistung = '99102013104000';

let lent: TestResource;
let db: Database;
let STELLWERK_HOME: string;

beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 2 });
  STELLWERK_HOME = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterAll(async () => {
  await db.close();
  await lent.drop();
  rmSync(STELLWERK_HOME, { recursive: true });
});

async function addSecret(keys: Keyring | Buffer, name: string, value: string): Promise<void> {
  const where = { region: ars, leistung: '*', name };
  const said = { validFrom: db.now(), author: 'test', reason: 'Test' };
  await appendVersions(db, [{ ...where, sealed: seal(keys, where, value), ...said }], db.now());
}

function stellwerk(...args: string[]): Promise<{ code: number; out: string }> {
  return stellwerkIn(STELLWERK_HOME, ...args);
}

function stellwerkIn(STELLWERK_HOME: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const env = { STELLWERK_HOME, DATABASE_URL: lent.url };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'dist/apps/cli/main.js'), ...args], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    );
  });
}

describe('P3 keys for secrets', () => {
  test('change while everything runs: who has opened them before reads on, and writes under the new one', async () => {
    const keys = secretsKey({ STELLWERK_HOME }); // as an application holds it
    const before = keys.current;
    const definitions = defineParameters([...(await loadAdapters()).values()], openProcesses());
    const parameters = openParameters({ db, key: keys, definitions });
    const values = async () => parameters.values(await parameters.effective({ ars, leistung }), 'rest');
    await addSecret(keys, 'rest.token', 'alt');
    for (let n = 0; n < 4; n++) await addSecret(keys, 'mail.password', `geheim ${n}`);
    const secret = seal(keys, sealedFor('service-bw'), 'portal');
    await saveCallback(db, { client: 'service-bw', url: 'https://portal.example', secret, at: db.now() });
    const store = { ...db, keys };
    const submissions = await Promise.all([1, 2, 3].map(() => seedTask(store)));
    const place = { kind: 'sent', name: '1' } as const;
    const held = await keyOf(store, submissions[0]!.submissionId);
    const sealed = held.sealText(place, 'Antrag');
    expect(await values()).toMatchObject({ 'rest.token': 'alt' });

    const { code, out } = await stellwerk('keys', 'rotate');
    expect([code, out]).toEqual([0, expect.stringContaining('6 Geheimnisse neu verschlüsselt')]);
    expect(out).toContain('dazu die Schlüssel von 3 Anträgen');
    expect(out).toMatch(new RegExp(`${keys.current.id}.* 6 .* 3 [^]*${before.id}.* 0 .* 0 `));
    expect((await keyOf(store, held.submissionId)).openText(place, sealed)).toBe('Antrag');
    const newOnly = { ...db, keys: new Keyring(() => [keys.current]) };
    expect((await keyOf(newOnly, held.submissionId)).openText(place, sealed)).toBe('Antrag');
    expect(keys.current.id).not.toBe(before.id);
    expect(Object.fromEntries(await secretsByKey(db))).toEqual({ [keys.current.id]: 6 });
    expect(await values()).toMatchObject({ 'rest.token': 'alt' });
    const callback = await readCallback(db, { client: 'service-bw' });
    expect(unseal(keys, sealedFor('service-bw'), callback!.secret)).toBe('portal');
    await addSecret(keys, 'rest.token', 'neu');
    expect(await values()).toMatchObject({ 'rest.token': 'neu' });
  });

  test('change in batches, and a secret that no key opens is named and left alone', async () => {
    await addSecret(randomBytes(32), 'xta.clientKey', 'unbekannt');
    const all = secretsKey({ STELLWERK_HOME }).all;
    const turned = new Keyring(() => [...all].reverse());
    await seedTask({ ...db, keys: keyringOf(randomBytes(32)) });
    const { unreadable, ...counts } = await rotateKeys({ db, keys: turned, batch: 2 });
    expect(counts).toEqual({ count: 7, submissions: 3, unreadableSubmissions: 1 });
    expect(unreadable).toEqual([{ region: ars, leistung: '*', name: 'xta.clientKey' }]);
    const { code, out } = await stellwerk('keys', 'rotate');
    expect([code, out]).toEqual([1, expect.stringContaining('xta.clientKey')]);
    expect(out).toContain('Nicht lesbar und unverändert: Anträge (1)');
  });

  test('are not made by who only asks for them', async () => {
    const home = join(STELLWERK_HOME, 'elsewhere');
    for (const command of ['list', 'rotate'])
      expect(await stellwerkIn(home, 'keys', command)).toEqual({
        code: 1,
        out: expect.stringContaining('Hier gibt es keinen Schlüssel'),
      });
    expect(existsSync(join(home, 'key'))).toBe(false);
  });

  test('the owner may put a secret under another key, and change nothing else of a parameter', async () => {
    const update = (change: string) => db.query(`update parameter set ${change}`);
    for (const change of [
      'reason = reason || 1',
      'secret = null',
      `value = '1', secret = null`,
      'version_id = default',
    ])
      await expect(update(change)).rejects.toThrow(/never changed|version_id/);
    expect((await update(`secret = secret || '\\x00'`)).rowCount).toBeGreaterThan(0);
    await db.query('update parameter set secret = substring(secret for length(secret) - 1)');
  });
});

test('an unreadable secret stops its own adapter only, and stands by its name at the lane', async () => {
  const way = await openWay([adapterOf()]);
  const closed = new SecretUnreadable('target.token');
  way.worker.parameters.values = (_, adapter) => {
    if (adapter === 'target') throw closed;
    return {};
  };
  await way.accept();
  await way.round();
  expect(await way.lane()).toMatchObject({
    state: 'closed',
    why: 'misconfigured',
    parameter: 'target.token',
    reason: closed.message,
  });
  way.advance(60_000);
  await way.sweep();
  expect(await way.lane()).toMatchObject({ state: 'closed', probes: 1, parameter: 'target.token' });
  await way.close();
});
