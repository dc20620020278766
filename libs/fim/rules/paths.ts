import {
  type Condition,
  carriesData,
  dataEdge,
  type Edge,
  type Field,
  type Group,
  positions,
  type Rule,
  type Schema,
} from '../model.js';
import type { Findings } from '../reading/findings.js';

/** A position that rules hang on, with everything above it, outermost first. */
export interface Site {
  /** `''` for the schema itself. */
  path: string;
  /** From the first edge below the schema down to the element itself. */
  trail: Edge[];
  element: Schema | Group | Field;
  rules: Rule[];
}

/** A rule's path, resolved: some groups up from the site, then down these edges. */
export interface Route {
  up: number;
  steps: Edge[];
  /** Path of ids from the schema's root. */
  path: string;
}

/** Every position with rules, the schema first. */
export function* sites(schema: Schema): Generator<Site> {
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
 * `self.G1.F2` goes down from the site. A path without `self` is looked for in the site, then in each group around it,
 * so that one group used at two positions finds its own neighbours.
 */
export function route(schema: Schema, site: Site, identifier: string): Route | undefined {
  const [first, ...rest] = identifier.split('.');
  if (first === 'self') return descend(schema, site, 0, rest);
  for (let up = 0; up <= site.trail.length; up++) {
    const found = descend(schema, site, up, [first!, ...rest]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function descend(schema: Schema, site: Site, up: number, ids: string[]): Route | undefined {
  const above = site.trail.slice(0, site.trail.length - up);
  let element: Schema | Group | Field = above.at(-1)?.element ?? schema;
  const steps: Edge[] = [];
  for (const id of ids) {
    const edge: Edge | undefined = element.kind === 'field' ? undefined : dataEdge(element, id);
    if (edge === undefined) return undefined;
    steps.push(edge);
    element = edge.element;
  }
  return { up, steps, path: [...above, ...steps].map((edge) => edge.element.id).join('.') };
}

/** Every identifier in a condition. */
export function identifiers(condition: Condition | undefined): string[] {
  if (typeof condition !== 'object') return [];
  if ('identifier' in condition) return [condition.identifier];
  if ('is_empty' in condition) return [condition.is_empty.identifier];
  if ('not' in condition) return identifiers(condition.not);
  const [parts] = Object.values(condition) as unknown[][];
  return parts!.flatMap((part) => (typeof part === 'object' ? identifiers(part as Condition) : []));
}

/** Whether every path of a statement exists at the site; otherwise the rule is for people only. */
export const reaches = (schema: Schema, site: Site, statement: { target?: string; condition?: Condition }): boolean =>
  [statement.target ?? 'self', ...identifiers(statement.condition)].every(
    (path) => route(schema, site, path) !== undefined,
  );

/** Names the rules whose paths do not exist at their position: they are kept, but not checked. */
export function checkRulePaths(schema: Schema, findings: Findings): void {
  for (const site of sites(schema))
    for (const rule of site.rules)
      for (const statement of rule.statements ?? [])
        if (!reaches(schema, site, statement))
          findings.warn('1001', `Die Regel ${rule.id} nennt ein Element, das es von hier aus nicht gibt; sie wird nicht geprüft.`, { element: site.element.key, position: site.path || undefined }); // biome-ignore format: one sentence
}
