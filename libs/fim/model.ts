import type { Statement } from './rules/statements.js';

/**
 * The format-neutral model of a FIM data schema: what XDatenfelder 2.0 and 3.0.0 say, without their XML.
 * Elements are identified by id and version, positions by the path of ids from the root (`G1.G2.F3`).
 */

export type Standard = '2.0' | '3.0.0';
/** 0102 Stammdatenschema, 0103 Datenfeldgruppe, 0104 Datenfeld; the latter two become a schema with one position. */
export type Message = '0102' | '0103' | '0104';

export const inputs = ['input', 'select', 'label', 'hidden', 'locked'] as const;
/** Feldart. */
export type Input = (typeof inputs)[number];

export const dataTypes = [
  'text',
  'text_latin',
  'date',
  'time',
  'datetime',
  'bool',
  'num',
  'num_int',
  'num_currency',
  'file',
  'obj',
] as const;
/** Datentyp. */
export type DataType = (typeof dataTypes)[number];

/** Bezug: the legal basis or other source an element rests on. */
export interface Reference {
  text: string;
  link?: string;
}

/** Relation to another element. */
export interface Relation {
  /** ABL derived from, ERS replaces, EQU equivalent to, VKN linked with. */
  predicate: string;
  id: string;
  version?: string;
}

/** What schemas, groups and fields have in common. */
export interface Element {
  id: string;
  /** Absent in a working copy (Arbeitskopie). */
  version?: string;
  /** `<id>V<version>`, or the bare id of a working copy. */
  key: string;
  name: string;
  /** Bezeichnung Eingabe: what the person reads at the field. */
  label: string;
  outputLabel?: string;
  help?: string;
  outputHelp?: string;
  description?: string;
  definition?: string;
  references: Reference[];
  /** Freigabestatus 1 to 8 (5 and 6: approved, 7: inactive, 8: to be deleted); 2.0 files are mapped onto it. */
  status: number;
  /** ABS, HAR or RNG; absent on schemas. */
  origin?: string;
  validFrom?: string;
  validTo?: string;
  relations: Relation[];
  rules: Rule[];
}

export interface Schema extends Element {
  kind: 'schema';
  standard: Standard;
  message: Message;
  edges: Edge[];
  /** Every code list the schema uses, with the version that was chosen at import. */
  lists: BoundList[];
  /** The file of rules that was read beside the schema. */
  addedRules?: AddedRules;
}

/** A file that translates free-text rules of a schema, which itself stays as it is. */
export interface AddedRules {
  version: string;
  /** Of the file, hex. */
  sha256: string;
}

export interface Group extends Element {
  kind: 'group';
  /** Auswahlgruppe (art X): exactly one child, where the group is present. */
  choice: boolean;
  edges: Edge[];
}

export interface Field extends Element {
  kind: 'field';
  input: Input;
  type: DataType;
  limits: Limits;
  /** Inhalt: the text of a label, or the initial value of a field. Never a default of the validator. */
  content?: string;
  prefill: 'keine' | 'optional' | 'verpflichtend';
  options?: Options;
}

/** A schema or a group: what has elements inside. */
export interface Parent {
  edges: Edge[];
}

/** One use of an element inside a schema or group. Multiplicity belongs here, not to the element. */
export interface Edge {
  min: number;
  /** `Infinity` for `*`. */
  max: number;
  references: Reference[];
  element: Group | Field;
}

/** Präzisierung, and what limits files. */
export interface Limits {
  /** In code points, as `maxLength`. */
  minLength?: number;
  maxLength?: number;
  /** Written as a decimal, a date, a time or a dateTime, as the field's type says; so is `max`. */
  min?: string;
  max?: string;
  /** XSD regular expression as written. */
  pattern?: string;
  /** Bytes. */
  maxSize?: number;
  /** `image/png`, or `image/*` for every image. */
  mediaTypes?: string[];
}

/** What may be chosen: code to name. Codes are strings with leading zeros; equal names are two entries. */
export interface Options {
  codes: ReadonlyMap<string, string>;
  help?: ReadonlyMap<string, string>;
  /** Absent for inline `werte`. */
  list?: BoundList;
}

/** A code list that a schema refers to, and which file was taken for it. */
export interface BoundList {
  /** The URI, and the version if any, that the schema refers to. */
  uri: string;
  version?: string;
  /** Of the list that was taken. */
  versionUri: string;
  /** `pinned`: the version referred to; `newest`: none was, so the newest there is; `bound`: named by the import. */
  how: 'pinned' | 'newest' | 'bound';
  codeColumn: string;
  nameColumn?: string;
  size: number;
  /** Of the list's XML, hex. */
  sha256: string;
}

export interface Rule {
  id: string;
  version?: string;
  name: string;
  /** For people. */
  text: string;
  /** The machine-readable form; absent where there is only text. */
  statements?: Statement[];
  /** German reasons why statements beside them are not executable. */
  refused?: string[];
  /** Ids of the added rules from which statements come that the schema's file does not have. */
  added?: string[];
}

/** `<id>V<version>`, the written form of the standard. */
export const keyOf = (id: string, version?: string) => (version ? `${id}V${version}` : id);

/** Labels and static objects carry no data: they never occur in an instance. */
export const carriesData = (element: Group | Field): boolean =>
  element.kind === 'group' || (element.input !== 'label' && element.type !== 'obj');

/** The edges that may occur in an instance. */
export const dataEdges = (parent: Parent): Edge[] => parent.edges.filter((edge) => carriesData(edge.element));

const edgesById = new WeakMap<Edge[], Map<string, Edge>>();

/** The edge to the child of that id, if it may occur in an instance. */
export function dataEdge(parent: Parent, id: string): Edge | undefined {
  const known = edgesById.get(parent.edges) ?? new Map(dataEdges(parent).map((edge) => [edge.element.id, edge]));
  edgesById.set(parent.edges, known);
  return known.get(id);
}

/** Approved for use: Freigabestatus 5 (silver) or 6 (gold). */
export const isReleased = (schema: Schema) => schema.status === 5 || schema.status === 6;

/** Whether the schema is valid on a day (`YYYY-MM-DD`). */
export const isValidOn = (schema: Schema, day: string) =>
  (schema.validFrom === undefined || schema.validFrom <= day) &&
  (schema.validTo === undefined || day <= schema.validTo);

/** Orders versions number by number (`1.10` after `1.9`); a working copy comes last. */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const left = a.split(/\D+/).map(Number);
  const right = b.split(/\D+/).map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A node of the schema's tree: one use of an element. */
export interface Position {
  /** Ids from the root, joined by dots. */
  path: string;
  edge: Edge;
  /** Groups above, outermost first. */
  parents: Group[];
}

/** Every position below a schema or group, in document order. */
export function* positions(root: Parent, parents: Group[] = [], above = ''): Generator<Position> {
  for (const edge of root.edges) {
    const { element } = edge;
    const path = above + element.id;
    yield { path, edge, parents };
    if (element.kind === 'group') yield* positions(element, [...parents, element], `${path}.`);
  }
}
