import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { root } from '#settings/root.js';
import { texts } from './texts.js';

const templates = join(root, 'libs/adapters/kit/new');

/** What the templates of a target that speaks so need to know; what differs otherwise lies in a folder of its name. */
const speeches = {
  json: { protocols: "'HTTPS'", extension: 'json', mimetype: 'application/json' },
  soap: { protocols: "'HTTPS', 'SOAP'", extension: 'xml', mimetype: 'text/xml' },
  files: { protocols: "'HTTPS', 'WebDAV'", extension: 'json', mimetype: 'application/json' },
};
type Speech = keyof typeof speeches;

/** What a package imports instead of Stellwerk's tools, which it brings along. The first that fits a file counts. */
const brought: { file: RegExp; names: string; tool: string; instead: string }[] = [
  { file: /./, names: '{ refusalOf }', tool: 'outcomes', instead: "import { refusals } from './texts.js';" },
  { file: /^mapping/, names: '{ envelope }', tool: 'soap', instead: '' },
  { file: /^answers/, names: '{ bodyOf }', tool: 'soap', instead: "import { SaxesParser } from 'saxes';" },
  { file: /./, names: '{ bodyOf }', tool: 'soap', instead: "import { bodyOf } from './answers.js';" },
  { file: /./, names: '{ Unwritable }', tool: 'soap', instead: "import { Unwritable } from './mapping.js';" },
  {
    file: /./,
    names: '{ bodyOf, envelope }',
    tool: 'soap',
    instead: "import { bodyOf } from './answers.js';\nimport { envelope } from './mapping.js';",
  },
];

/** The adapter that is wanted. */
export interface Plan {
  /** kebab-case: the folder's name and the manifest's id. */
  id: string;
  kind: 'fachverfahren' | 'register';
  /** What its target speaks. Registers: JSON. Default: JSON. */
  speaks?: Speech | undefined;
  /** A folder outside the repository. The adapter becomes a package in plain JavaScript for `ADAPTER_PACKAGES`. */
  package?: string | undefined;
}

/** The files of a new adapter, by name. Throws one German sentence where the plan cannot be carried out. */
export function newAdapter(
  plan: Plan,
  options: { root?: string } = {},
): { folder: string; files: Map<string, string> } {
  const { id, kind, speaks = 'json' } = plan;
  const base = options.root ?? root;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) throw new Error(texts.newAdapter.badName(id));
  if (existsSync(join(base, 'libs/adapters', id))) throw new Error(texts.newAdapter.exists(`libs/adapters/${id}`));
  const folder = plan.package ? resolve(plan.package) : join(base, 'libs/adapters', id);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(texts.newAdapter.notEmpty(folder));
  const words = {
    id,
    title: capitalised(id.replaceAll('-', ' ')),
    name: pascalCase(id),
    ars: freeMunicipality(base),
    xml: speaks === 'soap' ? '"saxes": "^6.0.0",\n    ' : '',
    ...speeches[speaks],
    ...texts.newAdapter.speeches[speaks],
  };
  const files = new Map([...read(kind, words), ...read(speaks, words)]);
  if (!plan.package) return { folder, files };
  return { folder, files: asPackage(files, [read('package', words), read(`package-${speaks}`, words)]) };
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const pascalCase = (id: string) => id.split('-').map(capitalised).join('');

/** Reads the templates of a folder, if there is one, and fills in the words: `__id__` becomes `words.id`. */
function read(kind: string, words: Record<string, string>): Map<string, string> {
  const names = existsSync(join(templates, kind)) ? readdirSync(join(templates, kind)).sort() : [];
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
function asPackage(files: Map<string, string>, additions: Map<string, string>[]): Map<string, string> {
  const made = new Map(
    [...files].map(([name, text]): [string, string] => {
      if (!name.endsWith('.ts')) return [name, text];
      const plain = brought
        .filter(({ file }) => file.test(name))
        .reduce((rest, { names, tool, instead }) => rest.replace(importOf(names, tool), instead), javaScript(text));
      return [name.replace(/\.ts$/, '.js'), plain];
    }),
  );
  for (const [name, text] of additions.flatMap((some) => [...some])) made.set(name, (made.get(name) ?? '') + text);
  return made;
}

const tools = '../tools';
const importOf = (names: string, tool: string) => `import ${names} from '${tools}/${tool}.js';`;

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
  const speaks = option('--speaks') ?? 'json';
  const folder = option('--package');
  if (kind !== 'fachverfahren' && kind !== 'register') throw new Error(texts.newAdapter.badKind);
  if (!isSpeech(speaks)) throw new Error(texts.newAdapter.badSpeech);
  if (kind === 'register' && speaks !== 'json') throw new Error(texts.newAdapter.registerSpeech);
  const [id, ...more] = rest;
  const odd = more[0] ?? (id?.startsWith('-') ? id : undefined);
  if (odd !== undefined) throw new Error(`${texts.newAdapter.unexpected(odd)}\n${texts.newAdapter.usage}`);
  if (id === undefined) throw new Error(`${texts.newAdapter.nameMissing}\n${texts.newAdapter.usage}`);
  return { id, kind, speaks, package: folder };
}

const isSpeech = (word: string): word is Speech => word in speeches;

/** Formats the files. Where the formatter is missing, they only look different. */
function format(folder: string): void {
  const biome = join(root, 'node_modules/.bin/biome');
  if (existsSync(biome)) spawnSync(biome, ['check', '--write', folder], { cwd: root, stdio: 'ignore' });
}

/** The commands that come next, each with what it does. */
function nextSteps({ id, package: outside }: Plan, folder: string): string[] {
  const place = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  const { install, tryIt, writePage, startIt } = texts.newAdapter;
  const steps = outside
    ? [
        [`npm install --prefix ${place}`, install],
        [`npm run adapter:test ${place}`, tryIt],
        [`ADAPTER_PACKAGES=${place} npm start`, startIt],
      ]
    : [
        [`npm run adapter:test ${id}`, tryIt],
        ['npm run check -- --write', writePage(id)],
        ['npm start', startIt],
      ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return steps.map(([command = '', does]) => `${command.padEnd(width)}     ${does}`);
}
