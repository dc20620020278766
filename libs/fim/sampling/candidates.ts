import type { ErrorCode } from '../errors.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { carriesData, dataEdges, type Edge, type Parent, type Schema } from '../model.js';
import type { Candidate, Position } from './candidate.js';
import { seeded } from './random.js';
import { ruleCandidates } from './rule-candidates.js';
import { Sampler } from './sampler.js';
import { wrongValues } from './wrong-values.js';

/** No schema has it. */
const unknownId = 'F99999999999';
/** Lists that may be longer are not made too long: that would only cost time. */
const longestList = 200;

/**
 * Everything worth trying on a valid instance in order to break one constraint. Which of it breaks only that one is for
 * the validator to say.
 */
export function* candidates(schema: Schema, base: JsonObject, seed: number): Generator<Candidate> {
  const sampler = new Sampler(schema, seeded(seed), 0.5);
  yield* memberCandidates(schema, false, base, { pointer: '', path: '' }, sampler);
  yield* ruleCandidates(schema, base, sampler);
}

/** The value at a position becomes another, or nothing. */
const replace = (position: Position, value: Json | undefined, code: ErrorCode, about = ''): Candidate => ({
  ...position,
  edits: [{ pointer: position.pointer, value }],
  code,
  about,
});

function* memberCandidates(
  parent: Parent,
  choice: boolean,
  value: JsonObject,
  here: Position,
  sampler: Sampler,
): Generator<Candidate> {
  const below = (id: string): Position => ({
    pointer: `${here.pointer}/${id}`,
    path: here.path === '' ? id : `${here.path}.${id}`,
  });
  yield replace(below(unknownId), 'x', 'unknownField');
  for (const { element } of parent.edges)
    if (!carriesData(element)) yield replace(below(element.id), 'x', 'unknownField');
  for (const edge of dataEdges(parent)) {
    const position = below(edge.element.id);
    const present = value[edge.element.id];
    if (present !== undefined) yield* edgeCandidates(edge, present, position, sampler);
    else if (choice) yield { ...replace(position, sampler.occurrences(edge, here.path.split('.')), 'choice'), ...here };
  }
}

function* edgeCandidates(edge: Edge, value: Json, position: Position, sampler: Sampler): Generator<Candidate> {
  const { min, max } = edge;
  if (min > 0) yield replace(position, undefined, 'required');
  if (max > 1 && Array.isArray(value)) return yield* listCandidates(edge, value, position, sampler);
  yield replace(position, [value], 'multiplicity');
  yield* valueCandidates(edge, value, position, sampler);
}

function* listCandidates(edge: Edge, items: Json[], position: Position, sampler: Sampler): Generator<Candidate> {
  const { min, max } = edge;
  const first = items[0]!;
  yield replace(position, first, 'type', 'list');
  if (min > 1) yield replace(position, items.slice(0, min - 1), 'multiplicity', 'few');
  const tooMany = () => Array.from({ length: max + 1 }, (_, i) => items[i % items.length]!);
  if (max <= longestList) yield replace(position, tooMany(), 'multiplicity', 'many');
  yield* valueCandidates(edge, first, { ...position, pointer: `${position.pointer}/0` }, sampler);
}

function* valueCandidates({ element }: Edge, value: Json, position: Position, sampler: Sampler): Generator<Candidate> {
  if (element.kind === 'field') {
    for (const [code, wrong] of wrongValues(element)) yield replace(position, wrong, code);
    return;
  }
  yield replace(position, 'x', 'type');
  if (isJsonObject(value)) yield* memberCandidates(element, element.choice, value, position, sampler);
}
