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
}

/** What lies below a folder. */
export interface SchemaIndex {
  inNamespace(namespace: string): SchemaFile[];
  /** Files that declare this root themselves: libxml2 skips a second import of a namespace, so a file that only imports them may not do. */
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
  return {
    inNamespace: (namespace) => files.filter((file) => file.namespace === namespace && file.elements.size > 0),
    declaring: (namespace, element) =>
      files.filter((file) => file.namespace === namespace && file.elements.has(element)),
    at: (path) => byPath.get(path),
    nearest(name, from) {
      const shared = ({ path }: SchemaFile) => -sharedFolders(path, from.path);
      return files.filter((file) => file.name === name).sort((a, b) => shared(a) - shared(b))[0];
    },
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
    };
  } catch {
    return undefined;
  }
}

/** Schemas of the W3C bring one along. */
const withoutDtd = (text: string) => text.replace(/<!DOCTYPE[^[>]*(?:\[[^\]]*\])?\s*>/, '');

const declared = (root: Element) =>
  new Set(root.children.flatMap(({ name, attributes }) => (name === 'element' ? (attributes['name'] ?? []) : [])));

function sharedFolders(a: string, b: string): number {
  const up = relative(dirname(b), dirname(a))
    .split(sep)
    .filter((step) => step === '..').length;
  return join(dirname(b)).split(sep).length - up;
}
