import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Element, readXml } from '../read.js';

const xsd = 'http://www.w3.org/2001/XMLSchema';
/** The installation's own files: the schemas of a standard may be larger than any message. */
const limits = { size: 64 * 1024 * 1024, depth: 256, elements: 2_000_000 };

/** What a schema says of another. */
export interface Reference {
  kind: 'import' | 'include';
  /** Of an import: the namespace that it wants. */
  namespace: string;
  /** As written; `` where it names none. */
  location: string;
  /** The file's, without folders. */
  name: string;
}

/** An XML Schema file. */
export interface SchemaFile {
  /** Absolute. */
  path: string;
  /** Without folders. */
  name: string;
  namespace: string;
  /** Of its content. */
  digest: string;
  /** Names of the elements that it declares at the top. */
  elements: Set<string>;
  references: Reference[];
}

/** Files that know a root. */
export interface Declaring {
  /** Nobody includes them: they say all that there is to say of it. */
  whole: SchemaFile[];
  /** Those that declare it themselves first. What is included may need its neighbours, and has the namespace of the includer where it has none. */
  all: SchemaFile[];
}

/** What lies below a folder. */
export interface SchemaIndex {
  size: number;
  inNamespace(namespace: string): SchemaFile[];
  declaring(namespace: string, element: string): Declaring;
  /**
   * The files that a reference means. Nothing is fetched: by path, else by name, the nearest, but only in the right namespace; where an import names none that is here, what
   * the nearest folder has of its namespace.
   */
  resolve(from: SchemaFile, reference: Reference): SchemaFile[];
}

/** Reads every `.xsd` below the folder; what is no schema, or cannot be read, is left out. */
export function indexOf(folder: string): SchemaIndex {
  const files = filesBelow(folder)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap((path) => fileAt(path) ?? []);
  const roots = new Map<string, Declaring>();
  const nearest = (candidates: SchemaFile[], from: SchemaFile): SchemaFile[] => {
    const near = Math.max(...candidates.map(({ path }) => sharedFolders(path, from.path)));
    return candidates.filter(({ path }) => sharedFolders(path, from.path) === near);
  };

  const byName = grouped(files, ({ name }) => name);
  const byNamespace = grouped(files, ({ namespace }) => namespace);

  function resolveReference(from: SchemaFile, { kind, namespace, location, name }: Reference): SchemaFile[] {
    const fits = (file: SchemaFile) =>
      file !== from &&
      (kind === 'import' ? file.namespace === namespace : ['', from.namespace].includes(file.namespace));
    const named = (byName.get(name) ?? []).filter(fits);
    const here = named.find(({ path }) => path === resolve(dirname(from.path), location));
    if (here) return [here];
    if (named.length > 0) return nearest(named, from).slice(0, 1);
    const others = kind === 'import' ? (byNamespace.get(namespace) ?? []).filter(fits) : [];
    return others.length > 0 ? nearest(others, from) : [];
  }

  const includersOf = (part: SchemaFile): SchemaFile[] =>
    files.filter(({ references }, n) =>
      references.some(
        (one) => one.kind === 'include' && one.name === part.name && resolveReference(files[n]!, one)[0] === part,
      ),
    );

  return {
    size: files.length,
    inNamespace: (namespace) =>
      files.filter((file) => file.namespace === namespace && file.elements.size + file.references.length > 0),
    declaring(namespace, element) {
      const root = `${namespace} ${element}`;
      const known = roots.get(root);
      if (known) return known;
      const found = new Set(files.filter((file) => file.elements.has(element)));
      const included = new Set<SchemaFile>();
      for (const part of found)
        for (const file of includersOf(part)) {
          found.add(file);
          included.add(part);
        }
      const all = [...found].filter((file) => file.namespace === namespace);
      const answer = { whole: all.filter((file) => !included.has(file)), all };
      if (all.length > 0) roots.set(root, answer);
      return answer;
    },
    resolve: resolveReference,
  };
}

function grouped(files: SchemaFile[], keyOf: (file: SchemaFile) => string): Map<string, SchemaFile[]> {
  const groups = new Map<string, SchemaFile[]>();
  for (const file of files) groups.set(keyOf(file), [...(groups.get(keyOf(file)) ?? []), file]);
  return groups;
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = resolve(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : /\.xsd$/i.test(entry.name) ? [path] : [];
    });
  } catch {
    return [];
  }
}

function fileAt(path: string): SchemaFile | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const root = readXml(withoutDtd(text), limits);
    if (root.namespace !== xsd || root.name !== 'schema') return undefined;
    return {
      path,
      name: basename(path),
      namespace: root.attributes['targetNamespace'] ?? '',
      digest: createHash('sha256').update(text).digest('hex'),
      elements: declared(root),
      references: root.children.flatMap((child) => referenceIn(child.name, (name) => child.attributes[name]) ?? []),
    };
  } catch {
    return undefined;
  }
}

/** `redefine` brings in what it redefines. */
export function referenceIn(name: string, attribute: (name: string) => string | undefined): Reference | undefined {
  if (!['import', 'include', 'redefine'].includes(name)) return undefined;
  const location = attribute('schemaLocation') ?? '';
  return {
    kind: name === 'import' ? 'import' : 'include',
    namespace: attribute('namespace') ?? '',
    location,
    name: nameIn(location),
  };
}

/** Schemas of the W3C bring one along. */
const withoutDtd = (text: string) => text.replace(/<!DOCTYPE[^[>]*(?:\[[^\]]*\])?\s*>/, '');

const declared = (root: Element) =>
  new Set(root.children.flatMap(({ name, attributes }) => (name === 'element' ? (attributes['name'] ?? []) : [])));

/** An import may give an address in the net. */
const nameIn = (location: string) => basename(URL.parse(location, 'file:///')?.pathname ?? '');

function sharedFolders(a: string, b: string): number {
  const up = relative(dirname(b), dirname(a))
    .split(sep)
    .filter((step) => step === '..').length;
  return join(dirname(b)).split(sep).length - up;
}
