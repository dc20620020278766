import { dirname, resolve, sep } from 'node:path';
import type { Reference, SchemaFile } from './schema-file.js';

/** The files that declare a root element, or include one that does. */
export interface Declaring {
  /** Those that no other of them includes: they say all that there is to say of the root. */
  whole: SchemaFile[];
  /**
   * Those that declare it themselves come first. What is included may need its neighbours, and has the namespace of the
   * includer where it has none.
   */
  all: SchemaFile[];
}

/** Schema files, looked up by what they declare and refer to. */
export class SchemaIndex {
  readonly #byName: Map<string, SchemaFile[]>;
  readonly #byNamespace: Map<string, SchemaFile[]>;
  /** By namespace and name of the root. */
  readonly #declaring = new Map<string, Declaring>();

  constructor(readonly files: SchemaFile[]) {
    this.#byName = grouped(files, ({ name }) => name);
    this.#byNamespace = grouped(files, ({ namespace }) => namespace);
  }

  inNamespace(namespace: string): SchemaFile[] {
    const files = this.#byNamespace.get(namespace) ?? [];
    return files.filter(({ elements, references }) => elements.size + references.length > 0);
  }

  declaring(namespace: string, element: string): Declaring {
    const root = `${namespace} ${element}`;
    const known = this.#declaring.get(root);
    if (known) return known;
    const found = new Set(this.files.filter((file) => file.elements.has(element)));
    const included = new Set<SchemaFile>();
    // the set grows while it is walked: whoever includes an includer counts as well
    for (const part of found)
      for (const file of this.#includersOf(part)) {
        found.add(file);
        included.add(part);
      }
    const all = [...found].filter((file) => file.namespace === namespace);
    const declaring = { whole: all.filter((file) => !included.has(file)), all };
    if (all.length > 0) this.#declaring.set(root, declaring);
    return declaring;
  }

  /**
   * Returns the files that a reference means: the file at the path, else the nearest one of that name, if it is in the
   * right namespace. If an import names no file that is here: all files of its namespace in the nearest folder. Nothing
   * is fetched.
   */
  resolve(from: SchemaFile, { kind, namespace, location, name }: Reference): SchemaFile[] {
    const fits = (file: SchemaFile) =>
      file !== from &&
      (kind === 'import' ? file.namespace === namespace : ['', from.namespace].includes(file.namespace));
    const named = (this.#byName.get(name) ?? []).filter(fits);
    const here = named.find(({ path }) => path === resolve(dirname(from.path), location));
    if (here) return [here];
    if (named.length > 0) return nearest(named, from).slice(0, 1);
    const others = kind === 'import' ? (this.#byNamespace.get(namespace) ?? []).filter(fits) : [];
    return others.length > 0 ? nearest(others, from) : [];
  }

  #includersOf(part: SchemaFile): SchemaFile[] {
    return this.files.filter((file) =>
      file.references.some(
        (one) => one.kind === 'include' && one.name === part.name && this.resolve(file, one)[0] === part,
      ),
    );
  }
}

function grouped(files: SchemaFile[], keyOf: (file: SchemaFile) => string): Map<string, SchemaFile[]> {
  const groups = new Map<string, SchemaFile[]>();
  for (const file of files) groups.set(keyOf(file), [...(groups.get(keyOf(file)) ?? []), file]);
  return groups;
}

function nearest(candidates: SchemaFile[], from: SchemaFile): SchemaFile[] {
  const near = Math.max(...candidates.map(({ path }) => sharedFolders(path, from.path)));
  return candidates.filter(({ path }) => sharedFolders(path, from.path) === near);
}

/** Counts the folders that two paths share, from the root on. */
function sharedFolders(a: string, b: string): number {
  const [one, other] = [dirname(a).split(sep), dirname(b).split(sep)];
  const apart = one.findIndex((folder, n) => folder !== other[n]);
  return apart < 0 ? one.length : apart;
}
