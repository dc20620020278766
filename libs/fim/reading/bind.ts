import { type CodeList, codeColumn, column, nameColumn } from '../lists.js';
import type { BoundList, Options } from '../model.js';
import type { Findings, Place } from './findings.js';
import type { ReadOptions } from './options.js';

/** A field's reference to a list: version absent means "whatever is current". */
export interface ListReference {
  uri: string;
  version?: string;
  versionUri?: string;
  codeKey?: string;
  nameKey?: string;
  helpKey?: string;
}

/** Finds the lists a schema refers to, once per list, and keeps the record of what was chosen. */
export class ListBinder {
  readonly bound: BoundList[] = [];
  private readonly known = new Map<string, Options | undefined>();

  constructor(
    private readonly options: ReadOptions,
    private readonly findings: Findings,
  ) {}

  /** The same reference always yields the same object. `undefined`: refused, and the finding says why. */
  resolve(reference: ListReference, place: Place): Options | undefined {
    const { uri, version, codeKey, nameKey, helpKey } = reference;
    const identity = JSON.stringify([uri, version, codeKey, nameKey, helpKey]);
    if (!this.known.has(identity)) this.known.set(identity, this.open(reference, place));
    return this.known.get(identity);
  }

  private open(reference: ListReference, place: Place): Options | undefined {
    const { uri, version } = reference;
    const versionUri = reference.versionUri ?? (version === undefined ? uri : `${uri}_${version}`);
    const named = this.options.bind?.[versionUri] ?? this.options.bind?.[uri];
    const list = named ?? this.find(uri, version, place);
    if (list === undefined) return undefined;
    if (named !== undefined && named.versionUri !== versionUri)
      this.findings.warn('listBound', `Statt ${versionUri} gilt beim Import ausdrücklich ${named.versionUri}.`, place);
    const how = named !== undefined ? 'bound' : version === undefined ? 'newest' : 'pinned';
    return this.choose(list, reference, how, place);
  }

  private find(uri: string, version: string | undefined, place: Place): CodeList | undefined {
    try {
      const list = this.options.lists.find(uri, version);
      if (list === undefined) this.missing(uri, version, place);
      return list;
    } catch (error) {
      this.findings.error('list', `Die Codeliste ${uri} ist nicht lesbar: ${(error as Error).message}`, place);
      return undefined;
    }
  }

  private missing(uri: string, version: string | undefined, place: Place): void {
    const wanted = version === undefined ? uri : `${uri} in Version ${version}`;
    const there = this.options.lists.versions(uri);
    const hint = there.length > 0 ? ` Vorhanden: ${there.slice(0, 5).join(', ')}.` : '';
    const how = 'Legen Sie die Liste in den Ordner oder binden Sie ausdrücklich eine andere (--list URN=DATEI).';
    this.findings.error('1115', `Die Codeliste ${wanted} fehlt.${hint} ${how}`, place);
  }

  private choose(list: CodeList, reference: ListReference, how: BoundList['how'], place: Place): Options | undefined {
    const code = codeColumn(list, reference.codeKey);
    if (code === undefined) {
      this.findings.error('1122', `Die Codeliste ${list.versionUri} hat keine Spalte „${reference.codeKey}“.`, place);
      return undefined;
    }
    for (const wanted of [reference.nameKey, reference.helpKey])
      if (wanted !== undefined && column(list, wanted) === undefined)
        this.findings.warn('1122', `Die Codeliste ${list.versionUri} hat keine Spalte „${wanted}“.`, place);
    const name = nameColumn(list, code, reference.nameKey);
    const help = reference.helpKey === undefined ? undefined : column(list, reference.helpKey);
    const codes = this.pick(list, code, name, place);
    const { uri, version } = reference;
    const { versionUri, sha256 } = list;
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
    if (codes.size === 0) this.findings.error('1044', `Die Codeliste ${versionUri} hat keine Einträge.`, place);
    this.bound.push(bound);
    return { codes, ...(help === undefined ? {} : { help: this.pick(list, code, help, {}, true) }), list: bound };
  }

  private pick(list: CodeList, code: string, name: string, place: Place, quiet = false): Map<string, string> {
    const from = list.columns.indexOf(code);
    const to = list.columns.indexOf(name);
    const codes = new Map<string, string>();
    let doubles = 0;
    let empty = 0;
    for (const row of list.rows) {
      const key = row[from];
      if (!key) empty++;
      else if (codes.has(key)) doubles++;
      else if (!quiet || row[to]) codes.set(key, row[to] || key);
    }
    if (!quiet && doubles > 0)
      this.findings.warn('1045', `In der Codeliste ${list.versionUri} kommen ${doubles} Codes doppelt vor.`, place);
    if (!quiet && empty > 0)
      this.findings.warn('1045', `In der Codeliste ${list.versionUri} fehlt in ${empty} Zeilen der Code.`, place);
    return codes;
  }
}
