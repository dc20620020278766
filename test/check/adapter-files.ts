import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the files of an adapter's folder are called. `libs/adapters/README.md` says what each is for. */
export const fileNames = [
  'adapter',
  'parameters',
  'mapping',
  'client',
  'check',
  'deliver',
  'lookup',
  'find',
  'status',
  'confirm',
  'answers',
  'texts',
  'fake',
  'fixtures',
];
/** What may also be a folder with files of any name. */
export const folderNames = ['mapping', 'client', 'answers'];
export const dataNames = ['README.md', 'demo.json', 'released.json', 'package.json'];

/** Folders that hold adapters, or templates of adapters, one folder each. */
const homes = ['libs/adapters', 'libs/adapters/kit/new', 'apps/simulator/vendor'];
/** Folders of `libs/adapters` that are no adapters. */
const others = ['tools', 'kit'];

/** Files of every adapter, template and package from outside: path of its folder → paths within it. */
export function adapterFolders(root: string): Map<string, string[]> {
  const folders = homes.flatMap((home) =>
    readdirSync(join(root, home), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !(home === 'libs/adapters' && others.includes(entry.name)))
      .map(({ name }) => `${home}/${name}`),
  );
  return new Map(folders.map((folder) => [folder, filesIn(join(root, folder))]));
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

/** German sentences: files of adapters that are called otherwise. `folders`: as {@link adapterFolders} returns them. */
export function wrongNames(folders: Map<string, string[]>): string[] {
  return [...folders].flatMap(([folder, files]) =>
    files
      .filter((file) => !isAllowed(file.replace(/\.txt$/, '').split('/')))
      .map((file) => `${folder}/${file}: So heißt keine Datei eines Adapters (libs/adapters/README.md).`),
  );
}

function isAllowed([name = '', ...inside]: string[]): boolean {
  if (inside.length > 0 && /^v\d+$/.test(name)) return isAllowed(inside);
  if (/\.test\.ts$/.test(inside.at(-1) ?? name)) return true;
  if (inside.length > 0) return folderNames.includes(name);
  const [, stem = ''] = /^(\w+)\.[jt]s$/.exec(name) ?? [];
  return fileNames.includes(stem) || dataNames.includes(name) || name.endsWith('.schema.json');
}
