import { type Edge, type Field, type Group, positions, type Schema } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import type { Rows } from './process-file.js';

/** One filled form field. File values are `{ attachmentId, filename, mimetype, size }` or lists of them. */
export interface FormField {
  /** As sent: `<group>_<instance>_<field>`. */
  key: string;
  group: string;
  /** From 0. */
  instance: number;
  field: string;
  value: Json;
}

/** One group on a row's path. Only a repeated group is counted: by a fixed number, or by the form's instance. */
export interface Level {
  id: string;
  repeated: boolean;
  fixed?: number;
}

/** A form field and the place it fills. */
export interface Row {
  group: string;
  field: string;
  /** FIM path without numbers, `G1.G2.F3`. */
  path: string;
  levels: Level[];
  leaf: Edge & { element: Field };
}

export class MappingError extends Error {}

/** The rows of a process, found by form field and by FIM path. */
export interface RowIndex {
  byForm: Map<string, Row>;
  byPath: Map<string, Row[]>;
  /** The form uses FIM ids, so that a group may also be named by its whole path: `G1.G2`, or `G1.0.G2` where G1 is repeated. */
  identity: boolean;
}

/**
 * Resolves written rows against the schema.
 * @throws MappingError naming the row that fits nowhere or leaves open what its instance counts
 */
export function readRows(rows: Rows, schema: Schema): RowIndex {
  const index: RowIndex = { byForm: new Map(), byPath: new Map(), identity: false };
  for (const [key, path] of Object.entries(rows)) {
    const dot = key.lastIndexOf('.');
    add(index, readRow(key.slice(0, dot), key.slice(dot + 1), path, schema));
  }
  return index;
}

/** One row per field of the schema: under its innermost group's id where that group has one position, and under its whole path. Fields without group stand under the schema's id. */
export function identityRows(schema: Schema): RowIndex {
  const index: RowIndex = { byForm: new Map(), byPath: new Map(), identity: true };
  const all = [...positions(schema)];
  const uses = new Map<string, number>();
  for (const { edge } of all)
    uses.set(edge.element.id, (uses.get(edge.element.id) ?? 0) + (edge.element.kind === 'group' ? 1 : 0));
  for (const { path, parents, edge } of all) {
    if (edge.element.kind !== 'field') continue;
    const inner = parents.at(-1)?.id ?? schema.id;
    const whole = parents.map((group) => group.id).join('.') || schema.id;
    if ((uses.get(inner) ?? 0) <= 1) add(index, readRow(inner, edge.element.id, path, schema, true));
    if (whole !== inner || (uses.get(inner) ?? 0) > 1) add(index, readRow(whole, edge.element.id, path, schema, true));
  }
  return index;
}

function add(index: RowIndex, row: Row): void {
  index.byForm.set(`${row.group}.${row.field}`, row);
  index.byPath.set(row.path, [...(index.byPath.get(row.path) ?? []), row]);
}

function readRow(group: string, field: string, written: string, schema: Schema, innermost = false): Row {
  const levels: Level[] = [];
  const tokens = written.split('.').map((token) => /^([^[]+)(?:\[(\d+)\])?$/.exec(token)!);
  let parent: { edges: Edge[] } = schema;
  for (const [depth, [, id, number]] of tokens.entries()) {
    const edge: Edge | undefined = parent.edges.find((edge) => edge.element.id === id);
    if (!edge)
      throw new MappingError(
        `${group}.${field}: Den Pfad ${written} gibt es im Schema ${schema.id} nicht (bei ${id}).`,
      );
    if (depth === tokens.length - 1) {
      if (edge.element.kind === 'group')
        throw new MappingError(`${group}.${field}: ${written} ist eine Gruppe, kein Feld.`);
      const path = tokens.map((token) => token[1]).join('.');
      fixOuter(levels, innermost, `${group}.${field}: ${written}`);
      return { group, field, path, levels, leaf: edge as Row['leaf'] };
    }
    if (edge.element.kind === 'field')
      throw new MappingError(`${group}.${field}: ${id} in ${written} ist ein Feld, keine Gruppe.`);
    levels.push({ id: id!, repeated: edge.max > 1, ...(number === undefined ? {} : { fixed: Number(number) }) });
    parent = edge.element as Group;
  }
  throw new MappingError(`${group}.${field}: Der Pfad ist leer.`);
}

/** The instance counts one repeated group. Written rows must fix the others; by FIM ids the instance counts the innermost, and the outer ones stand at 0. */
function fixOuter(levels: Level[], innermost: boolean, row: string): void {
  const open = levels.filter((level) => level.repeated && level.fixed === undefined);
  if (open.length > 1 && !innermost)
    throw new MappingError(
      `${row}: Mehrere Gruppen wiederholen sich; alle bis auf eine brauchen eine feste Nummer wie [0].`,
    );
  for (const level of open.slice(0, -1)) level.fixed = 0;
}

/** The row of a form field, also for a whole path with numbers (`G1.0.G2`). */
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

/** The place in the form that leads to a FIM path; `numbers` counts the group at each depth of it. */
export function formPlace(
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

/** The whole path with the numbers of its outer repeated groups: `G1.2.G2`. */
const numbered = (levels: Level[], counted: number, numbers: number[]): string =>
  levels
    .flatMap(({ id, repeated }, depth) => (repeated && depth !== counted ? [id, String(numbers[depth] ?? 0)] : [id]))
    .join('.');

export const keyOf = ({ group, instance, field }: Pick<FormField, 'group' | 'instance' | 'field'>): string =>
  `${group}_${instance}_${field}`;
