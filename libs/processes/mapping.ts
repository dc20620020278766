import { type Edge, type Field, positions, type Schema } from '#fim/model.js';
import type { FormField } from '#intake/service-bw/form.js';
import type { Rows } from './process-file.js';
import { texts } from './texts.js';

/** One group on a row's path. A repeated group is counted by a fixed number, or by the form's instance number. */
export interface Level {
  id: string;
  repeated: boolean;
  fixed?: number;
}

/** A form field and the FIM field that it fills. */
export interface Row {
  group: string;
  field: string;
  /** FIM path without numbers, `G1.G2.F3`. */
  path: string;
  levels: Level[];
  leaf: Edge & { element: Field };
}

export class MappingError extends Error {}

/** The rows of a process. */
export interface RowIndex {
  /** By `group.field`. */
  byForm: Map<string, Row>;
  /** By FIM path without numbers. */
  byPath: Map<string, Row[]>;
  /**
   * The form uses FIM ids. A group may then also be named by its whole path: `G1.G2`, or `G1.0.G2` if G1 is repeated.
   */
  identity: boolean;
}

/**
 * Resolves written rows against the schema.
 * @throws MappingError that names a row whose path does not exist, or that leaves open what its instance counts
 */
export function readRows(rows: Rows, schema: Schema): RowIndex {
  const index: RowIndex = { byForm: new Map(), byPath: new Map(), identity: false };
  for (const [key, path] of Object.entries(rows)) {
    const dot = key.lastIndexOf('.');
    add(index, readRow(key.slice(0, dot), key.slice(dot + 1), path, schema));
  }
  return index;
}

/**
 * The rows of a form that uses FIM ids. Every field of the schema stands under the whole path of its group and, if its
 * innermost group has only one position, also under that group's id. Fields without a group stand under the schema's
 * id.
 */
export function identityRows(schema: Schema): RowIndex {
  const index: RowIndex = { byForm: new Map(), byPath: new Map(), identity: true };
  const all = [...positions(schema)];
  const groupPositions = new Map<string, number>();
  for (const { edge } of all)
    if (edge.element.kind === 'group')
      groupPositions.set(edge.element.id, (groupPositions.get(edge.element.id) ?? 0) + 1);
  for (const { path, parents, edge } of all) {
    if (edge.element.kind !== 'field') continue;
    const inner = parents.at(-1)?.id ?? schema.id;
    const whole = parents.map((group) => group.id).join('.') || schema.id;
    const unambiguous = (groupPositions.get(inner) ?? 0) <= 1;
    if (unambiguous) add(index, readRow(inner, edge.element.id, path, schema, true));
    if (whole !== inner || !unambiguous) add(index, readRow(whole, edge.element.id, path, schema, true));
  }
  return index;
}

function add(index: RowIndex, row: Row): void {
  index.byForm.set(`${row.group}.${row.field}`, row);
  index.byPath.set(row.path, [...(index.byPath.get(row.path) ?? []), row]);
}

function readRow(group: string, field: string, written: string, schema: Schema, byIds = false): Row {
  const row = `${group}.${field}`;
  const levels: Level[] = [];
  const tokens = written.split('.').map((token) => /^([^[]+)(?:\[(\d+)\])?$/.exec(token)!);
  let parent: { edges: Edge[] } = schema;
  for (const [depth, [, id = '', number]] of tokens.entries()) {
    const edge: Edge | undefined = parent.edges.find((edge) => edge.element.id === id);
    if (!edge) throw new MappingError(texts.mapping.noSuchPath(row, written, schema.id, id));
    if (depth === tokens.length - 1) {
      if (!isLeaf(edge)) throw new MappingError(texts.mapping.groupNotField(row, written));
      const path = tokens.map((token) => token[1]).join('.');
      fixOuter(levels, byIds, row, written);
      return { group, field, path, levels, leaf: edge };
    }
    const { element } = edge;
    if (element.kind === 'field') throw new MappingError(texts.mapping.fieldNotGroup(row, id, written));
    levels.push({ id, repeated: edge.max > 1, ...(number !== undefined && { fixed: Number(number) }) });
    parent = element;
  }
  throw new MappingError(texts.mapping.emptyPath(row));
}

const isLeaf = (edge: Edge): edge is Row['leaf'] => edge.element.kind === 'field';

/**
 * The form's instance counts one repeated group. Written rows must fix all others. By FIM ids the instance counts the
 * innermost one, and the outer ones are fixed at 0.
 */
function fixOuter(levels: Level[], byIds: boolean, row: string, written: string): void {
  const open = levels.filter((level) => level.repeated && level.fixed === undefined);
  if (open.length > 1 && !byIds) throw new MappingError(texts.mapping.ambiguous(row, written));
  for (const level of open.slice(0, -1)) level.fixed = 0;
}

/** The row of a form field, also if its group is a whole path with numbers (`G1.0.G2`). */
export function rowOf(index: RowIndex, group: string, field: string): Row | undefined {
  const row = index.byForm.get(`${group}.${field}`);
  if (row || !index.identity || !/\.\d+(\.|$)/.test(group)) return row;
  const tokens = group.split('.');
  const plain = index.byForm.get(`${tokens.filter((token) => !/^\d+$/.test(token)).join('.')}.${field}`);
  if (!plain) return undefined;
  const numbers = tokens.flatMap((token, i) => (/^\d+$/.test(token) ? [[tokens[i - 1]!, Number(token)] as const] : []));
  const levels = plain.levels.map((level) => ({
    ...level,
    fixed: numbers.find(([id]) => id === level.id)?.[1] ?? level.fixed,
  }));
  return { ...plain, group, levels };
}

/** The form field that fills a FIM path; `numbers` holds the number of the group at each depth of the path. */
export function formFieldAt(
  index: RowIndex,
  path: string,
  numbers: number[],
): Pick<FormField, 'group' | 'instance' | 'field'> | undefined {
  const rows = index.byPath.get(path) ?? [];
  const fits = ({ levels }: Row) =>
    levels.every(({ fixed }, depth) => fixed === undefined || fixed === (numbers[depth] ?? 0));
  const row = rows.find(fits) ?? (index.identity ? rows[0] : undefined);
  if (!row) return undefined;
  const counted = row.levels.findIndex(({ repeated, fixed }) => repeated && fixed === undefined);
  const group = fits(row) ? row.group : numbered(row.levels, counted, numbers);
  return { group, instance: counted < 0 ? 0 : (numbers[counted] ?? 0), field: row.field };
}

/** The whole path of a group with the numbers of its outer repeated groups: `G1.2.G2`. */
const numbered = (levels: Level[], counted: number, numbers: number[]): string =>
  levels
    .flatMap(({ id, repeated }, depth) => (repeated && depth !== counted ? [id, String(numbers[depth] ?? 0)] : [id]))
    .join('.');

/** `<group>_<instance>_<field>`, as a form sends it. */
export const keyOf = ({ group, instance, field }: Pick<FormField, 'group' | 'instance' | 'field'>): string =>
  `${group}_${instance}_${field}`;
