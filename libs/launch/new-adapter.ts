import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { root } from '#settings/root.js';
import { texts } from './texts.js';

const templates = join(root, 'libs/adapters/kit/new');

/** The adapter that is wanted. */
export interface Plan {
  /** kebab-case: the folder's name and the manifest's id. */
  id: string;
  kind: 'fachverfahren' | 'register';
  /** A folder outside the repository. The adapter becomes a package in plain JavaScript for `ADAPTER_PACKAGES`. */
  package?: string | undefined;
}

/** The files of a new adapter, by name. Throws one German sentence where the plan cannot be carried out. */
export function newAdapter(
  plan: Plan,
  options: { root?: string } = {},
): { folder: string; files: Map<string, string> } {
  const { id, kind } = plan;
  const base = options.root ?? root;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) throw new Error(texts.newAdapter.badName(id));
  if (existsSync(join(base, 'libs/adapters', id))) throw new Error(texts.newAdapter.exists(`libs/adapters/${id}`));
  const folder = plan.package ? resolve(plan.package) : join(base, 'libs/adapters', id);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(texts.newAdapter.notEmpty(folder));
  const words = { id, title: capitalised(id.replaceAll('-', ' ')), name: pascalCase(id), ars: freeMunicipality(base) };
  const files = read(kind, words);
  return { folder, files: plan.package ? asPackage(files, read('package', words)) : files };
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const pascalCase = (id: string) => id.split('-').map(capitalised).join('');

/** Reads the templates of a kind and fills in the words: `__id__` becomes `words.id`. */
function read(kind: string, words: Record<string, string>): Map<string, string> {
  const names = readdirSync(join(templates, kind)).sort();
  return new Map(
    names.map((name) => [
      name.replace(/\.txt$/, ''),
      readFileSync(join(templates, kind, name), 'utf8').replace(/__(\w+?)__/g, (_, word: string) => words[word] ?? ''),
    ]),
  );
}

/**
 * A package imports nothing of Stellwerk. So types are stripped, and what Stellwerk's tools do comes along: a template
 * of `package` that has the name of one of the adapter's files is appended to it.
 */
function asPackage(files: Map<string, string>, additions: Map<string, string>): Map<string, string> {
  const made = new Map(
    [...files].map(([name, text]): [string, string] => {
      if (!name.endsWith('.ts')) return [name, text];
      const plain = javaScript(text).replace(
        /\{ refusalOf \}(.+)'\.\.\/tools\/outcomes\.js'/,
        "{ refusals }$1'./texts.js'",
      );
      return [name.replace(/\.ts$/, '.js'), plain];
    }),
  );
  for (const [name, text] of additions) made.set(name, (made.get(name) ?? '') + text);
  return made;
}

/** The source without its types, and without the blanks and empty lines that they leave behind. */
function javaScript(text: string): string {
  const lines = stripTypeScriptTypes(text)
    .split('\n')
    .map((line) =>
      line
        .replace(/(?<=\S) {2,}/g, ' ')
        .replace(/ +([),;])/g, '$1')
        .trimEnd(),
    );
  return lines
    .join('\n')
    .replace(/^\s*\n/, '')
    .replace(/^(import .*\n)\n+(?=import )/gm, '$1')
    .replace(/\n{3,}/g, '\n\n');
}

/** The ARS of a town that the demonstration does not use yet. */
function freeMunicipality(base: string): string {
  const folders = readdirSync(join(base, 'libs/adapters'));
  const demos = folders
    .map((name) => join(base, 'libs/adapters', name, 'demo.json'))
    .filter((file) => existsSync(file));
  const taken = [join(base, 'schemas/parameters/development.json'), ...demos]
    .map((file) => readFileSync(file, 'utf8'))
    .join();
  const towns = readFileSync(join(base, 'schemas/regions/regions.csv'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(';Große Kreisstadt'))
    .map((line) => line.slice(0, 12));
  return towns.find((ars) => !taken.includes(ars)) ?? towns[0] ?? '';
}

/** `npm run adapter:new`. Returns what to print; throws one German sentence. */
export function makeAdapter(args: string[]): string {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return texts.newAdapter.usage;
  const plan = planOf(args);
  const { folder, files } = newAdapter(plan);
  const listed = [...files.keys()].map((name) => `  ${relative(process.cwd(), join(folder, name))}`);
  if (args.includes('--dry-run')) return [texts.newAdapter.wouldMake, ...listed].join('\n');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  format(folder);
  return [texts.newAdapter.made(basename(folder)), ...listed, '', ...nextSteps(plan, folder)].join('\n');
}

function planOf(args: string[]): Plan {
  const rest = args.filter((arg) => arg !== '--dry-run');
  const option = (name: string) => {
    const at = rest.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    if (at < 0) return undefined;
    const [given] = rest.splice(at, rest[at] === name ? 2 : 1).slice(-1);
    const value = given!.replace(`${name}=`, '');
    if (value === name || value === '') throw new Error(texts.newAdapter.valueMissing(name));
    return value;
  };
  const kind = option('--kind') ?? 'fachverfahren';
  const folder = option('--package');
  if (kind !== 'fachverfahren' && kind !== 'register') throw new Error(texts.newAdapter.badKind);
  const [id, ...more] = rest;
  const odd = more[0] ?? (id?.startsWith('-') ? id : undefined);
  if (odd !== undefined) throw new Error(`${texts.newAdapter.unexpected(odd)}\n${texts.newAdapter.usage}`);
  if (id === undefined) throw new Error(`${texts.newAdapter.nameMissing}\n${texts.newAdapter.usage}`);
  return { id, kind, package: folder };
}

/** Formats the files. Where the formatter is missing, they only look different. */
function format(folder: string): void {
  const biome = join(root, 'node_modules/.bin/biome');
  if (existsSync(biome)) spawnSync(biome, ['check', '--write', folder], { cwd: root, stdio: 'ignore' });
}

function nextSteps({ id, package: outside }: Plan, folder: string): string[] {
  const setting = outside ? `ADAPTER_PACKAGES=${folder} ` : '';
  return [
    texts.newAdapter.tryIt(setting),
    ...(outside ? [] : [texts.newAdapter.writePage(id)]),
    texts.newAdapter.startIt(setting),
  ];
}
