import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadAdapters } from '#adapter-host/load.js';
import { contractVersion, declared } from '#adapters/contract-version.js';
import { codes } from '#problems/codes.js';
import { lintAll } from '#processes/lint.js';
import { root } from '#settings/root.js';
import { adapterFolders, wrongNames } from './adapter-files.js';
import { stalePages } from './adapter-page.js';
import { trespasses } from './boundaries.js';
import { contractFindings } from './contract.js';
import { houseFindings } from './house.js';
import { circles } from './imports.js';
import { deadLinks } from './links.js';
import { pages } from './pages.js';
import { listTexts, strayTexts } from './texts.js';

/**
 * `npm run check`: what can be said about the tree without running it. `-- --write` formats, and writes anew what is
 * generated; `-- --texts` only lists every German text for people.
 */
const write = process.argv.includes('--write');

const checks: [string, () => string[] | Promise<string[]>][] = [
  ['Format und Lint', style],
  ['Grenzen zwischen den Bibliotheken', () => trespasses(read('.ts'))],
  ['Kein Kreis zwischen Dateien', () => circles(read('.ts'))],
  ['Hausregeln', () => houseFindings(read('.ts', '.mjs', '.sql', '.jsonata', '.md'))],
  ['Deutsche Texte an ihrem Ort', () => strayTexts(read('.ts', '.mjs'))],
  ['Dateinamen der Adapter', () => wrongNames(adapterFolders(root))],
  ['Vertrag der Adapter', contract],
  ['Prozesse', async () => (await lintAll()).map(({ process, message }) => `${process}: ${message}`)],
  ['Erzeugte Seiten', generated],
  ['Fehlercodes in docs/errors.md', errorCodes],
  ['Verweise in der Dokumentation', () => deadLinks(read('.md'), root)],
];

if (process.argv.includes('--texts')) {
  process.stdout.write(`${listTexts(read('.ts', '.mjs'))}\n`);
  process.exit();
}

let failed = false;
for (const [name, check] of checks) {
  const findings = await check();
  failed ||= findings.length > 0;
  process.stdout.write(`${findings.length ? '✗' : '✓'} ${name}\n${findings.map((line) => `    ${line}\n`).join('')}`);
}
process.exitCode = failed ? 1 : 0;

function style(): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', ...(write ? ['--write'] : [])],
    { cwd: root, encoding: 'utf8' },
  );
  return status === 0 ? [] : `${stdout}${stderr}`.trim().split('\n');
}

async function generated(): Promise<string[]> {
  const stale = (await stalePages(await loadAdapters(), { write })).map((id) => `docs/adapters/${id}.md`);
  for (const [file, content] of await pages()) {
    const path = join(root, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    stale.push(file);
    mkdirSync(dirname(path), { recursive: true });
    if (write) writeFileSync(path, content);
  }
  return write ? [] : stale.map((file) => `${file} ist nicht aktuell; neu schreibt es: npm run check -- --write`);
}

function contract(): string[] {
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const kept = { version: contractVersion, declared };
  return contractFindings(text('libs/adapters/contract.ts'), kept, text('docs/adapter-contract.md'));
}

/** Hand-written, because it says what to do; but it names every code, with its status, and no other. */
function errorCodes(): string[] {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  const real = Object.entries(codes).map(([code, { status }]) => `${code} ${status}`);
  return [
    ...real.filter((line) => !documented.includes(line)).map((line) => `Es fehlt: ${line}`),
    ...documented.filter((line) => !real.includes(line)).map((line) => `Gibt es nicht: ${line}`),
  ];
}

/** Path → content, of the folders that are ours. */
function read(...extensions: string[]): Map<string, string> {
  const inside = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const files = [...readdirSync(root), ...['apps', 'bin', 'docs', 'libs', 'schemas', 'test'].flatMap(inside)];
  return new Map(
    files
      .filter((file) => extensions.some((extension) => file.endsWith(extension)))
      .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
  );
}
