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
import { pathsOf, type Statement } from './statements.js';

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
  return { up, down, path: [...above, ...down].map((edge) => edge.element.id).join('.') };
}

/** Whether every path of a statement exists from its owner. If not, the rule is not checked and left to people. */
export const isResolvable = (schema: Schema, owner: RuleOwner, statement: Statement): boolean =>
  pathsOf(statement).every((path) => resolvePath(schema, owner, path) !== undefined);
