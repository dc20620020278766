import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own code in the child. */
const own = realpathSync(dirname(fileURLToPath(import.meta.url)));

/** The file by which the child, which may not look for it, loads our zod. */
export function zodFile(): string {
  const folder = realpathSync(nearest(own, 'zod')!);
  return join(folder, manifestOf(folder).module ?? 'index.js');
}

/**
 * The folders that a package's process may read: its own, those of the packages that it names as dependencies, and
 * theirs; the few files of ours that run there. Where a folder is a link, both names of it.
 */
export function readableFolders(folder: string): string[] {
  const found = new Set<string>();
  collect(folder, found);
  return [...found, own, dirname(zodFile())];
}

function collect(folder: string, found: Set<string>): void {
  if (found.has(folder)) return;
  const real = add(folder, found);
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(real);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const there = /^[\w@./-]+$/.test(name) && !name.includes('..') ? nearest(real, name) : undefined;
    if (!there) continue;
    const all = there.slice(0, -name.length - 1);
    if (lstatSync(all).isSymbolicLink()) found.add(all); // Node looks where the link leads, and this needs a right
    collect(there, found);
  }
}

function add(folder: string, found: Set<string>): string {
  const real = realpathSync(folder);
  found.add(folder).add(real);
  return real;
}

/** The folder that Node finds for a package's name, beginning in this one. */
function nearest(folder: string, name: string): string | undefined {
  const there = join(folder, 'node_modules', name);
  if (existsSync(join(there, 'package.json'))) return there;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder), name);
}

type PackageManifest = Partial<Record<'dependencies' | 'optionalDependencies' | 'peerDependencies', object>>;

function manifestOf(folder: string): PackageManifest & { module?: string } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
  } catch {
    return {};
  }
}
