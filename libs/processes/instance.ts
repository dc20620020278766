import type { Edge, Schema } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import { type FormField, formPlace, keyOf, type Row, type RowIndex, rowOf } from './mapping.js';

type JsonObject = { [key: string]: Json };

/** Why a form field could not be placed. */
export interface Misplaced {
  field: FormField;
  code: 'unknownField' | 'notRepeated';
  /** The row that takes one instance only. */
  row?: Row;
}

/** Where form values came to stand: groups by the form's own numbers, which may have gaps. */
class Place {
  readonly values = new Map<string, { items: Json[]; keys: string[] }>();
  readonly groups = new Map<string, Map<number, Place>>();

  group(id: string, number: number): Place {
    const numbered = this.groups.get(id) ?? new Map<number, Place>();
    this.groups.set(id, numbered);
    const place = numbered.get(number) ?? new Place();
    numbered.set(number, place);
    return place;
  }

  /** The form's numbers of a group, in the order of the array that they become. */
  numbers(id: string): number[] {
    return [...(this.groups.get(id)?.keys() ?? [])].sort((a, b) => a - b);
  }
}

/** A form placed on its schema: the FIM instance, what had no place, and the way back to the form. */
export interface Placed {
  data: JsonObject;
  misplaced: Misplaced[];
  /** FIM path of the field each file belongs to, by attachment id. */
  files: Map<string, string>;
  /** The form field that a JSON pointer into `data` comes from, or would have come from: `<group>_<n>_<field>`. */
  formField(pointer: string): string | undefined;
}

/**
 * Places form values: empty ones are no input; a group that the schema demands is always there, so that what is missing in it is named field by field;
 * gaps between instances close up.
 */
export function place(
  fields: FormField[],
  index: RowIndex,
  schema: Schema,
  ignored: (field: FormField) => boolean,
): Placed {
  const root = new Place();
  const misplaced: Misplaced[] = [];
  const files = new Map<string, string>();
  for (const field of fields) {
    if (isEmpty(field.value) || ignored(field)) continue;
    const row = rowOf(index, field.group, field.field);
    if (!row) misplaced.push({ field, code: 'unknownField' });
    else if (!put(root, row, field)) misplaced.push({ field, code: 'notRepeated', row });
    else for (const attachmentId of filesIn(field.value)) files.set(attachmentId, row.path);
  }
  return {
    data: toJson(schema.edges, root),
    misplaced,
    files,
    formField: (pointer) => formField(pointer, root, index),
  };
}

export const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.every(isEmpty));

function filesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  return value !== null && typeof value === 'object' && typeof value['attachmentId'] === 'string'
    ? [value['attachmentId']]
    : [];
}

function put(root: Place, row: Row, field: FormField): boolean {
  const counted = row.levels.some((level) => level.repeated && level.fixed === undefined);
  const repeatedLeaf = row.leaf.max > 1;
  if (field.instance > 0 && !counted && !repeatedLeaf) return false;
  let at = root;
  for (const level of row.levels) at = at.group(level.id, level.repeated ? (level.fixed ?? field.instance) : 0);
  const value = at.values.get(row.leaf.element.id) ?? { items: [], keys: [] };
  for (const item of Array.isArray(field.value) ? field.value.filter((item) => !isEmpty(item)) : [field.value]) {
    value.items.push(item);
    value.keys.push(field.key);
  }
  at.values.set(row.leaf.element.id, value);
  return true;
}

function toJson(edges: Edge[], place: Place): JsonObject {
  const result: JsonObject = {};
  for (const { element, min, max } of edges) {
    if (element.kind === 'field') {
      const items = place.values.get(element.id)?.items;
      if (items) result[element.id] = max > 1 || items.length > 1 ? items : items[0]!;
      continue;
    }
    const filled = place.numbers(element.id).map((number) => toJson(element.edges, place.group(element.id, number)));
    if (filled.length === 0 && min > 0 && max === 1) filled.push(toJson(element.edges, new Place()));
    if (filled.length > 0) result[element.id] = max > 1 ? filled : filled[0]!;
  }
  return result;
}

function formField(pointer: string, root: Place, index: RowIndex): string | undefined {
  const tokens = pointer.split('/').slice(1);
  const path: string[] = [];
  const numbers: number[] = [];
  let at: Place | undefined = root;
  for (let i = 0; i < tokens.length; i++) {
    const id = tokens[i]!;
    path.push(id);
    const position = /^\d+$/.test(tokens[i + 1] ?? '') ? Number(tokens[++i]) : undefined;
    const value = at?.values.get(id);
    if (value) return value.keys[position ?? 0] ?? value.keys[0];
    const number: number = at?.numbers(id)[position ?? 0] ?? position ?? 0;
    numbers.push(number);
    at = at?.groups.get(id)?.get(number);
  }
  return wanted(path, numbers, index);
}

/** The form field for a place without value: the row that leads there, or for a group the first mandatory row below it. */
function wanted(path: string[], numbers: number[], index: RowIndex): string | undefined {
  const here = path.join('.');
  const below = [...index.byPath].filter(([other]) => other.startsWith(`${here}.`));
  const paths = index.byPath.has(here)
    ? [here]
    : [...below.filter(([, [row]]) => row!.leaf.min > 0), ...below].map(([other]) => other);
  for (const path of paths) {
    const found = formPlace(index, path, numbers);
    if (found) return keyOf(found);
  }
  return undefined;
}
