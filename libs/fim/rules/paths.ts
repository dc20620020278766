import {
  carriesData,
  dataEdge,
  type Edge,
  type Field,
  type Group,
  positions,
  type Rule,
  type Schema,
} from '../model.js';
import { identifiersOf, pathsOf, type Statement } from './statements.js';

/** A schema, group or field that has rules, at one position. Paths in its rules are resolved from there. */
export interface RuleOwner {
  /** `''` for the schema itself. */
  path: string;
  /** The edges from the schema's root down to the element. */
  trail: Edge[];
  element: Schema | Group | Field;
  rules: Rule[];
}

/** A path in a rule, resolved: up from the owner by some groups, then down some edges. */
export interface ResolvedPath {
  up: number;
  down: Edge[];
  /** Path of ids from the schema's root. */
  path: string;
}

/** Every position with rules, the schema first. */
export function* ruleOwners(schema: Schema): Generator<RuleOwner> {
  if (schema.rules.length > 0) yield { path: '', trail: [], element: schema, rules: schema.rules };
  for (const { path, edge, parents } of positions(schema)) {
    const { element } = edge;
    if (element.rules.length > 0 && carriesData(element))
      yield { path, trail: trailOf(parents, schema, edge), element, rules: element.rules };
  }
}

const trailOf = (parents: Group[], schema: Schema, edge: Edge): Edge[] => [
  ...parents.map((group, i) => dataEdge(i === 0 ? schema : parents[i - 1]!, group.id)!),
  edge,
];

/**
 * `self.G1.F2` goes down from the owner. A path without `self` is looked for in the owner, then in each group around
 * it, so that one group used at two positions finds its own neighbours.
 */
export function resolvePath(schema: Schema, owner: RuleOwner, path: string): ResolvedPath | undefined {
  const ids = path.split('.');
  if (ids[0] === 'self') return descend(schema, owner, 0, ids.slice(1));
  for (let up = 0; up <= owner.trail.length; up++) {
    const found = descend(schema, owner, up, ids);
    if (found !== undefined) return found;
  }
  return undefined;
}

function descend(schema: Schema, owner: RuleOwner, up: number, ids: string[]): ResolvedPath | undefined {
  const above = owner.trail.slice(0, owner.trail.length - up);
  let element: Schema | Group | Field = above.at(-1)?.element ?? schema;
  const down: Edge[] = [];
  for (const id of ids) {
    const edge: Edge | undefined = element.kind === 'field' ? undefined : dataEdge(element, id);
    if (edge === undefined) return undefined;
    down.push(edge);
    element = edge.element;
  }
  const path = [...above, ...down].map((edge) => edge.element.id).join('.');
  return { ...ownWay(owner, up, down), path };
}

/** A path that comes back on the owner's own way stays in the owner's item of a repeated group. */
function ownWay({ trail }: RuleOwner, up: number, down: Edge[]): Pick<ResolvedPath, 'up' | 'down'> {
  let same = 0;
  while (same < up && same < down.length && trail[trail.length - up + same] === down[same]) same++;
  return { up: up - same, down: down.slice(same) };
}

/** The element that a path leads to. */
export const elementAt = (schema: Schema, { trail }: RuleOwner, { up, down }: ResolvedPath): Schema | Group | Field =>
  down.at(-1)?.element ?? trail.at(trail.length - 1 - up)?.element ?? schema;

/** The edges that a path follows, from the schema's root. */
export const edgesOf = ({ trail }: RuleOwner, { up, down }: ResolvedPath): Edge[] => [
  ...trail.slice(0, trail.length - up),
  ...down,
];

/**
 * How a statement is judged, or why it is not: `unresolvable` where a path does not exist from its owner,
 * `severalLoops` where it speaks of two repeated groups that do not lie in one another, so that nobody knows which
 * items belong together.
 */
export type Judgement = { loop?: Loop } | 'unresolvable' | 'severalLoops';

/** The repeated group whose items a statement takes one by one. */
export interface Loop {
  /** Edges from the schema's root down to the repeated one. */
  edges: Edge[];
  /** How many of them lie on the owner's own way. */
  from: number;
  /** Whether the condition looks into the items; if not, it is judged where there is none as well. */
  inCondition: boolean;
}

export function judgementOf(schema: Schema, owner: RuleOwner, statement: Statement): Judgement {
  const paths = pathsOf(statement).map((path) => resolvePath(schema, owner, path));
  if (!paths.every((path) => path !== undefined)) return 'unresolvable';
  const loops = paths.map((path) => loopOf(owner, path, statement.effect));
  const longest = loops.reduce((a, b) => (b.length > a.length ? b : a), []);
  if (!loops.every((loop) => loop.every((edge, i) => edge === longest[i]))) return 'severalLoops';
  if (longest.length === 0) return {};
  const inCondition = identifiersOf(statement.condition).some(
    (path) => loopOf(owner, resolvePath(schema, owner, path)!, statement.effect).length > 0,
  );
  const parting = longest.findIndex((edge, i) => edge !== owner.trail[i]);
  return { loop: { edges: longest, from: parting, inCondition } };
}

/**
 * The edges down to the last repeated one on the way of a path, below what it shares with its owner. The last step
 * counts for `valid` only: `require` and `forbid` take a repeated element as one.
 */
function loopOf(owner: RuleOwner, path: ResolvedPath, effect: Statement['effect']): Edge[] {
  const onTheWay = effect === 'valid' ? path.down : path.down.slice(0, -1);
  const last = onTheWay.findLastIndex((edge) => edge.max > 1);
  const edges = edgesOf(owner, path);
  return last < 0 ? [] : edges.slice(0, edges.length - path.down.length + last + 1);
}
