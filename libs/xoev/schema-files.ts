import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Element, readXml } from './read.js';

const xsd = 'http://www.w3.org/2001/XMLSchema';
/** The installation's own files: the schemas of a standard may be larger than any message. */
const limits = { size: 64 * 1024 * 1024, depth: 256, elements: 2_000_000 };

/** An XML Schema file. */
export interface SchemaFile {
  /** Absolute. */
  path: string;
  /** Without folders. */
  name: string;
  namespace: string;
  /** Names of the elements that it declares at the top. */
  elements: Set<string>;
  /** Names of the files that it includes. */
  includes: Set<string>;
}

/** What lies below a folder. */
export interface SchemaIndex {
  inNamespace(namespace: string): SchemaFile[];
  /**
   * Files that declare this root themselves: libxml2 skips a second import of a namespace, so a file that only imports them may not do. Then those that include
   * them: what is included may need its neighbours, and has the namespace of the includer where it has none.
   */
  declaring(namespace: string, element: string): SchemaFile[];
  at(path: string): SchemaFile | undefined;
  /** Of the files with this name, the one that has most of its way in common with `from`. */
  nearest(name: string, from: SchemaFile): SchemaFile | undefined;
  bytes(file: SchemaFile): Uint8Array;
}

/** Reads every `.xsd` below the folder; what is no schema is left out. */
export function indexOf(folder: string): SchemaIndex {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xsd'))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap((name) => fileAt(resolve(folder, name)) ?? []);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const roots = new Map<string, SchemaFile[]>();
  const nearest = (name: string, from: SchemaFile): SchemaFile | undefined => {
    const shared = ({ path }: SchemaFile) => -sharedFolders(path, from.path);
    return files.filter((file) => file.name === name).sort((a, b) => shared(a) - shared(b))[0];
  };
  return {
    inNamespace: (namespace) =>
      files.filter((file) => file.namespace === namespace && file.elements.size + file.includes.size > 0),
    declaring(namespace, element) {
      const root = `${namespace} ${element}`;
      const known = roots.get(root);
      if (known) return known;
      const found = new Set(files.filter((file) => file.elements.has(element)));
      for (const part of found)
        for (const file of files)
          if (file.includes.has(part.name) && nearest(part.name, file) === part) found.add(file);
      const declared = [...found].filter((file) => file.namespace === namespace);
      if (declared.length > 0) roots.set(root, declared);
      return declared;
    },
    at: (path) => byPath.get(path),
    nearest,
    bytes: ({ path }) => readFileSync(path),
  };
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
      includes: included(root),
    };
  } catch {
    return undefined;
  }
}

/** Schemas of the W3C bring one along. */
const withoutDtd = (text: string) => text.replace(/<!DOCTYPE[^[>]*(?:\[[^\]]*\])?\s*>/, '');

const declared = (root: Element) =>
  new Set(root.children.flatMap(({ name, attributes }) => (name === 'element' ? (attributes['name'] ?? []) : [])));

const included = (root: Element) =>
  new Set(
    root.children.flatMap(({ name, attributes }) =>
      name === 'include' || name === 'redefine' ? basename(attributes['schemaLocation'] ?? '') : [],
    ),
  );

function sharedFolders(a: string, b: string): number {
  const up = relative(dirname(b), dirname(a))
    .split(sep)
    .filter((step) => step === '..').length;
  return join(dirname(b)).split(sep).length - up;
}
