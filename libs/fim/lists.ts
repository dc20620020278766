import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions } from './model.js';
import { Unreadable } from './reading/findings.js';
import { type Node, parseTree } from './reading/tree.js';

/** A code list in one version, as OASIS genericode 1.0 holds it. */
export interface CodeList {
  /** Canonical URI, without version. */
  uri: string;
  version: string;
  /** Canonical version URI. */
  versionUri: string;
  name: string;
  columns: string[];
  keys: Key[];
  /** One cell per column; absent cells are `undefined`. */
  rows: (string | undefined)[][];
  /** Of the XML, hex. */
  sha256: string;
}

export interface Key {
  id: string;
  /** Columns that together identify a row. */
  columns: string[];
  /** The list's author names this key as the one to transmit. */
  recommended: boolean;
}

/** Resolves lists by canonical URI and version, from a folder on disk and nowhere else. */
export interface ListFolder {
  /** The list in exactly this version, or the newest there is where none is asked for. */
  find(uri: string, version?: string): CodeList | undefined;
  /** Versions at hand, newest first. */
  versions(uri: string): string[];
}

const limits = { size: 32_000_000, count: 2_000_000 };
const genericode = 'http://docs.oasis-open.org/codelist/ns/genericode/1.0/';

/**
 * Reads a genericode 1.0 file.
 * @throws Error with a German sentence when the file is not a code list
 */
export function readCodeList(xml: string | Uint8Array): CodeList {
  const root = parseTree(xml, limits);
  if (root.name !== 'CodeList' || root.namespace !== genericode)
    throw new Unreadable('genericode', 'Die Datei ist keine Codeliste im Format genericode 1.0.');
  const identification = need(root, 'Identification');
  const uri = needText(identification, 'CanonicalUri');
  const version = needText(identification, 'Version');
  const columns = all(need(root, 'ColumnSet'), 'Column').map((column) => column.attributes['Id'] ?? '');
  if (columns.length === 0) throw new Unreadable('genericode', `Die Codeliste ${uri} hat keine Spalten.`);
  return {
    uri,
    version,
    versionUri: text(child(identification, 'CanonicalVersionUri')) || `${uri}_${version}`,
    name: text(child(identification, 'LongName')) || text(child(identification, 'ShortName')) || uri,
    columns,
    keys: all(need(root, 'ColumnSet'), 'Key')
      .map((key) => readKey(key, columns))
      .filter((key) => key.columns.length > 0),
    rows: all(need(root, 'SimpleCodeList'), 'Row').map((row) => readRow(row, columns)),
    sha256: createHash('sha256').update(xml).digest('hex'),
  };
}

function readKey(key: Node, columns: string[]): Key {
  const annotation = child(child(key, 'Annotation'), 'AppInfo')?.children ?? [];
  return {
    id: key.attributes['Id'] ?? '',
    columns: all(key, 'ColumnRef')
      .map((ref) => ref.attributes['Ref'] ?? '')
      .filter((ref) => columns.includes(ref)),
    recommended: annotation.some((mark) => /^(recommendedKeyColumn|empfohleneCodeSpalte|xoev-code)$/.test(mark.name)),
  };
}

/** A `Value` without `ColumnRef` belongs to the column after its predecessor's (genericode 1.0, §Value). */
function readRow(row: Node, columns: string[]): (string | undefined)[] {
  const cells: (string | undefined)[] = new Array(columns.length).fill(undefined);
  let next = 0;
  for (const value of all(row, 'Value')) {
    const ref = value.attributes['ColumnRef'];
    const index = ref === undefined ? next : columns.indexOf(ref);
    next = index + 1;
    const simple = child(value, 'SimpleValue');
    if (index >= 0 && index < columns.length && simple !== undefined) cells[index] = simple.text.trim();
  }
  return cells;
}

/** Column to transmit: codeKey of the schema, else the recommended key, else the key named codeKey, else the first. */
export function codeColumn(list: CodeList, wanted?: string): string | undefined {
  if (wanted !== undefined) return column(list, wanted);
  const key =
    list.keys.find((key) => key.recommended) ??
    list.keys.find((key) => key.id.toLowerCase() === 'codekey') ??
    list.keys[0];
  return key?.columns[0] ?? list.columns[0];
}

/** Column to show: nameKey of the schema, else the first column that is no key, else the code itself. */
export function nameColumn(list: CodeList, code: string, wanted?: string): string {
  const keys = new Set(list.keys.flatMap((key) => key.columns));
  return (
    (wanted === undefined ? undefined : column(list, wanted)) ??
    list.columns.find((name) => name !== code && !keys.has(name)) ??
    list.columns.find((name) => name !== code) ??
    code
  );
}

/** A column by its id, or by the id of a key that stands for it. */
export const column = (list: CodeList, wanted: string): string | undefined =>
  list.columns.find((name) => name === wanted) ?? list.keys.find((key) => key.id === wanted)?.columns[0];

/** Opens a folder of genericode files. Files are indexed now and parsed when first needed. */
export function openListFolder(dir: string): ListFolder {
  const files = new Map<string, { version: string; file: string }[]>();
  for (const name of readdirSync(dir)
    .filter((name) => name.endsWith('.xml'))
    .sort()) {
    const text = readFileSync(join(dir, name), 'utf8');
    const head = text.slice(Math.max(0, text.search(/<(?:\w+:)?Identification[\s>]/)));
    const uri = /<(?:\w+:)?CanonicalUri>\s*([^<\s]+)/.exec(head)?.[1];
    const version = /<(?:\w+:)?Version>\s*([^<]*?)\s*</.exec(head)?.[1];
    if (uri !== undefined && version !== undefined)
      files.set(uri, [...(files.get(uri) ?? []), { version, file: join(dir, name) }]);
  }
  for (const versions of files.values()) versions.sort((a, b) => compareVersions(b.version, a.version));
  const read = new Map<string, CodeList>();
  return {
    versions: (uri) => (files.get(uri) ?? []).map((entry) => entry.version),
    find(uri, version) {
      const entry = (files.get(uri) ?? []).find((entry) => version === undefined || entry.version === version);
      if (entry === undefined) return undefined;
      if (!read.has(entry.file)) read.set(entry.file, readCodeList(readFileSync(entry.file)));
      return read.get(entry.file);
    },
  };
}

/** No lists at all: every reference must be bound. */
export const noLists: ListFolder = { find: () => undefined, versions: () => [] };

const all = (node: Node, name: string) => node.children.filter((child) => child.name === name);
const child = (node: Node | undefined, name: string) => node?.children.find((child) => child.name === name);
const text = (node: Node | undefined) => node?.text.trim() ?? '';

function need(node: Node, name: string): Node {
  const found = child(node, name);
  if (found === undefined) throw new Unreadable('genericode', `In der Codeliste fehlt das Element ${name}.`);
  return found;
}

function needText(node: Node, name: string): string {
  const found = text(need(node, name));
  if (found === '') throw new Unreadable('genericode', `In der Codeliste ist das Element ${name} leer.`);
  return found;
}
