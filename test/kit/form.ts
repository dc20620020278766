import type { Edge } from '#fim/model.js';
import type { FormField } from '#intake/service-bw/form.js';
import { formFieldAt, keyOf } from '#processes/mapping.js';
import type { Process } from '#processes/process.js';
import type { Json } from '#submission/vocabulary.js';

/**
 * The form that a portal would post for a FIM instance: the inverse of the mapping.
 * @throws Error if a value has no form field, or something other than an object stands where a group belongs
 */
export function formOf(process: Process, instance: Json): FormField[] {
  return fieldsOf(process, process.model.edges, instance, [], []);
}

function fieldsOf(process: Process, edges: Edge[], value: Json, path: string[], numbers: number[]): FormField[] {
  const foreign = isGroup(value) && Object.keys(value).find((id) => !edges.some(({ element }) => element.id === id));
  if (!isGroup(value) || foreign) throw new Error(`There is no form field for ${[...path, foreign].join('.')}.`);
  return edges.flatMap(({ element, max }) => {
    const given = value[element.id];
    if (given === undefined) return [];
    const here = [...path, element.id];
    if (element.kind === 'field') return [fieldAt(process, here, numbers, given)];
    const items = max > 1 && Array.isArray(given) ? given : [given];
    return items.flatMap((item, i) => fieldsOf(process, element.edges, item, here, [...numbers, i]));
  });
}

const isGroup = (value: Json): value is { [id: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function fieldAt({ rows }: Process, path: string[], numbers: number[], value: Json): FormField {
  const found = formFieldAt(rows, path.join('.'), numbers);
  if (!found) throw new Error(`There is no form field for ${path.join('.')}.`);
  return { key: keyOf(found), ...found, value };
}
