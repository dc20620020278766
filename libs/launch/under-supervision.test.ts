import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { readJson } from './json-file.js';
import { identify, isAlive, type ProcessIdentity } from './servers/process-identity.js';
import { sizeOf } from './servers/server.js';

/** A start that keeps one server alive, a `sleep`, and counts what it has said. Its argument is the data folder. */
const program = `
  import { appendFileSync } from 'node:fs';
  import { lockHome } from '#launch/lock.js';
  import { say } from '#launch/say.js';
  import { endProcess } from '#launch/servers/process-identity.js';
  import { spawnServer } from '#launch/servers/server.js';
  import { underSupervision } from '#launch/under-supervision.js';
  const home = process.argv[1];
  const texts = { ending: 'Es endet.', ended: 'Beendet.' };
  await underSupervision(await lockHome(home), texts, async (supervisor) => {
    const start = async () => {
      const { identity, closed } = spawnServer('sleep', ['60'], { log: home + '/sleep.log', cwd: home });
      const stop = () => endProcess(identity, 'SIGTERM', 2000);
      return { name: 'sleep', url: '', processes: [identity], ready: Promise.resolve(), closed, stop, kill: stop };
    };
    await supervisor.keep({ name: 'sleep', tier: 'database', signal: 'SIGTERM', start });
    say('Bereit.');
    setInterval(() => {
      say('Es läuft.');
      appendFileSync(home + '/said', '.');
    }, 10);
  });
`;
const nodeArguments = ['--input-type=module', '-e', program];

const homes: string[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** Resolves when the server runs and something was printed. */
async function started(command: string, argumentsOf: (home: string) => string[]) {
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-ending-'));
  homes.push(home);
  const child = spawn(command, argumentsOf(home), { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  await once(child.stdout, 'data');
  const { supervisor, processes } = readJson<{ supervisor: ProcessIdentity; processes: ProcessIdentity[] }>(
    join(home, 'run.json'),
  )!;
  expect(processes.map(isAlive)).toEqual([true]);
  return { home, child, supervisor, processes };
}

const direct = () => started(process.execPath, (home) => [...nodeArguments, home]);

/** Resolves when it has said ten things more, whoever may hear them. */
async function saysMore({ home, supervisor }: Awaited<ReturnType<typeof started>>) {
  const most = sizeOf(join(home, 'said')) + 10;
  while (sizeOf(join(home, 'said')) < most) {
    expect(isAlive(supervisor)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function expectOrderlyEnd({ home, supervisor, processes }: Awaited<ReturnType<typeof started>>) {
  while (identify(supervisor.pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(processes.map(isAlive)).toEqual([false]);
  expect(existsSync(join(home, 'run.json'))).toBe(false);
}

test('a start whose reader has gone runs on, and a signal ends its servers', async () => {
  const start = await direct();
  start.child.stdout.destroy();
  start.child.stderr.destroy();
  await saysMore(start);
  start.child.kill('SIGINT');
  expect(await once(start.child, 'exit')).toEqual([0, null]);
  await expectOrderlyEnd(start);
});

test('a start whose terminal is closed (SIGHUP) ends its servers', async () => {
  const start = await direct();
  start.child.kill('SIGHUP');
  expect(await once(start.child, 'exit')).toEqual([0, null]);
  await expectOrderlyEnd(start);
});

const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');
(hasScript ? test : test.skip)('a start whose terminal is stopped (Ctrl-S) ends its servers', async () => {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const start = await started('/usr/bin/script', (home) => {
    const command = [process.execPath, ...nodeArguments, home].map(quoted).join(' ');
    return ['-qfc', `exec ${command}`, '/dev/null'];
  });
  start.child.stdin.write('\x13');
  await saysMore(start);
  process.kill(start.supervisor.pid, 'SIGINT');
  await expectOrderlyEnd(start);
});
