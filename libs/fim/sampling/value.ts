import type { Json } from '../json.js';
import type { Field } from '../model.js';
import { checkablePattern } from '../patterns/pattern.js';
import { compileCheck, fixedContent } from '../values/check.js';
import { type Check, Fault } from '../values/fault.js';
import { matchingText } from './matching-text.js';
import { proposals } from './proposals.js';
import type { Random } from './random.js';

const attempts = 200;

/**
 * A valid, normalised value for a field; `undefined` when none was found (its limits contradict each other).
 * `literals`: values that rules compare the field with, tried now and then.
 */
export function sampleValue(field: Field, random: Random, literals: readonly Json[] = []): Json | undefined {
  const { check, propose } = makerOf(field);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const proposed = literals.length > 0 && random.chance(0.4) ? random.pick(literals) : propose(random, attempt);
    const value = check(proposed);
    if (value !== undefined && !(value instanceof Fault)) return value;
  }
  return undefined;
}

/** What a field is sampled with, prepared once. */
interface Maker {
  check: Check;
  propose: Propose;
}
type Propose = (random: Random, attempt: number) => Json;

const makers = new WeakMap<Field, Maker>();

function makerOf(field: Field): Maker {
  const maker = makers.get(field) ?? { check: compileCheck(field), propose: proposalOf(field) };
  makers.set(field, maker);
  return maker;
}

function proposalOf(field: Field): Propose {
  if (field.options !== undefined) {
    const codes = [...field.options.codes.keys()];
    return (random) => random.pick(codes);
  }
  const content = fixedContent(field);
  if (content !== undefined) return () => content;
  const pattern = checkablePattern(field.limits.pattern);
  if (pattern === undefined) return (random) => proposals[field.type](field, random);
  return (random, attempt) => matchingText(pattern.ast, random, repetitionsAt(attempt));
}

/** How many repetitions beyond the minimum may be tried: few first, many when that was too short. */
const repetitionsAt = (attempt: number) => [1, 3, 8, 20, 60, 200][Math.floor(attempt / 25) % 6]!;
