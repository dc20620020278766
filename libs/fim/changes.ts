import { carriesData, dataEdges, type Edge, type Json, type JsonObject, type Schema } from './model.js';
import { seeded } from './random.js';
import { hintsOf } from './rule-hints.js';
import { route, sites } from './rule-paths.js';
import { Sampler } from './sampler.js';
import type { ErrorCode } from './validator.js';
import { wrongValues } from './wrong-values.js';

/** A change of a valid instance: what stands at the pointer, `undefined` for nothing. */
export interface Change {
  pointer: string;
  path: string;
  value: Json | undefined;
  code: ErrorCode;
  /** Where the error is told, when not at the change itself. */
  at?: { pointer: string; path: string };
}

/** Everything worth trying on a valid instance. Which of it breaks only one constraint is for the validator to say. */
export function* changes(schema: Schema, base: JsonObject, seed: number): Generator<Change> {
  const sampler = new Sampler(schema, seeded(seed), 0.5);
  yield* groupChanges(schema, false, base, '', '', sampler);
  yield* ruleChanges(schema, base, sampler);
}

function* groupChanges(
  group: { edges: Edge[] },
  choice: boolean,
  value: JsonObject,
  pointer: string,
  path: string,
  sampler: Sampler,
): Generator<Change> {
  const below = (id: string) => ({ pointer: `${pointer}/${id}`, path: path === '' ? id : `${path}.${id}` });
  yield { ...below('F99999999999'), value: 'x', code: 'unknownField' };
  for (const { element } of group.edges)
    if (!carriesData(element)) yield { ...below(element.id), value: 'x', code: 'unknownField' };
  for (const edge of dataEdges(group)) {
    const place = below(edge.element.id);
    const there = value[edge.element.id];
    if (there === undefined && choice)
      yield { ...place, value: sampler.many(edge, path.split('.')), code: 'choice', at: { pointer, path } };
    if (there !== undefined) yield* edgeChanges(edge, there, place.pointer, place.path, sampler);
  }
}

function* edgeChanges(edge: Edge, value: Json, pointer: string, path: string, sampler: Sampler): Generator<Change> {
  const place = { pointer, path };
  if (edge.min > 0) yield { ...place, value: undefined, code: 'required' };
  if (edge.max === 1) {
    yield { ...place, value: [value], code: 'multiplicity' };
    yield* valueChanges(edge, value, pointer, path, sampler);
    return;
  }
  const items = value as Json[];
  yield { ...place, value: items[0]!, code: 'type' };
  if (edge.min > 1) yield { ...place, value: items.slice(0, edge.min - 1), code: 'multiplicity' };
  if (edge.max <= 200)
    yield {
      ...place,
      value: Array.from({ length: edge.max + 1 }, (_, i) => items[i % items.length]!),
      code: 'multiplicity',
    };
  yield* valueChanges(edge, items[0]!, `${pointer}/0`, path, sampler);
}

function* valueChanges(
  { element }: Edge,
  value: Json,
  pointer: string,
  path: string,
  sampler: Sampler,
): Generator<Change> {
  if (element.kind === 'field') {
    for (const [code, wrong] of wrongValues(element)) yield { pointer, path, value: wrong, code };
    return;
  }
  yield { pointer, path, value: 'x', code: 'type' };
  yield* groupChanges(element, element.choice, value as JsonObject, pointer, path, sampler);
}

/** Toggles what rules speak about: the fields they compare take the values compared with, their targets come and go. */
function* ruleChanges(schema: Schema, base: JsonObject, sampler: Sampler): Generator<Change> {
  const hints = hintsOf(schema);
  const targets = new Set<string>();
  for (const site of sites(schema))
    for (const { statements = [] } of site.rules)
      for (const { target } of statements) {
        const path = route(schema, site, target ?? 'self')?.path;
        if (path) targets.add(path);
      }
  for (const path of new Set([...targets, ...hints.keys()])) {
    const place = locate(schema, base, path);
    if (place === undefined) continue;
    const drawn = place.value === undefined ? sampler.many(place.edge, path.split('.').slice(0, -1)) : undefined;
    for (const value of [drawn, ...(hints.get(path) ?? [])])
      for (const told of targets) {
        const at = locate(schema, base, told);
        if (at !== undefined)
          yield { pointer: place.pointer, path, value, code: 'rule', at: { pointer: at.pointer, path: told } };
      }
  }
}

/** Where a position stands in an instance; of repeated groups the first. `undefined` when a group above is absent. */
function locate(
  schema: Schema,
  base: JsonObject,
  path: string,
): { pointer: string; value: Json | undefined; edge: Edge } | undefined {
  let edges = schema.edges;
  let value: Json | undefined = base;
  let pointer = '';
  let edge: Edge | undefined;
  for (const id of path.split('.')) {
    if (edge !== undefined && Array.isArray(value)) {
      value = value[0];
      pointer += '/0';
    }
    edge = dataEdges({ edges }).find((edge) => edge.element.id === id);
    if (edge === undefined || typeof value !== 'object' || value === null) return undefined;
    value = (value as JsonObject)[id];
    pointer += `/${id}`;
    edges = edge.element.kind === 'group' ? edge.element.edges : [];
  }
  return edge && { pointer, value, edge };
}
