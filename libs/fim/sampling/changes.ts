import type { ErrorCode } from '../fault.js';
import { carriesData, dataEdges, type Edge, type Json, type JsonObject, type Schema } from '../model.js';
import type { Change } from './edit.js';
import { seeded } from './random.js';
import { ruleChanges } from './rule-changes.js';
import { Sampler } from './sampler.js';
import { wrongValues } from './wrong-values.js';

/** Everything worth trying on a valid instance. Which of it breaks only one constraint is for the validator to say. */
export function* changes(schema: Schema, base: JsonObject, seed: number): Generator<Change> {
  const sampler = new Sampler(schema, seeded(seed), 0.5);
  yield* groupChanges(schema, false, base, { pointer: '', path: '' }, sampler);
  yield* ruleChanges(schema, base, sampler);
}

interface Place {
  pointer: string;
  path: string;
}

/** The value at a place becomes another. */
const put = (place: Place, value: Json | undefined, code: ErrorCode, about = ''): Change => ({
  ...place,
  edits: [{ pointer: place.pointer, value }],
  code,
  about,
});

function* groupChanges(
  group: { edges: Edge[] },
  choice: boolean,
  value: JsonObject,
  here: Place,
  sampler: Sampler,
): Generator<Change> {
  const below = (id: string): Place => ({
    pointer: `${here.pointer}/${id}`,
    path: here.path === '' ? id : `${here.path}.${id}`,
  });
  yield put(below('F99999999999'), 'x', 'unknownField');
  for (const { element } of group.edges) if (!carriesData(element)) yield put(below(element.id), 'x', 'unknownField');
  for (const edge of dataEdges(group)) {
    const place = below(edge.element.id);
    const there = value[edge.element.id];
    if (there !== undefined) yield* edgeChanges(edge, there, place, sampler);
    else if (choice) yield { ...put(place, sampler.many(edge, here.path.split('.')), 'choice'), ...here };
  }
}

function* edgeChanges(edge: Edge, value: Json, place: Place, sampler: Sampler): Generator<Change> {
  const { min, max } = edge;
  if (min > 0) yield put(place, undefined, 'required');
  if (max === 1) {
    yield put(place, [value], 'multiplicity');
    yield* valueChanges(edge, value, place, sampler);
    return;
  }
  const items = value as Json[];
  yield put(place, items[0]!, 'type', 'list');
  if (min > 1) yield put(place, items.slice(0, min - 1), 'multiplicity', 'few');
  if (max <= 200)
    yield put(
      place,
      Array.from({ length: max + 1 }, (_, i) => items[i % items.length]!),
      'multiplicity',
      'many',
    );
  yield* valueChanges(edge, items[0]!, { ...place, pointer: `${place.pointer}/0` }, sampler);
}

function* valueChanges({ element }: Edge, value: Json, place: Place, sampler: Sampler): Generator<Change> {
  if (element.kind === 'field') {
    for (const [code, wrong] of wrongValues(element)) yield put(place, wrong, code);
    return;
  }
  yield put(place, 'x', 'type');
  yield* groupChanges(element, element.choice, value as JsonObject, place, sampler);
}
