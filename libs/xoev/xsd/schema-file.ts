import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { withoutDtd } from '../dtd.js';
import { type Element, readXml } from '../read.js';

const xsd = 'http://www.w3.org/2001/XMLSchema';
/** The installation's own files: the schemas of a standard may be larger than any message. */
const limits = { size: 64 * 1024 * 1024, depth: 256, elements: 2_000_000 };

/** A schema's reference to another. */
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

/** Reads every `.xsd` below the folder, shorter paths first. Leaves out what is no schema or cannot be read. */
export function schemaFilesBelow(folder: string): SchemaFile[] {
  return pathsBelow(folder)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap((path) => fileAt(path) ?? []);
}

/** Reads what an element at the top of a schema refers to. `redefine` counts as `include`. */
export function referenceIn(name: string, attribute: (name: string) => string | undefined): Reference | undefined {
  if (!['import', 'include', 'redefine'].includes(name)) return undefined;
  const location = attribute('schemaLocation') ?? '';
  return {
    kind: name === 'import' ? 'import' : 'include',
    namespace: attribute('namespace') ?? '',
    location,
    name: fileNameIn(location),
  };
}

function pathsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = resolve(folder, entry.name);
      return entry.isDirectory() ? pathsBelow(path) : /\.xsd$/i.test(entry.name) ? [path] : [];
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
      elements: elementsDeclaredIn(root),
      references: root.children.flatMap((child) => referenceIn(child.name, (name) => child.attributes[name]) ?? []),
    };
  } catch {
    return undefined;
  }
}

const elementsDeclaredIn = (root: Element) =>
  new Set(root.children.flatMap(({ name, attributes }) => (name === 'element' ? (attributes['name'] ?? []) : [])));

/** The location may be a path or a URL. */
const fileNameIn = (location: string) => basename(URL.parse(location, 'file:///')?.pathname ?? '');
