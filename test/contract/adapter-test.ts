import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadAdapters, packageFolder } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { contractVersion } from '#adapters/contract-version.js';
import { readJson } from '#launch/json-file.js';
import { root } from '#settings/root.js';
import { hintFor } from './cases.js';
import { fingerprint } from './fingerprint.js';
import { reportPage } from './page.js';
import type { SuiteResult } from './reporter.js';
import { subjects } from './subject.js';
import { texts } from './texts.js';

/** A call that cannot be understood, in one German sentence. */
class WrongCall extends Error {}

/** Which adapter is tried, and where it lies. */
interface Place {
  folder: string;
  /** As `ADAPTER_PACKAGES` names it; absent for an adapter of the repository. */
  package?: string;
}

/**
 * `npm run adapter:test`: the contract suite of one adapter, without the services of `npm test`. Resolves to the exit
 * code: 0 all is well, 1 something failed, 2 a wrong call.
 */
export async function adapterTest(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return say(texts.usage, args.length ? 0 : 2);
  try {
    const { name, report } = read(args);
    const place = await placeOf(name);
    if (report && !relative(place.folder, report).startsWith('..')) throw new WrongCall(texts.reportInside);
    return await tried(place, report);
  } catch (error) {
    if (!(error instanceof WrongCall)) throw error;
    return say(`${error.message}\n\n${texts.usage}`, 2);
  }
}

function read(args: string[]): { name: string; report?: string } {
  const rest = args.filter((arg) => arg !== '--watch');
  const at = rest.findIndex((arg) => arg === '--report' || arg.startsWith('--report='));
  const [option, value] = at < 0 ? [] : rest.splice(at, rest[at] === '--report' ? 2 : 1);
  const report = option === '--report' ? value : option?.slice('--report='.length);
  if (option !== undefined && !report) throw new WrongCall(texts.fileMissing);
  const [name, ...more] = rest;
  const odd = rest.find((arg) => arg.startsWith('-')) ?? more[0];
  if (odd !== undefined) throw new WrongCall(texts.unexpected(odd));
  if (name === undefined) throw new WrongCall(texts.nameMissing);
  const file = report && resolve(report);
  if (file && !existsSync(dirname(file))) throw new WrongCall(texts.noFolder(dirname(file)));
  return { name, ...(file && { report: file }) };
}

async function placeOf(name: string): Promise<Place> {
  const known = ownAdapters();
  if (known.includes(name)) return { folder: join(root, 'libs/adapters', name) };
  if (/^[./]/.test(name)) {
    const folder = resolve(name);
    if (existsSync(join(folder, 'package.json')) && statSync(folder).isDirectory()) return { folder, package: folder };
  } else {
    const folder = await packageFolder(name).catch(() => undefined);
    if (folder) return { folder, package: name };
  }
  throw new WrongCall(texts.unknown(name, known.join(', ')));
}

async function tried(place: Place, report: string | undefined): Promise<number> {
  const begun = performance.now();
  const adapter = await load(place);
  if (typeof adapter === 'string') {
    const hint = hintFor('', adapter);
    return say([texts.notLoaded, ...(hint ? [`  → ${hint}`] : []), `    ${adapter}`].join('\n'), 1);
  }
  const { id, title, version } = adapter.manifest;
  say(texts.begins(title, id, version, contractVersion));
  const hash = fingerprint(place.folder);
  const result = await suite(id, place);
  const failed = result?.failed ?? 1;
  const passed = result?.cases.filter((one) => one.passed).length ?? 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1).replace('.', ',');
  say(`\n${texts.count(passed, failed, seconds)}`);
  if (report && result && result.cases.length > 0) {
    const own = (await subjects(place.package ? [place.package] : [])).filter(
      ({ adapter: one }) => one.manifest.id === id,
    );
    writeFileSync(report, reportPage({ adapter, subjects: own, result, hash, at: new Date() }));
    say(texts.written(report));
  }
  return failed ? 1 : 0;
}

/** The adapters of the repository, by id. */
const ownAdapters = () =>
  readdirSync(join(root, 'libs/adapters')).filter((id) => existsSync(join(root, 'libs/adapters', id, 'adapter.ts')));

/** The adapter, or why there is none. */
async function load({ folder, package: outside }: Place): Promise<Adapter | string> {
  try {
    if (!outside) return (await loadAdapters()).get(basename(folder))!;
    const own = ownAdapters();
    return [...(await loadAdapters({ packages: [outside] })).values()].find(
      ({ manifest }) => !own.includes(manifest.id),
    )!;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs the suite over every version of this adapter with every fixture. Undefined where Jest itself failed. */
async function suite(id: string, place: Place): Promise<SuiteResult | undefined> {
  const home = mkdtempSync(join(tmpdir(), 'adapter-test-'));
  const result = join(home, 'result.json');
  const { default: config } = (await import(pathToFileURL(join(root, 'jest.config.mjs')).href)) as { default: object };
  const reporter = [
    join(root, 'dist/test/contract/reporter.js'),
    { folder: place.package ? place.folder : relative(root, place.folder), result },
  ];
  try {
    await node({ ADAPTER_PACKAGES: place.package ?? '' }, [
      '--experimental-vm-modules',
      '--no-warnings',
      join(root, 'node_modules/jest/bin/jest.js'),
      `--config=${JSON.stringify({ ...config, rootDir: join(root, 'dist'), reporters: [reporter] })}`,
      'contract/adapters',
      `--testNamePattern=^the adapter ${id} `,
      '--runInBand',
      '--verbose',
    ]);
    return readJson<SuiteResult>(result);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Runs Node until it ends, or until this process is told to. */
function node(env: Record<string, string>, args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      child.kill('SIGTERM');
      process.exitCode = 1;
    });
  return new Promise((done) => child.once('error', () => done()).once('exit', () => done()));
}

function say(text: string, code = 0): number {
  process.stdout.write(`${text}\n`);
  return code;
}
