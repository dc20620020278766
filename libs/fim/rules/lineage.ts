import { isJsonObject, type Json } from '../json.js';
import type { Edge } from '../model.js';
import type { ResolvedPath } from './paths.js';

/** A value of an instance, with the pointer to it. */
export interface InstanceNode {
  /** `undefined` where there is none. */
  value: Json | undefined;
  pointer: string;
}
/** The nodes from the root of an instance down to a rule's owner. */
export type Lineage = InstanceNode[];

/**
 * Every occurrence of a position: a group occurs once per item, a field once per group around it, present or not.
 * @param lineage where to start
 * @param trail the edges from there down to the position
 */
export function* lineagesOf(lineage: Lineage, trail: Edge[]): Generator<Lineage> {
  const [edge, ...rest] = trail;
  if (edge === undefined) return yield lineage;
  const parent = lineage.at(-1)!;
  if (parent.value === undefined) return;
  const children = edge.element.kind === 'group' ? itemsOf(parent, edge) : [childOf(parent, edge)];
  for (const child of children) yield* lineagesOf([...lineage, child], rest);
}

/** The child of a node; a node without value where it is absent. */
function childOf(parent: InstanceNode, edge: Edge): InstanceNode {
  const { id } = edge.element;
  const value = isJsonObject(parent.value) ? parent.value[id] : undefined;
  return { value, pointer: `${parent.pointer}/${id}` };
}

/** The child of a node; a repeated one item by item. */
function itemsOf(parent: InstanceNode, edge: Edge): InstanceNode[] {
  const child = childOf(parent, edge);
  if (!Array.isArray(child.value)) return [child];
  return child.value.map((item, i) => ({ value: item, pointer: `${child.pointer}/${i}` }));
}

/** The nodes that a path leads to. Repeated groups on the way are taken item by item, the last step as `last` says. */
function nodesAt(
  lineage: Lineage,
  { up, down }: ResolvedPath,
  last: (parent: InstanceNode, edge: Edge) => InstanceNode[],
): InstanceNode[] {
  let found = [lineage[lineage.length - 1 - up]!];
  down.forEach((edge, i) => {
    const step = i < down.length - 1 ? itemsOf : last;
    found = found.flatMap((node) => step(node, edge));
  });
  return found;
}

/** What a statement is about. A repeated element is one node, and an absent one is there without value. */
export const targetsOf = (lineage: Lineage, path: ResolvedPath): InstanceNode[] =>
  nodesAt(lineage, path, (parent, edge) => [childOf(parent, edge)]);

/** The values that a path leads to, item by item, without what is empty. */
export const valuesOf = (lineage: Lineage, path: ResolvedPath): Json[] =>
  nodesAt(lineage, path, itemsOf)
    .flatMap(({ value }) => value ?? [])
    .filter((value) => !isEmpty(value));

/** The deepest value looked into: no group is nested deeper, but a value of the wrong type may be, without end. */
const deepest = 100;

/** Whether a value holds no input. */
export function isEmpty(value: Json | undefined, depth = 0): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && depth < deepest && Object.values(value).every((part) => isEmpty(part, depth + 1));
}
