import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { root } from '#settings/root.js';

const templates = join(root, 'libs/adapters/kit/new');

/** What is to be made. */
export interface Plan {
  /** kebab-case: the folder's name and the manifest's id. */
  id: string;
  kind: 'fachverfahren' | 'register';
  /** A folder outside: plain JavaScript with a package.json, for `ADAPTER_PACKAGES`. */
  package?: string | undefined;
}

/** The files of a new adapter: path → text, and what is wrong with the plan, in German. */
export function newAdapter(
  plan: Plan,
  options: { root?: string } = {},
): { folder: string; files: Map<string, string> } {
  const { id, kind } = plan;
  const base = options.root ?? root;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new Error(
      `„${id}“ geht nicht als Name: kleine Buchstaben, Ziffern und einzelne Bindestriche, vorn ein Buchstabe.`,
    );
  if (existsSync(join(base, 'libs/adapters', id))) throw new Error(`libs/adapters/${id} gibt es schon.`);
  const folder = plan.package ? resolve(plan.package) : join(base, 'libs/adapters', id);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} gibt es schon und ist nicht leer.`);
  const words = { id, title: titleOf(id), ars: freeMunicipality(base) };
  const made = read(kind, words);
  const files = plan.package ? asPackage(made, words) : made;
  return { folder, files };
}

const titleOf = (id: string) => id[0]!.toUpperCase() + id.slice(1).replaceAll('-', ' ');

function read(kind: string, words: Record<string, string>): Map<string, string> {
  const names = readdirSync(join(templates, kind)).sort();
  return new Map(
    names.map((name) => [
      name.replace(/\.txt$/, ''),
      readFileSync(join(templates, kind, name), 'utf8').replace(/__(\w+?)__/g, (_, word: string) => words[word]!),
    ]),
  );
}

/** Nothing of Stellwerk is imported: types go, and what answers mean comes along. */
function asPackage(files: Map<string, string>, words: Record<string, string>): Map<string, string> {
  const plain = [...files].map(([name, text]): [string, string] => {
    if (!name.endsWith('.ts')) return [name, text];
    return [name.replace(/\.ts$/, '.js'), javaScript(text).replace("'../tools/outcomes.js'", "'./refusal.js'")];
  });
  return new Map([...plain, ...read('package', words)]);
}

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
    .replace(/\n{3,}/g, '\n\n');
}

/** A town in which the demonstration does not yet play. */
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
  return towns.find((ars) => !taken.includes(ars)) ?? towns[0]!;
}

const usage = [
  'npm run adapter:new <name> [-- --kind fachverfahren|register] [--package <ordner>] [--dry-run]',
  'macht einen Adapter, der die Prüfungen besteht und in der Vorführung ist:',
  '  --kind       fachverfahren (wenn nichts gesagt ist) nimmt Sendungen an, register gibt Auskunft',
  '  --package    als Paket außerhalb, in diesem Ordner; ADAPTER_PACKAGES lädt es',
  '  --dry-run    zeigt die Dateien und schreibt nichts',
].join('\n');

/** The verb. Returns what to say. Throws one German sentence. */
export function makeAdapter(args: string[]): string {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return usage;
  const plan = planOf(args);
  const { folder, files } = newAdapter(plan);
  const listed = [...files.keys()].map((name) => `  ${relative(process.cwd(), join(folder, name))}`);
  if (args.includes('--dry-run')) return ['Das entstünde:', ...listed].join('\n');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  format(folder);
  return [`${basename(folder)} ist da:`, ...listed, '', ...nextSteps(plan, folder)].join('\n');
}

function planOf(args: string[]): Plan {
  const rest = args.filter((arg) => arg !== '--dry-run');
  const option = (name: string) => {
    const at = rest.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    if (at < 0) return undefined;
    const [given] = rest.splice(at, rest[at] === name ? 2 : 1).slice(-1);
    const value = given!.replace(`${name}=`, '');
    if (value === name || value === '') throw new Error(`${name} braucht einen Wert.`);
    return value;
  };
  const kind = option('--kind') ?? 'fachverfahren';
  const folder = option('--package');
  if (kind !== 'fachverfahren' && kind !== 'register') throw new Error('--kind ist fachverfahren oder register.');
  const [id, ...more] = rest;
  const odd = more[0] ?? (id?.startsWith('-') ? id : undefined);
  if (odd !== undefined) throw new Error(`„${odd}“ ist hier zu viel.\n${usage}`);
  if (id === undefined) throw new Error(`Es fehlt ein Name.\n${usage}`);
  return { id, kind, package: folder };
}

/** As the house style wants it; without the formatter it only looks different. */
function format(folder: string): void {
  const biome = join(root, 'node_modules/.bin/biome');
  if (existsSync(biome)) spawnSync(biome, ['check', '--write', folder], { cwd: root, stdio: 'ignore' });
}

function nextSteps({ id, package: outside }: Plan, folder: string): string[] {
  const setting = outside ? `ADAPTER_PACKAGES=${folder} ` : '';
  return [
    `${setting}npm test -- contract     prüft ihn mit jedem Fehler, den es gibt`,
    ...(outside ? [] : [`npm run check -- --write     schreibt docs/adapters/${id}.md`]),
    `${setting}npm start                zeigt ihn in der Vorführung`,
  ];
}
