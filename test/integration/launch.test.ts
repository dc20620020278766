import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Diagnosis } from '#launch/doctor/doctor.js';
import { readJson } from '#launch/json-file.js';
import { freePort } from '#launch/ports.js';
import { identify } from '#launch/servers/process-identity.js';
import { findServer } from '#launch/servers/rabbitmq.js';
import { root } from '#settings/root.js';
import { listen } from '../kit/listen.js';
import { createTestVhost, type TestResource } from '../kit/services.js';
import { anySidePorts } from '../kit/world.js';

/** `stellwerk <command>` as a child process, and what it printed. */
class Terminal {
  output = '';
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;

  constructor(command: string, env: Record<string, string>, args: string[] = []) {
    this.child = spawn(process.execPath, ['bin/stellwerk.mjs', command, ...args], {
      cwd: root,
      env: { ...process.env, STELLWERK_DEMO: 'off', ...env },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
      });
    }
    this.exit = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Resolves when `pattern` has been printed `times` times. */
  async says(pattern: RegExp, timeout = 60_000, times = 1): Promise<void> {
    const all = new RegExp(pattern.source, 'g');
    await until(
      () => (this.output.match(all) ?? []).length >= times || this.child.exitCode !== null,
      timeout,
      () => `"${pattern.source}" in:\n${this.output}`,
    );
    if ((this.output.match(all) ?? []).length < times)
      throw new Error(`ended without "${pattern.source}":\n${this.output}`);
  }
}

const homes: string[] = [];
const vhosts: TestResource[] = [];
const terminals: Terminal[] = [];

afterEach(async () => {
  for (const terminal of terminals.splice(0)) {
    terminal.child.kill('SIGTERM');
    await terminal.exit;
  }
  for (const home of homes.splice(0)) {
    const left = processesOf(home);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    rmSync(home, { recursive: true, force: true });
    expect(left).toEqual([]);
  }
  for (const vhost of vhosts.splice(0)) await vhost.drop();
});

describe('npm start', () => {
  const server = findServer();

  (server ? test : test.skip)(
    'with its own broker and database: lives through a kill, refuses a twin, leaves no process behind',
    async () => {
      const env = await ownEnvironment();
      const first = run('start', env);
      await first.says(/Bereit nach/);
      await first.says(/RabbitMQ ist bereit/);
      const keyBefore = readFileSync(join(env.STELLWERK_HOME, 'key'), 'utf8');

      await until(
        async () => (await doctor(env)).ok,
        30_000,
        () => 'a clean bill of health',
      );
      const { versions, findings: well } = await doctor(env);
      expect(versions['PostgreSQL']).toMatch(/^18/);
      // as none of the database's owner or administrator
      expect(well).toContainEqual(expect.objectContaining({ about: 'Rechte', state: 'ok' }));

      const twin = run('start', env);
      expect(await twin.exit).toBe(1);
      expect(lines(twin)).toEqual([expect.stringMatching(/läuft Stellwerk schon/)]);
      const reset = run('reset', env);
      expect(await reset.exit).toBe(1);
      expect(lines(reset)).toEqual([expect.stringMatching(/läuft Stellwerk schon/)]);

      first.child.kill('SIGKILL');
      await first.exit;
      const second = run('start', env);
      await second.says(/Der vorige Lauf wurde abgebrochen; beendet wurde, was von ihm übrig war: .*PostgreSQL/);
      await second.says(/Bereit nach/);

      second.child.kill('SIGTERM'); // while the broker boots
      const signalled = Date.now();
      expect(await second.exit).toBe(0);
      expect(Date.now() - signalled).toBeLessThan(20_000);
      expect(processesOf(env.STELLWERK_HOME)).toEqual([]);
      expect(readFileSync(join(env.STELLWERK_HOME, 'key'), 'utf8')).toBe(keyBefore);
      expect(existsSync(join(env.STELLWERK_HOME, 'run.json'))).toBe(false);
      const { ok, findings } = await doctor(env);
      expect(ok).toBe(false);
      expect(findings.map(({ about, state }) => [about, state])).toEqual(
        ['Gateway', 'Worker', 'Konsole', 'Simulator', 'PostgreSQL', 'RabbitMQ'].map((about) => [about, 'fault']),
      );
    },
    180_000,
  );

  test('restarts what dies; applications end when their supervisor is killed; reset then empties all', async () => {
    const env = await ownEnvironment({ broker: true });
    const start = run('start', env);
    await start.says(/Bereit nach/);
    process.kill(remembered(env.STELLWERK_HOME, 'gateway'), 'SIGKILL');
    await start.says(/gateway ist unerwartet ausgefallen/);
    await ready(`http://127.0.0.1:${env.GATEWAY_PORT}`);
    process.kill(remembered(env.STELLWERK_HOME, 'PostgreSQL'), 'SIGKILL');
    await start.says(/PostgreSQL ist unerwartet ausgefallen/);
    await ready(`http://127.0.0.1:${env.GATEWAY_PORT}`);

    const gateway = remembered(env.STELLWERK_HOME, 'gateway');
    start.child.kill('SIGKILL');
    await until(
      () => identify(gateway) === undefined,
      20_000,
      () => `process ${gateway} to end`,
    );
    const reset = run('reset', env);
    expect(await reset.exit).toBe(0);
    expect(readdirSync(env.STELLWERK_HOME)).toEqual([]);
  }, 120_000);

  test('a busy port is one sentence that names the port and the setting', async () => {
    const blocker = createServer();
    const port = await listen(blocker);
    const start = run('start', { ...(await ownEnvironment({ broker: true })), CONSOLE_PORT: String(port) });
    expect(await start.exit).toBe(1);
    expect(lines(start)).toEqual([
      `Port ${port} ist belegt: mit CONSOLE_PORT einen anderen wählen oder das andere Programm beenden.`,
    ]);
    blocker.close();
  });

  test.each([
    [
      'nobody listens',
      async () => `postgres://x:y@127.0.0.1:${await freePort()}/z`,
      /Die Datenbank aus DATABASE_URL ist nicht nutzbar: dort antwortet niemand\./,
    ],
    [
      'no address',
      async () => 'postgres://[',
      /Die Datenbank aus DATABASE_URL ist nicht nutzbar: die Adresse ist nicht lesbar\./,
    ],
    [
      'no such database',
      async () => withPath(process.env.TEST_DATABASE_URL!, 'gibt_es_nicht'),
      /Die Datenbank aus DATABASE_URL ist nicht nutzbar: die Datenbank gibt es nicht\./,
    ],
    [
      'wrong password',
      async () => withPassword(process.env.TEST_DATABASE_URL!),
      /Die Datenbank aus DATABASE_URL ist nicht nutzbar: Benutzer oder Passwort stimmen nicht\./,
    ],
  ])('a broken DATABASE_URL is one sentence (%s)', async (_, url, sentence) => {
    const start = run('start', { ...(await ownEnvironment({ broker: true })), DATABASE_URL: await url() });
    expect(await start.exit).toBe(1);
    expect(lines(start).at(-1)).toMatch(sentence);
    expect(start.output).not.toMatch(/at .*\.js/);
  });

  test('a setting with a wrong value is one sentence', async () => {
    const start = run('start', { ...(await ownEnvironment({ broker: true })), GATEWAY_PORT: 'achtzig' });
    expect(await start.exit).toBe(1);
    expect(lines(start)).toEqual([expect.stringMatching(/^Einstellung GATEWAY_PORT: /)]);
  });

  test('a data folder that cannot be made is one sentence', async () => {
    const env = await ownEnvironment({ broker: true });
    const file = join(env.STELLWERK_HOME, 'file');
    writeFileSync(file, '');
    const start = run('start', { ...env, STELLWERK_HOME: join(file, 'home') });
    expect(await start.exit).toBe(1);
    expect(lines(start)).toEqual([
      expect.stringMatching(/\(STELLWERK_HOME\) ist nicht beschreibbar: ein Teil des Pfads ist kein Ordner\.$/),
    ]);
  });
});

describe('npm run reset', () => {
  test('does not touch a folder that is none of ours', async () => {
    const home = mkdtempSync(join(tmpdir(), 'stellwerk-foreign-'));
    homes.push(home);
    writeFileSync(join(home, 'letter.txt'), 'dear');
    const reset = run('reset', { STELLWERK_HOME: home });
    expect(await reset.exit).toBe(1);
    expect(lines(reset)).toEqual([`${home} (STELLWERK_HOME) ist kein Datenordner von Stellwerk: nichts gelöscht.`]);
    expect(readFileSync(join(home, 'letter.txt'), 'utf8')).toBe('dear');
  });
});

function run(command: string, env: Record<string, string>, ...args: string[]): Terminal {
  const terminal = new Terminal(command, env, args);
  terminals.push(terminal);
  return terminal;
}

/** `stellwerk doctor --json`, whose exit code says the same. */
async function doctor(env: Record<string, string>): Promise<Diagnosis> {
  const terminal = run('doctor', env, '--json');
  const code = await terminal.exit;
  const diagnosis = JSON.parse(terminal.output) as Diagnosis;
  expect(code).toBe(diagnosis.ok ? 0 : 1);
  return diagnosis;
}

/** A data folder and free ports. `broker`: uses the test run's own, on a virtual host for this test. */
async function ownEnvironment(options: { broker?: boolean } = {}) {
  const home = mkdtempSync(join(process.env.TEST_HOME ?? tmpdir(), 'home-'));
  homes.push(home);
  const env = {
    STELLWERK_HOME: home,
    DATABASE_URL: '',
    AMQP_URL: '',
    GATEWAY_PORT: String(await freePort()),
    CONSOLE_PORT: String(await freePort()),
    ...anySidePorts,
    SIMULATOR_PORT: String(await freePort()),
    WORKER_PORT: String(await freePort()),
  };
  if (!options.broker) return env;
  const vhost = await createTestVhost();
  vhosts.push(vhost);
  return { ...env, AMQP_URL: vhost.url };
}

function lines(terminal: Terminal): string[] {
  return terminal.output.trim().split('\n');
}

function remembered(home: string, name: string): number {
  const { processes } = readJson<{ processes: Array<{ name: string; pid: number }> }>(join(home, 'run.json'))!;
  return processes.find((one) => one.name === name)!.pid;
}

/** Every process that carries the data folder in its environment or command line (Linux). */
function processesOf(home: string): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) =>
        pid &&
        pid !== process.pid &&
        (read(`/proc/${pid}/environ`).includes(home) || read(`/proc/${pid}/cmdline`).includes(home)),
    );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function ready(url: string): Promise<void> {
  return until(
    () =>
      fetch(`${url}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      ),
    30_000,
    () => `${url} to be ready`,
  );
}

async function until(holds: () => boolean | Promise<boolean>, timeout: number, what: () => string): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function withPath(url: string, path: string): string {
  const changed = new URL(url);
  changed.pathname = path;
  return changed.href;
}

function withPassword(url: string): string {
  const changed = new URL(url);
  changed.password = 'falsch';
  return changed.href;
}
