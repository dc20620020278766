import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { listen } from '../kit/listen.js';
import { eventually } from '../kit/processes.js';
import { fundsache, openWorld, universal } from '../kit/world.js';

const [stuttgart, ulm] = ['081110000000', '084210000000'] as const;
let world: Awaited<ReturnType<typeof openWorld>>;
const running: ChildProcess[] = [];

beforeAll(async () => {
  world = await openWorld();
  await world.gateway.start();
}, 60_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
}, 40_000);
afterAll(() => world?.close());

/** Starts `npm run worker` as a person would, and collects what it prints. */
function npmRunWorker(environment: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, 'bin/stellwerk.mjs'), 'worker'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], STELLWERK_RERUN: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const terminal = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (terminal.output += chunk));
  return terminal;
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGINT');
  return (await once(child, 'exit'))[0] as number | null;
}

/** Resolves with the submission's id. */
async function submit(ars: string): Promise<string> {
  const answer = await world.post(universal, ars, fundsache);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

const delivered = async (submissionId: string) => (await world.view(submissionId)).state === 'delivered';

test('two workers share the adapters: each task is done by the one that has its adapter', async () => {
  await world.setParameter(ulm, universal, 'fachverfahren', 'echo');
  await world.setParameter(stuttgart, universal, 'fachverfahren', 'rest');
  const [echoed, posted] = await Promise.all([submit(ulm), submit(stuttgart)]);
  const first = npmRunWorker({ ...world.environment, ...world.urls, ADAPTERS: 'echo' });
  await eventually('echo is done', () => delivered(echoed));
  expect(first.output).toContain('Dieser Worker bedient echo.');
  expect((await world.view(posted)).tasks).toMatchObject([{ state: 'queued', attempts: 0 }]);
  const second = npmRunWorker({ ...world.environment, ...world.urls, ADAPTERS: 'rest' });
  await eventually('rest is done', () => delivered(posted));
  expect(second.output).toContain('Dieser Worker bedient rest.');
  await eventually('it says that it is ready', () => second.output.includes('Bereit (http://127.0.0.1:'));
  expect(await end(second.child)).toBe(0);
  expect(second.output).toContain('Der Worker ist beendet.');
}, 90_000);

test('a worker that dies is started again', async () => {
  const terminal = npmRunWorker({ ...world.environment, ...world.urls, ADAPTERS: 'echo', WORKER_PORT: '0' });
  await eventually('it is ready', () => terminal.output.includes('Bereit ('));
  process.kill(
    Number(readFileSync(`/proc/${terminal.child.pid}/task/${terminal.child.pid}/children`, 'utf8')),
    'SIGKILL',
  );
  await eventually('that is told', () => terminal.output.includes('worker ist unerwartet ausgefallen'));
  await eventually('it is ready again', async () => {
    const url = /Bereit \((.*?)\)/.exec(terminal.output)![1]!;
    return (await fetch(url).catch(() => undefined))?.ok;
  });
  expect(await end(terminal.child)).toBe(0);
}, 60_000);

test('a worker takes another port when its own is taken', async () => {
  const server = createServer();
  const port = await listen(server);
  const terminal = npmRunWorker({ ...world.environment, ...world.urls, ADAPTERS: 'echo', WORKER_PORT: String(port) });
  await eventually('it is ready', () => /Bereit \(http:\/\/127\.0\.0\.1:\d+/.test(terminal.output));
  expect(terminal.output).not.toContain(`:${port}/`);
  server.close();
}, 60_000);

test('without a Stellwerk to help, and with a name that is no adapter, it says so and ends', async () => {
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-worker-'));
  const alone = npmRunWorker({ STELLWERK_HOME: home });
  const wrong = npmRunWorker({ ...world.environment, ...world.urls, ADAPTERS: 'fax' });
  expect(await Promise.all([alone, wrong].map(async ({ child }) => (await once(child, 'exit'))[0]))).toEqual([1, 1]);
  expect(alone.output).toContain('Hier läuft kein Stellwerk: zuerst npm start');
  expect(wrong.output).toContain('ADAPTERS nennt fax; es gibt echo, failing');
  rmSync(home, { recursive: true });
}, 60_000);
