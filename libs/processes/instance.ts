import type { Edge, Schema } from '#fim/model.js';
import type { FormField } from '#intake/service-bw/form.js';
import type { Json } from '#submission/vocabulary.js';
import { formFieldAt, keyOf, type Row, type RowIndex, rowOf } from './mapping.js';

type JsonObject = { [key: string]: Json };

/** A form field that did not get into the instance. */
export interface RejectedField {
  field: FormField;
  code: 'unknownField' | 'notRepeated';
  /** The row that takes only one instance. */
  row?: Row;
}

/** The values of a group and the groups below it, numbered as in the form, where numbers may be missing. */
class GroupNode {
  /** By field id. */
  readonly values = new Map<string, { items: Json[]; keys: string[] }>();
  /** By group id, then by the form's number. */
  readonly groups = new Map<string, Map<number, GroupNode>>();

  group(id: string, number: number): GroupNode {
    const numbered = this.groups.get(id) ?? new Map<number, GroupNode>();
    this.groups.set(id, numbered);
    const node = numbered.get(number) ?? new GroupNode();
    numbered.set(number, node);
    return node;
  }

  /** The form's numbers of a group, in the order of the array that they become. */
  numbers(id: string): number[] {
    return [...(this.groups.get(id)?.keys() ?? [])].sort((a, b) => a - b);
  }
}

/** A FIM instance made from a form, and the way back from the instance to the form. */
export interface FilledInstance {
  data: JsonObject;
  rejected: RejectedField[];
  /** FIM path of the field that each file belongs to, by attachment id. */
  files: Map<string, string>;
  /** The form field, `<group>_<n>_<field>`, that fills a JSON pointer into `data`, even if it was left empty. */
  formField(pointer: string): string | undefined;
}

/**
 * Fills a FIM instance from form values. Empty values are ignored. Gaps between the numbers of instances close up. A
 * group that the schema demands is always present, so that validation names every field that is missing in it.
 */
export function fillInstance(
  fields: FormField[],
  index: RowIndex,
  schema: Schema,
  ignored: (field: FormField) => boolean,
): FilledInstance {
  const root = new GroupNode();
  const rejected: RejectedField[] = [];
  const files = new Map<string, string>();
  for (const field of fields) {
    if (isEmpty(field.value) || ignored(field)) continue;
    const row = rowOf(index, field.group, field.field);
    if (!row) rejected.push({ field, code: 'unknownField' });
    else if (!put(root, row, field)) rejected.push({ field, code: 'notRepeated', row });
    else for (const attachmentId of filesIn(field.value)) files.set(attachmentId, row.path);
  }
  return {
    data: toJson(schema.edges, root),
    rejected,
    files,
    formField: (pointer) => formFieldOf(pointer, root, index),
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

/** False if the field has a second instance and its row takes only one. */
function put(root: GroupNode, row: Row, field: FormField): boolean {
  const counted = row.levels.some((level) => level.repeated && level.fixed === undefined);
  const repeatedLeaf = row.leaf.max > 1;
  if (field.instance > 0 && !counted && !repeatedLeaf) return false;
  let node = root;
  for (const level of row.levels) node = node.group(level.id, level.repeated ? (level.fixed ?? field.instance) : 0);
  const value = node.values.get(row.leaf.element.id) ?? { items: [], keys: [] };
  for (const item of Array.isArray(field.value) ? field.value.filter((item) => !isEmpty(item)) : [field.value]) {
    value.items.push(item);
    value.keys.push(field.key);
  }
  node.values.set(row.leaf.element.id, value);
  return true;
}

function toJson(edges: Edge[], node: GroupNode): JsonObject {
  const result: JsonObject = {};
  for (const { element, min, max } of edges) {
    if (element.kind === 'field') {
      const items = node.values.get(element.id)?.items;
      if (items) result[element.id] = max > 1 || items.length > 1 ? items : items[0]!;
      continue;
    }
    const filled = node.numbers(element.id).map((number) => toJson(element.edges, node.group(element.id, number)));
    if (filled.length === 0 && min > 0 && max === 1) filled.push(toJson(element.edges, new GroupNode()));
    if (filled.length > 0) result[element.id] = max > 1 ? filled : filled[0]!;
  }
  return result;
}

function formFieldOf(pointer: string, root: GroupNode, index: RowIndex): string | undefined {
  const tokens = pointer.split('/').slice(1);
  const path: string[] = [];
  const numbers: number[] = [];
  let node: GroupNode | undefined = root;
  for (let i = 0; i < tokens.length; i++) {
    const id = tokens[i]!;
    path.push(id);
    const position = /^\d+$/.test(tokens[i + 1] ?? '') ? Number(tokens[++i]) : undefined;
    const value = node?.values.get(id);
    if (value) return value.keys[position ?? 0] ?? value.keys[0];
    const number: number = node?.numbers(id)[position ?? 0] ?? position ?? 0;
    numbers.push(number);
    node = node?.groups.get(id)?.get(number);
  }
  return emptyFormField(path, numbers, index);
}

/**
 * The form field for a path without a value: its row, or for a group the first mandatory row below it, or the first.
 */
function emptyFormField(path: string[], numbers: number[], index: RowIndex): string | undefined {
  const here = path.join('.');
  const below = [...index.byPath].filter(([other]) => other.startsWith(`${here}.`));
  const paths = index.byPath.has(here)
    ? [here]
    : [...below.filter(([, [row]]) => row!.leaf.min > 0), ...below].map(([other]) => other);
  for (const path of paths) {
    const found = formFieldAt(index, path, numbers);
    if (found) return keyOf(found);
  }
  return undefined;
}
