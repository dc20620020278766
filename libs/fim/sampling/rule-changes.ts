import { dataEdge, type Edge, type Json, type JsonObject, type Schema, type Statement } from '../model.js';
import { identifiers, route, type Site, sites } from '../rules/paths.js';
import type { Change, Edit } from './edit.js';
import { hintsOf } from './rule-hints.js';
import type { Sampler } from './sampler.js';

/** What might break a rule: what its condition speaks about takes other values, and its target comes or goes. */
export function* ruleChanges(schema: Schema, base: JsonObject, sampler: Sampler): Generator<Change> {
  const hints = hintsOf(schema);
  for (const site of sites(schema))
    for (const { id, statements = [] } of site.rules)
      for (const [n, statement] of statements.entries())
        yield* statementChanges(schema, base, sampler, hints, site, statement, `${id} ${n}`);
}

function* statementChanges(
  schema: Schema,
  base: JsonObject,
  sampler: Sampler,
  hints: Map<string, Json[]>,
  site: Site,
  { target, condition }: Statement,
  about: string,
): Generator<Change> {
  const path = route(schema, site, target ?? 'self')?.path;
  const told = path === undefined ? undefined : locate(schema, base, path);
  if (path === undefined || told === undefined) return;
  const edits = (of: string): Edit[] => {
    const place = locate(schema, base, of);
    if (place === undefined) return [];
    const drawn = sampler.many(place.edge, of.split('.').slice(0, -1));
    return [...(hints.get(of) ?? []), undefined, drawn].map((value) => ({ pointer: place.pointer, value }));
  };
  const causes = identifiers(condition).flatMap((identifier) => edits(route(schema, site, identifier)?.path ?? ''));
  for (const cause of [undefined, ...causes])
    for (const effect of [undefined, ...edits(path)])
      yield {
        edits: [cause, effect].filter((edit) => edit !== undefined),
        code: 'rule',
        path,
        pointer: told.pointer,
        about,
      };
}

/** Where a position stands in an instance; of repeated groups the first. `undefined` when a group above is absent. */
function locate(schema: Schema, base: JsonObject, path: string): { pointer: string; edge: Edge } | undefined {
  let edges = schema.edges;
  let value: Json | undefined = base;
  let pointer = '';
  let edge: Edge | undefined;
  for (const id of path.split('.')) {
    if (Array.isArray(value)) {
      value = value[0];
      pointer += '/0';
    }
    edge = dataEdge({ edges }, id);
    if (edge === undefined || typeof value !== 'object' || value === null) return undefined;
    value = (value as JsonObject)[id];
    pointer += `/${id}`;
    edges = edge.element.kind === 'group' ? edge.element.edges : [];
  }
  return edge && { pointer, edge };
}
