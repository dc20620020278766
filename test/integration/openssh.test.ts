import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { fingerprintOf, newKey } from '#adapters/kit/sftp.js';
import { freePort } from '#launch/ports.js';
import type { Json } from '#submission/vocabulary.js';
import { attachment, delivery } from '../contract/samples.js';
import { soon, Trial } from '../contract/trial.js';
import { openCut } from '../kit/cut.js';
import { eventually } from '../kit/processes.js';

const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((file) => existsSync(file));
const adapter = (await loadAdapters()).get('file-drop')!;
const [host, client, stranger] = [newKey(), newKey(), newKey()];

if (!sshd) test.skip('SFTP against OpenSSH: skipped, because sshd is not installed (Debian: openssh-server)', () => {});

(sshd ? describe : describe.skip)('SFTP against a real OpenSSH server', () => {
  let home: string;
  let server: ChildProcess;
  let port: number;
  let serverLog = '';
  const folder = () => join(home, 'ablage');

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'openssh-'));
    port = await freePort();
    const file = (name: string, text: string) => {
      writeFileSync(join(home, name), text, { mode: 0o600 });
      return join(home, name);
    };
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host', host.private)}`,
      `AuthorizedKeysFile ${file('keys', `${client.public}\n`)}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PidFile none',
      'MaxStartups 100',
      'Subsystem sftp internal-sftp',
    ];
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true }); // what the Debian service does
    server = spawn(sshd!, ['-D', '-e', '-f', file('config', `${config.join('\n')}\n`)]);
    server.stderr!.on('data', (text) => {
      serverLog += text;
    });
    await eventually('sshd listens', () => {
      if (server.exitCode !== null) throw new Error(serverLog);
      return serverLog.includes('Server listening');
    });
  });
  afterAll(async () => {
    const gone = once(server, 'exit');
    server.kill();
    await gone;
    rmSync(home, { recursive: true });
  });
  beforeEach(() => mkdirSync(folder()));
  afterEach(() => rmSync(folder(), { recursive: true }));

  const trial = (values: Record<string, Json> = {}) =>
    new Trial(adapter, {
      'file-drop.place': 'sftp',
      'file-drop.host': '127.0.0.1',
      'file-drop.port': port,
      'file-drop.fingerprint': fingerprintOf(host.private),
      'file-drop.privateKey': client.private,
      'file-drop.user': userInfo().username,
      'file-drop.directory': folder(),
      ...values,
    });
  const names = () => readdirSync(folder()).sort();
  const complete = (key: string) => [`.${key}.sent`, `${key}.json`, `${key}_1.pdf`];

  test('P2 delivers, and the same key twice is one message', async () => {
    const one = trial();
    expect((await one.check()).filter(({ ok }) => !ok)).toEqual([]);
    expect(names()).toEqual([]);
    expect(await one.attempt()).toMatchObject({ kind: 'delivered' });
    await Promise.all([one.attempt(), one.attempt()]);
    expect(names()).toEqual(complete(one.key));
    expect(readFileSync(join(folder(), `${one.key}_1.pdf`), 'utf8')).toBe('ein Anhang');
    expect(await one.find()).toMatchObject({ kind: 'delivered' });
  });

  test('P2 renames over what stands there under that name, as OpenSSH’s extension does', async () => {
    const one = trial();
    writeFileSync(join(folder(), `${one.key}.json`), 'alt');
    expect(await one.attempt()).toMatchObject({ kind: 'delivered' });
    expect(readFileSync(join(folder(), `${one.key}.json`), 'utf8')).not.toBe('alt');
  });

  test('P3 a host that shows another key is told nothing, and the parameter is named', async () => {
    const wrong = trial({ 'file-drop.fingerprint': fingerprintOf(stranger.private) });
    const blamed = { parameter: 'file-drop.fingerprint' };
    serverLog = '';
    expect(await wrong.attempt()).toMatchObject({ kind: 'misconfigured', ...blamed });
    expect((await wrong.check()).at(-1)).toMatchObject({ step: 'hostKey', ok: false, ...blamed });
    expect(serverLog).not.toContain('Accepted');
    expect(names()).toEqual([]);
  });

  test('an unknown key and a directory that is missing are named', async () => {
    expect(await trial({ 'file-drop.privateKey': stranger.private }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: 'file-drop.privateKey',
    });
    expect(await trial({ 'file-drop.directory': join(folder(), 'nirgends') }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: 'file-drop.directory',
    });
  });

  test('P2 wherever the connection is cut, what resumes ends with one complete message', async () => {
    const bytes = Buffer.alloc(300_000, 'ä');
    const question = {
      call: 'deliver' as const,
      delivery: delivery({ attachments: [attachment('nachweis.pdf', bytes)] }),
    };
    const whole = await openCut(port, Number.POSITIVE_INFINITY);
    await trial({ 'file-drop.port': whole.port }).attempt({}, question);
    await whole.close();
    const kinds = new Set<string>();
    for (let part = 1; part <= 24; part++) {
      for (const name of names()) rmSync(join(folder(), name));
      const one = trial();
      one.question = question;
      // the last commands are the small ones: there the cuts lie closer together
      const cut = await openCut(port, part <= 8 ? (whole.passed() * part) / 9 : whole.passed() - (24 - part) * 60 - 1);
      const values = { ...one.values, 'file-drop.port': cut.port };
      kinds.add((await one.attempt({ values, deadline: soon(5_000) })).kind);
      await cut.close();
      expect([part, await one.resume()]).toMatchObject([part, { kind: 'delivered' }]);
      expect(names()).toEqual(complete(one.key));
      expect(readFileSync(join(folder(), `${one.key}_1.pdf`)).equals(bytes)).toBe(true);
    }
    expect([...kinds]).toContain('unknown');
  }, 60_000);
});
