import { dirname, join } from 'node:path';

const imports = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

/** One import as it is written, and what it means: a file of ours as its path from the root, a package as its name. */
export interface Import {
  name: string;
  target: string;
}

/**
 * What a source imports, types and dynamic imports included. `#broker/link.js` and `./link.js` both mean
 * `libs/broker/link.ts`.
 */
export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(imports)].map(([, name]) => ({ name: name!, target: targetOf(file, name!) }));
}

function targetOf(file: string, name: string): string {
  if (name.startsWith('#')) return sourceOf(`libs/${name.slice(1)}`);
  return name.startsWith('.') ? sourceOf(join(dirname(file), name)) : name;
}

const sourceOf = (path: string) => path.replace(/\.js$/, '.ts');

/** Circles between files, each as the way round; also those of types only, which a reader walks all the same. */
export function circles(files: Map<string, string>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: string[]): void => {
    if (way.includes(file)) {
      found.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const { target } of importsOf(file, files.get(file)!)) if (files.has(target)) walk(target, [...way, file]);
    done.add(file);
  };
  for (const file of files.keys()) walk(file, []);
  return found;
}
