import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Element, readXml } from './read.js';

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
}

/** An XML Schema file. */
export interface SchemaFile {
  /** Absolute. */
  path: string;
  /** Without folders. */
  name: string;
  namespace: string;
  /** Names of the elements that it declares at the top. */
  elements: Set<string>;
  references: Reference[];
}

/** What lies below a folder. */
export interface SchemaIndex {
  size: number;
  inNamespace(namespace: string): SchemaFile[];
  /** Files that declare this root themselves, then those that include them: what is included may need its neighbours, and has the namespace of the includer where it has none. */
  declaring(namespace: string, element: string): { own: SchemaFile[]; including: SchemaFile[] };
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
  const roots = new Map<string, { own: SchemaFile[]; including: SchemaFile[] }>();
  const nearest = (candidates: SchemaFile[], from: SchemaFile): SchemaFile[] => {
    const near = Math.max(...candidates.map(({ path }) => sharedFolders(path, from.path)));
    return candidates.filter(({ path }) => sharedFolders(path, from.path) === near);
  };

  function resolveReference(from: SchemaFile, { kind, namespace, location }: Reference): SchemaFile[] {
    const fits = (file: SchemaFile) =>
      kind === 'import' ? file.namespace === namespace : ['', from.namespace].includes(file.namespace);
    const fitting = files.filter((file) => file !== from && fits(file));
    const named = fitting.filter(({ name }) => name === nameIn(location));
    const here = named.find(({ path }) => path === resolve(dirname(from.path), location));
    if (here) return [here];
    if (named.length > 0) return nearest(named, from).slice(0, 1);
    return kind === 'import' && fitting.length > 0 ? nearest(fitting, from) : [];
  }

  return {
    size: files.length,
    inNamespace: (namespace) =>
      files.filter((file) => file.namespace === namespace && file.elements.size + file.references.length > 0),
    declaring(namespace, element) {
      const root = `${namespace} ${element}`;
      const known = roots.get(root);
      if (known) return known;
      const declared = files.filter((file) => file.elements.has(element));
      const found = new Set(declared);
      for (const part of found)
        for (const file of files)
          if (file.references.some((one) => one.kind === 'include' && resolveReference(file, one)[0] === part))
            found.add(file);
      const inside = [...found].filter((file) => file.namespace === namespace);
      const answer = {
        own: inside.filter((file) => file.elements.has(element)),
        including: inside.filter((file) => !file.elements.has(element)),
      };
      if (inside.length > 0) roots.set(root, answer);
      return answer;
    },
    resolve: resolveReference,
  };
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
    const root = readXml(withoutDtd(readFileSync(path, 'utf8')), limits);
    if (root.namespace !== xsd || root.name !== 'schema') return undefined;
    return {
      path,
      name: basename(path),
      namespace: root.attributes['targetNamespace'] ?? '',
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
  return {
    kind: name === 'import' ? 'import' : 'include',
    namespace: attribute('namespace') ?? '',
    location: attribute('schemaLocation') ?? '',
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
