import { execFile, spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { contractVersion } from '#adapters/contract-version.js';
import { root } from '#settings/root.js';
import { adapterTest } from './adapter-test.js';
import { fingerprint } from './fingerprint.js';

let home: string;
/** A package whose manifest promises a method that it has not: it is not even loaded, so that trying it is quick. */
let faulty: string;
const env = { ...process.env, STELLWERK_RERUN: '1', NODE_OPTIONS: '' };
const command = (...args: string[]) => [join(root, 'bin/stellwerk.mjs'), 'adapter:test', ...args];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'adapter-test-'));
  faulty = join(home, 'faulty');
  cpSync(join(root, 'apps/simulator/vendor/stellwerk-adapter-rosenstein'), faulty, { recursive: true });
  cpSync(join(root, 'node_modules/zod'), join(home, 'node_modules/zod'), { recursive: true });
  const file = join(faulty, 'adapter.js');
  const source = readFileSync(file, 'utf8').replace('render: true', 'render: false');
  writeFileSync(file, source.replace("id: 'rosenstein'", "id: 'faulty'"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Exit code and output. */
const run = (...args: string[]) =>
  new Promise<[number, string]>((resolve) =>
    execFile(process.execPath, command(...args), { cwd: root, env }, (error, output) =>
      resolve([Number(error?.code ?? 0), output]),
    ),
  );

test.concurrent('one adapter is tried without database and broker, and a report says what was found', async () => {
  const report = join(home, 'report.html');
  const [code, output] = await run('echo', '--report', report);
  expect(output).toMatch(/✓ has a true and complete manifest.*\n[\s\S]*\n6 bestanden, 0 gescheitert, [\d,]+ s\n/);
  expect(code).toBe(0);
  const page = readFileSync(report, 'utf8');
  for (const said of [contractVersion, fingerprint(join(root, 'libs/adapters/echo')), process.versions.node])
    expect(page).toContain(`<td>${said}</td>`);
  expect(page.match(/<td>bestanden<\/td>/g)).toHaveLength(6);
  expect(page).toContain('ist nicht gegen ein Ziel geprüft');
});

test.concurrent('a fault ends with exit code 1 and a hint, without a stack', async () => {
  const [code, output] = await run(faulty);
  expect(output).toContain('→ capabilities nennt genau die Methoden');
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});

test.each([
  ['nirgends', 'Es gibt echo, failing'],
  ['echo --weiter', '„--weiter“ ist hier zu viel.'],
  ['echo --report', '--report braucht den Namen einer Datei.'],
  ['echo --report libs/adapters/echo/report.html', 'Prüfsumme dieses Ordners'],
])('a call that cannot be understood ends with exit code 2: %s', async (args, sentence) => {
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await adapterTest(args.split(' '))).toBe(2);
  expect(said.mock.calls.join()).toContain(sentence);
  said.mockRestore();
});

test.concurrent('with --watch it tries again as soon as a file of the adapter changes', async () => {
  const child = spawn(process.execPath, command(faulty, '--watch'), { cwd: root, env });
  let output = '';
  const tried = (times: number) =>
    new Promise<void>((resolve) => {
      const look = () => output.split('lässt sich nicht laden').length > times && resolve();
      child.stdout.on('data', (text) => {
        output += text;
        look();
      });
    });
  await tried(1);
  appendFileSync(join(faulty, 'texts.js'), '\n');
  await tried(2);
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
});
