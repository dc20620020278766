import { type CodeList, codeColumn, column, nameColumn } from '../lists.js';
import type { BoundList, Options } from '../model.js';
import { texts } from '../texts/findings.js';
import type { Findings, Location } from './findings.js';
import type { ReadOptions } from './options.js';

/** A field's reference to a list. */
export interface ListReference {
  uri: string;
  /** Absent: whatever is current. */
  version?: string;
  versionUri?: string;
  /** Columns that the field names: to transmit, to show, to explain. */
  codeKey?: string;
  nameKey?: string;
  helpKey?: string;
}

/** Finds the lists a schema refers to, once per list, and keeps the record of what was chosen. */
export class ListBinder {
  readonly bound: BoundList[] = [];
  private readonly resolved = new Map<string, Options | undefined>();

  constructor(
    private readonly options: ReadOptions,
    private readonly findings: Findings,
  ) {}

  /**
   * Returns the same object for the same reference; `undefined` where it is refused, which a finding explains.
   * @param location of the field, for findings
   */
  resolve(reference: ListReference, location: Location): Options | undefined {
    const { uri, version, codeKey, nameKey, helpKey } = reference;
    const identity = JSON.stringify([uri, version, codeKey, nameKey, helpKey]);
    if (!this.resolved.has(identity)) this.resolved.set(identity, this.bind(reference, location));
    return this.resolved.get(identity);
  }

  private bind(reference: ListReference, location: Location): Options | undefined {
    const { uri, version } = reference;
    const versionUri = reference.versionUri ?? (version === undefined ? uri : `${uri}_${version}`);
    const named = this.options.bind?.[versionUri] ?? this.options.bind?.[uri];
    const list = named ?? this.find(uri, version, location);
    if (list === undefined) return undefined;
    if (named !== undefined && named.versionUri !== versionUri)
      this.findings.warn('listBound', texts.list.bound(versionUri, named.versionUri), location);
    const how = named !== undefined ? 'bound' : version === undefined ? 'newest' : 'pinned';
    return this.optionsOf(list, reference, how, location);
  }

  private find(uri: string, version: string | undefined, location: Location): CodeList | undefined {
    const { lists } = this.options;
    try {
      const list = lists.find(uri, version);
      if (list === undefined)
        this.findings.error('1115', texts.list.missing(uri, version, lists.versions(uri).slice(0, 5)), location);
      return list;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.findings.error('list', texts.list.unreadable(uri, reason), location);
      return undefined;
    }
  }

  private optionsOf(
    list: CodeList,
    { uri, version, codeKey, nameKey, helpKey }: ListReference,
    how: BoundList['how'],
    location: Location,
  ): Options | undefined {
    const { versionUri, sha256 } = list;
    const code = codeColumn(list, codeKey);
    if (code === undefined) {
      this.findings.error('1122', texts.list.noColumn(versionUri, codeKey ?? ''), location);
      return undefined;
    }
    for (const wanted of [nameKey, helpKey])
      if (wanted !== undefined && column(list, wanted) === undefined)
        this.findings.warn('1122', texts.list.noColumn(versionUri, wanted), location);
    const name = nameColumn(list, code, nameKey);
    const codes = this.codesOf(list, code, name, location);
    if (codes.size === 0) this.findings.error('1044', texts.list.noEntries(versionUri), location);
    const bound: BoundList = {
      uri,
      version,
      versionUri,
      how,
      codeColumn: code,
      nameColumn: name,
      size: codes.size,
      sha256,
    };
    this.bound.push(bound);
    const help = helpKey === undefined ? undefined : column(list, helpKey);
    return { codes, ...(help !== undefined && { help: helpOf(list, code, help) }), list: bound };
  }

  /** Code to name; the code itself where a row has no name. */
  private codesOf(list: CodeList, code: string, name: string, location: Location): Map<string, string> {
    const codes = new Map<string, string>();
    let doubles = 0;
    let empty = 0;
    for (const [key, value] of cells(list, code, name)) {
      if (!key) empty++;
      else if (codes.has(key)) doubles++;
      else codes.set(key, value || key);
    }
    if (doubles > 0) this.findings.warn('1045', texts.list.doubleCodes(list.versionUri, doubles), location);
    if (empty > 0) this.findings.warn('1045', texts.list.rowsWithoutCode(list.versionUri, empty), location);
    return codes;
  }
}

/** Code to help text, for the rows that have one. */
function helpOf(list: CodeList, code: string, help: string): Map<string, string> {
  const helps = new Map<string, string>();
  for (const [key, value] of cells(list, code, help)) if (key && value && !helps.has(key)) helps.set(key, value);
  return helps;
}

/** Two columns of a list, row by row. */
function cells(list: CodeList, first: string, second: string) {
  const from = list.columns.indexOf(first);
  const to = list.columns.indexOf(second);
  return list.rows.map((row) => [row[from], row[to]] as const);
}
