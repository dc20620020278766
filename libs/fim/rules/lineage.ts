import { isJsonObject, type Json } from '../json.js';
import type { Edge } from '../model.js';
import type { Loop, ResolvedPath } from './paths.js';

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

/** Every item of a loop, as the nodes from the root down to it. One without value stands where there is none. */
export function itemsOfLoop(lineage: Lineage, edges: Edge[]): Lineage[] {
  let found = [lineage];
  for (const edge of edges.slice(lineage.length - 1))
    found = found.flatMap((one) => itemsOf(one.at(-1)!, edge).map((child) => [...one, child]));
  return found;
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

/**
 * The nodes from which a statement is judged: those of its owner and, where it takes the items of a repeated group one
 * by one, those down to one item.
 */
export interface Standpoint {
  lineage: Lineage;
  item?: { loop: Loop; lineage: Lineage };
}

/** Where a path begins: as far down as it goes with the item, else at its place above the owner. */
function begin({ lineage, item }: Standpoint, { up, down }: ResolvedPath): { node: InstanceNode; rest: Edge[] } {
  const depth = lineage.length - 1 - up;
  let shared = 0;
  if (item !== undefined && depth <= item.loop.from)
    while (shared < down.length && item.loop.edges[depth + shared] === down[shared]) shared++;
  const node = shared === 0 ? lineage[depth]! : item!.lineage[depth + shared]!;
  return { node, rest: down.slice(shared) };
}

/** The nodes that a path leads to. Repeated groups on the way are taken item by item, the last step as `last` says. */
function nodesAt(
  from: Standpoint,
  path: ResolvedPath,
  last: (parent: InstanceNode, edge: Edge) => InstanceNode[],
): InstanceNode[] {
  const { node, rest } = begin(from, path);
  let found = [node];
  rest.forEach((edge, i) => {
    const step = i < rest.length - 1 ? itemsOf : last;
    found = found.flatMap((node) => step(node, edge));
  });
  return found;
}

/** What a statement is about. A repeated element is one node, and an absent one is there without value. */
export const targetsOf = (from: Standpoint, path: ResolvedPath): InstanceNode[] =>
  nodesAt(from, path, (parent, edge) => [childOf(parent, edge)]);

/** The values that a path leads to, item by item, without what is empty. */
export const valuesOf = (from: Standpoint, path: ResolvedPath): Json[] =>
  nodesAt(from, path, itemsOf)
    .flatMap(({ value }) => value ?? [])
    .filter((value) => !isEmpty(value));

/** The deepest value looked into: no group is nested deeper, but a value of the wrong type may be, without end. */
const deepest = 100;

/** Whether a value holds no input. */
export function isEmpty(value: Json | undefined, depth = 0): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && depth < deepest && Object.values(value).every((part) => isEmpty(part, depth + 1));
}
