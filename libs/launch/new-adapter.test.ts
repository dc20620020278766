import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { makeAdapter, newAdapter } from './new-adapter.js';

const run = promisify(execFile);
let copy: string;
let outside: string;
const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: copy, env: { ...process.env, STELLWERK_RERUN: '1', NODE_OPTIONS: '' } });

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'adapter-new-'));
  outside = join(copy, 'elsewhere/stellwerk-adapter-probe-c');
  const parts = ['bin', 'libs', 'schemas', 'test', 'apps', 'biome.json', 'jest.config.mjs'];
  for (const part of [...parts, 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}, 60_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('what it makes passes the suite at once, of both kinds and as a package with its own zod', async () => {
  const stellwerk = (...args: string[]) => node('bin/stellwerk.mjs', ...args);
  await stellwerk('adapter:new', 'probe-a');
  await stellwerk('adapter:new', 'probe-b', '--kind', 'register');
  await stellwerk('adapter:new', 'probe-c', '--package', outside);
  cpSync(join(root, 'node_modules/zod'), join(outside, 'node_modules/zod'), { recursive: true });
  await stellwerk('build');
  const { stdout, stderr = '' } = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      'contract/adapters',
      '-t',
      'probe-',
      '--json',
    ],
    { cwd: copy, env: { ...process.env, NODE_OPTIONS: '', ADAPTER_PACKAGES: outside } },
  ).catch((error: { stdout: string; stderr: string }) => error);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { testResults } = JSON.parse(stdout) as {
    testResults: { message: string; assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
  };
  const tried = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'pending');
  expect(tried.filter(({ status }) => status !== 'passed').map(({ title }) => title)).toEqual([]);
  for (const id of ['probe-a', 'probe-b', 'probe-c'])
    expect(tried.filter(({ ancestorTitles }) => ancestorTitles[0] === `the adapter ${id}`).length).toBeGreaterThan(20);
}, 300_000);

test('it shows what would be made, and makes nothing', () => {
  expect(makeAdapter(['probe', '--dry-run'])).toContain('libs/adapters/probe/adapter.ts');
  expect(readdirSync(join(root, 'libs/adapters'))).not.toContain('probe');
});

test.each([
  [['Böse'], '„Böse“ geht nicht als Name'],
  [['rest'], 'libs/adapters/rest gibt es schon.'],
  [['kit'], 'libs/adapters/kit gibt es schon.'],
  [['neu', 'zuviel'], '„zuviel“ ist hier zu viel.'],
  [['neu', '--kind', 'drucker'], '--kind ist fachverfahren oder register.'],
  [['neu', '--package'], '--package braucht einen Wert.'],
  [['neu', '--package', root], 'ist nicht leer'],
  [['--dry-run'], 'Es fehlt ein Name.'],
])('it refuses %j in one sentence', (args, sentence) => {
  expect(() => makeAdapter(args)).toThrow(sentence);
});

test('a package imports nothing of Stellwerk', () => {
  const { files } = newAdapter({ id: 'probe', kind: 'register', package: join(tmpdir(), 'probe') });
  for (const [name, text] of files) if (name.endsWith('.js')) expect(text).not.toMatch(/from '(\.\.|#)/);
  expect([...files.keys()]).toContain('package.json');
});
