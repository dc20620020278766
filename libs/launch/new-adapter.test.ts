import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { makeAdapter, newAdapter } from './new-adapter.js';

const run = promisify(execFile);
const speeches = ['json', 'soap', 'files'] as const;
let copy: string;
let outside: string;
const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: copy, env: { ...process.env, STELLWERK_RERUN: '1', NODE_OPTIONS: '' } });

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'adapter-new-'));
  outside = join(copy, 'elsewhere');
  const parts = ['bin', 'libs', 'schemas', 'test', 'apps', 'biome.json', 'jest.config.mjs'];
  for (const part of [...parts, 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}, 60_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The suite over all adapters whose name begins with `probe-`: which were tried, and what failed. */
async function suite(packages: string[]): Promise<{ tried: string[]; failed: string[] }> {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const { stdout, stderr = '' } = await run(
    process.execPath,
    [...jest, 'contract/adapters', '-t', 'probe-', '--json'],
    {
      cwd: copy,
      env: { ...process.env, NODE_OPTIONS: '', ADAPTER_PACKAGES: packages.join() },
    },
  ).catch((error: { stdout: string; stderr: string }) => error);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { testResults } = JSON.parse(stdout) as {
    testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
  };
  const all = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'pending');
  const name = ({ ancestorTitles: [adapter = ''] }: (typeof all)[number]) => adapter.replace('the adapter ', '');
  return {
    tried: all.map(name),
    failed: all.filter(({ status }) => status !== 'passed').map((one) => `${name(one)}: ${one.title}`),
  };
}

/** Writes a new adapter into the copy, or a package beside it. */
function make(plan: Parameters<typeof newAdapter>[0]): string {
  const { folder, files } = newAdapter(plan, { root: copy });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return folder;
}

test('what it makes passes the suite at once, of each kind, in the repository and as a package', async () => {
  // instead of the `npm install` that is printed: a test downloads nothing
  mkdirSync(join(outside, 'node_modules'), { recursive: true });
  for (const name of ['zod', 'saxes', 'xmlchars'])
    symlinkSync(join(root, 'node_modules', name), join(outside, 'node_modules', name));
  make({ id: 'probe-register', kind: 'register' });
  for (const speaks of speeches) make({ id: `probe-${speaks}`, kind: 'fachverfahren', speaks });
  const packages = speeches.map((speaks) =>
    make({ id: `probe-p-${speaks}`, kind: 'fachverfahren', speaks, package: join(outside, speaks) }),
  );
  await node('bin/stellwerk.mjs', 'build');
  const { tried, failed } = await suite(packages);
  expect(failed).toEqual([]);
  const made = ['probe-register', ...speeches.flatMap((speaks) => [`probe-${speaks}`, `probe-p-${speaks}`])];
  expect([...new Set(tried)].sort()).toEqual(made.sort());
  for (const id of made) expect(tried.filter((one) => one === id).length).toBeGreaterThan(20);
}, 300_000);

test('what it prints can be typed: a package is installed before it is tried', async () => {
  const folder = join(copy, 'a b', 'probe');
  const { stdout } = await node('bin/stellwerk.mjs', 'adapter:new', 'typed', '--package', folder);
  const commands = stdout.split('\n\n')[1]!.trim().split('\n');
  expect(commands.map((line) => line.split(/ {3,}/)[0])).toEqual([
    `npm install --prefix '${folder}'`,
    `npm run adapter:test '${folder}'`,
    `ADAPTER_PACKAGES='${folder}' npm start`,
  ]);
}, 120_000);

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
  [['neu', '--speaks', 'latein'], '--speaks ist json, soap oder files.'],
  [['neu', '--kind', 'register', '--speaks', 'soap'], 'Für ein Register gibt es nur die Vorlage json.'],
  [['neu', '--package'], '--package braucht einen Wert.'],
  [['neu', '--package', root], 'ist nicht leer'],
  [['--dry-run'], 'Es fehlt ein Name.'],
])('it refuses %j in one sentence', (args, sentence) => {
  expect(() => makeAdapter(args)).toThrow(sentence);
});

test.each(speeches)('its comments and its README have room for a longer name: %s', (speaks) => {
  const { files } = newAdapter({ id: 'ein-verfahren-mit-namen', kind: 'fachverfahren', speaks });
  const written = [...files].flatMap(([name, text]) =>
    text.split('\n').filter((line) => name.endsWith('.md') || /^\s*(\/?\*|\/\/)/.test(line)),
  );
  expect(written.filter((line) => line.length > 120)).toEqual([]);
});

test.each(speeches)('a package imports nothing of Stellwerk: %s', (speaks) => {
  const { files } = newAdapter({ id: 'probe', kind: 'fachverfahren', speaks, package: join(tmpdir(), 'probe') });
  for (const [name, text] of files) if (name.endsWith('.js')) expect(text).not.toMatch(/from '(\.\.|#)/);
  expect([...files.keys()]).toContain('package.json');
});
