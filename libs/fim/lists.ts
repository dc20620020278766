import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions } from './model.js';
import { parseXml, type XmlNode } from './reading/xml-tree.js';
import { texts } from './texts/findings.js';
import { Unreadable } from './unreadable.js';

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

/** Resolves lists by canonical URI and version. */
export interface ListFolder {
  /** The list in exactly this version, or the newest there is where none is asked for. */
  find(uri: string, version?: string): CodeList | undefined;
  /** Versions at hand, newest first. */
  versions(uri: string): string[];
}

const limits = { bytes: 32_000_000, elements: 2_000_000 };
const genericode = 'http://docs.oasis-open.org/codelist/ns/genericode/1.0/';

/**
 * Reads a genericode 1.0 file.
 * @throws Unreadable with a German sentence when the file is not a code list
 */
export function readCodeList(xml: string | Uint8Array): CodeList {
  const root = parseXml(xml, limits);
  if (root.name !== 'CodeList' || root.namespace !== genericode)
    throw new Unreadable('genericode', texts.genericode.format);
  const identification = need(root, 'Identification');
  const uri = needText(identification, 'CanonicalUri');
  const version = needText(identification, 'Version');
  const columnSet = need(root, 'ColumnSet');
  const columns = all(columnSet, 'Column').map((column) => column.attributes['Id'] ?? '');
  if (columns.length === 0) throw new Unreadable('genericode', texts.genericode.noColumns(uri));
  return {
    uri,
    version,
    versionUri: text(child(identification, 'CanonicalVersionUri')) || `${uri}_${version}`,
    name: text(child(identification, 'LongName')) || text(child(identification, 'ShortName')) || uri,
    columns,
    keys: all(columnSet, 'Key')
      .map((key) => readKey(key, columns))
      .filter((key) => key.columns.length > 0),
    rows: all(need(root, 'SimpleCodeList'), 'Row').map((row) => readRow(row, columns)),
    sha256: createHash('sha256').update(xml).digest('hex'),
  };
}

function readKey(key: XmlNode, columns: string[]): Key {
  const marks = child(child(key, 'Annotation'), 'AppInfo')?.children ?? [];
  return {
    id: key.attributes['Id'] ?? '',
    columns: all(key, 'ColumnRef')
      .map((ref) => ref.attributes['Ref'] ?? '')
      .filter((ref) => columns.includes(ref)),
    recommended: marks.some((mark) => /^(recommendedKeyColumn|empfohleneCodeSpalte|xoev-code)$/.test(mark.name)),
  };
}

/** A `Value` without `ColumnRef` belongs to the column after its predecessor's (genericode 1.0, §Value). */
function readRow(row: XmlNode, columns: string[]): (string | undefined)[] {
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

/**
 * The column to transmit: the one that the schema names (`wanted`, its codeKey), else the recommended key, else the key
 * named codeKey, else the first key, else the first column. `undefined` where the wanted one does not exist.
 */
export function codeColumn(list: CodeList, wanted?: string): string | undefined {
  if (wanted !== undefined) return column(list, wanted);
  const key =
    list.keys.find((key) => key.recommended) ??
    list.keys.find((key) => key.id.toLowerCase() === 'codekey') ??
    list.keys[0];
  return key?.columns[0] ?? list.columns[0];
}

/**
 * The column to show beside the column `code`: the one that the schema names (`wanted`, its nameKey), else the first
 * that is no key, else any other, else the code itself.
 */
export function nameColumn(list: CodeList, code: string, wanted?: string): string {
  const keys = new Set(list.keys.flatMap((key) => key.columns));
  return (
    (wanted === undefined ? undefined : column(list, wanted)) ??
    list.columns.find((name) => name !== code && !keys.has(name)) ??
    list.columns.find((name) => name !== code) ??
    code
  );
}

/** A column by its id, or by the id of a key on it. */
export const column = (list: CodeList, wanted: string): string | undefined =>
  list.columns.find((name) => name === wanted) ?? list.keys.find((key) => key.id === wanted)?.columns[0];

/** A code list's file and the version it holds. */
interface ListFile {
  version: string;
  path: string;
}

/** Opens a folder of genericode files (`*.xml`). Files are indexed now and parsed when first needed. */
export function openListFolder(dir: string): ListFolder {
  const files = indexOf(dir);
  const read = new Map<string, CodeList>();
  const filesOf = (uri: string) => files.get(uri) ?? [];
  return {
    versions: (uri) => filesOf(uri).map((file) => file.version),
    find(uri, version) {
      const file = filesOf(uri).find((file) => version === undefined || file.version === version);
      if (file === undefined) return undefined;
      const list = read.get(file.path) ?? readCodeList(readFileSync(file.path));
      read.set(file.path, list);
      return list;
    },
  };
}

/** Files by canonical URI, newest version first. */
function indexOf(dir: string): Map<string, ListFile[]> {
  const files = new Map<string, ListFile[]>();
  const names = readdirSync(dir).filter((name) => name.endsWith('.xml'));
  for (const name of names.sort()) {
    const path = join(dir, name);
    const { uri, version } = identify(readFileSync(path, 'utf8'));
    if (uri !== undefined && version !== undefined) files.set(uri, [...(files.get(uri) ?? []), { version, path }]);
  }
  for (const versions of files.values()) versions.sort((a, b) => compareVersions(b.version, a.version));
  return files;
}

/** Finds out which list a file holds without parsing it: a file may have megabytes. */
function identify(xml: string): { uri?: string; version?: string } {
  const identification = xml.slice(Math.max(0, xml.search(/<(?:\w+:)?Identification[\s>]/)));
  return {
    uri: /<(?:\w+:)?CanonicalUri>\s*([^<\s]+)/.exec(identification)?.[1],
    version: /<(?:\w+:)?Version>\s*([^<]*?)\s*</.exec(identification)?.[1],
  };
}

/** No lists at all: every reference must be bound. */
export const noLists: ListFolder = { find: () => undefined, versions: () => [] };

const all = (node: XmlNode, name: string) => node.children.filter((child) => child.name === name);
const child = (node: XmlNode | undefined, name: string) => node?.children.find((child) => child.name === name);
const text = (node: XmlNode | undefined) => node?.text.trim() ?? '';

function need(node: XmlNode, name: string): XmlNode {
  const found = child(node, name);
  if (found === undefined) throw new Unreadable('genericode', texts.genericode.missingElement(name));
  return found;
}

function needText(node: XmlNode, name: string): string {
  const found = text(need(node, name));
  if (found === '') throw new Unreadable('genericode', texts.genericode.emptyElement(name));
  return found;
}
