import type { Json } from '../json.js';
import type { Field } from '../model.js';
import { checkablePattern } from '../patterns/pattern.js';
import { witness } from '../patterns/witness.js';
import { compileCheck, fixedContent } from '../values/check.js';
import { type Check, Fault } from '../values/fault.js';
import { latinPoints, xmlTextPoints } from '../values/latin.js';
import { longestMatched } from '../values/pattern-check.js';
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
  // when nothing that was drawn at random fits
  const last = check(textOfPattern(field) ?? null);
  return last instanceof Fault ? undefined : last;
}

const textsOfPatterns = new WeakMap<Field, { text: string | 'none' | undefined }>();

/** A text that fits pattern and length, searched for once; `none` where there is none. */
export function textOfPattern(field: Field): string | 'none' | undefined {
  const known = textsOfPatterns.get(field) ?? { text: searched(field) };
  textsOfPatterns.set(field, known);
  return known.text;
}

function searched({ type, limits }: Field): string | 'none' | undefined {
  const pattern = checkablePattern(limits.pattern);
  if (pattern === undefined || (type !== 'text' && type !== 'text_latin')) return undefined;
  const { minLength = 1, maxLength = longestMatched } = limits;
  const allowed = type === 'text' ? xmlTextPoints : latinPoints;
  return witness(pattern.ast, Math.max(1, minLength), Math.min(maxLength, longestMatched), allowed);
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
  const content = fixedContent(field);
  if (content !== undefined) return () => content;
  if (field.options !== undefined) {
    const codes = [...field.options.codes.keys()];
    return (random) => random.pick(codes);
  }
  const pattern = checkablePattern(field.limits.pattern);
  if (pattern === undefined) return (random) => proposals[field.type](field, random);
  return (random, attempt) => matchingText(pattern.ast, random, repetitionsAt(attempt));
}

/** How many repetitions beyond the minimum may be tried: few first, many when that was too short. */
const repetitionsAt = (attempt: number) => [1, 3, 8, 20, 60, 200][Math.floor(attempt / 25) % 6]!;
