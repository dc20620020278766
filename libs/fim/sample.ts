import type { ErrorCode, FimError } from './errors.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import type { Schema } from './model.js';
import type { Edit, Position } from './sampling/candidate.js';
import { candidates } from './sampling/candidates.js';
import { seeded } from './sampling/random.js';
import { Sampler } from './sampling/sampler.js';
import { compileValidator } from './validator.js';

export interface SampleOptions {
  /** The same seed gives the same instance. */
  seed?: number;
  /** Share of optional positions that are filled, 0 to 1; default ½. */
  fill?: number;
}

/** No valid instance of a schema was found. */
export class Unsatisfiable extends Error {
  constructor(
    key: string,
    /** Positions of the last attempt and the constraints broken there: `G1.F2 (required)`. */
    readonly unsatisfied: string[],
  ) {
    super(`no valid instance of ${key} found; unsatisfied: ${unsatisfied.join(', ')}`);
  }
}

/** Instances that are begun, and repairs of each, before the schema is given up. */
const beginnings = 10;
const repairs = 200;

/**
 * A valid, normalised instance of any schema.
 * @throws Unsatisfiable when none was found: the schema contradicts itself
 */
export function sample(schema: Schema, { seed = 1, fill = 0.5 }: SampleOptions = {}): JsonObject {
  const { validate } = compileValidator(schema);
  let last: FimError[] = [];
  for (let beginning = 0; beginning < beginnings; beginning++) {
    const sampler = new Sampler(schema, seeded(seed + beginning * 7919), fill);
    const instance = sampler.instance();
    for (let i = 0; i < repairs; i++) {
      const { value, errors } = validate(instance);
      if (errors.length === 0 && isJsonObject(value)) return value;
      last = errors;
      sampler.repair(instance, errors);
    }
  }
  const unsatisfied = last.map((error) => `${error.path} (${error.code})`).slice(0, 5);
  throw new Unsatisfiable(schema.key, [...new Set(unsatisfied)]);
}

/** An instance that breaks exactly one constraint, and where the error must be reported. */
export interface NearMiss extends Position {
  instance: JsonObject;
  code: ErrorCode;
}

/** Shares of optional positions of the instances that near misses are made of. */
const fills = [1, 0.5, 0];

/**
 * Near misses of a schema, each constraint at each position at most once. A constraint that cannot be broken alone
 * (another one would break with it) yields none.
 * @throws Unsatisfiable when the schema has no valid instance
 */
export function nearMisses(schema: Schema, { seed = 1 }: { seed?: number } = {}): NearMiss[] {
  const { validate } = compileValidator(schema);
  const found = new Map<string, NearMiss>();
  fills.forEach((fill, i) => {
    const base = sample(schema, { seed: seed + i, fill });
    for (const { edits, code, path, pointer, about } of candidates(schema, base, seed)) {
      const identity = [code, path, about].join(' ');
      if (found.has(identity)) continue;
      const instance = edited(base, edits);
      const [error, ...more] = validate(instance).errors;
      if (error?.code === code && error.path === path && error.pointer === pointer && more.length === 0)
        found.set(identity, { instance, code, path, pointer });
    }
  });
  return [...found.values()];
}

function edited(base: JsonObject, edits: Edit[]): JsonObject {
  const instance = structuredClone(base);
  for (const { pointer, value } of edits) {
    const tokens = pointer.split('/').slice(1);
    const last = tokens.pop() ?? '';
    const holder = tokens.reduce<Json | undefined>(memberOf, instance);
    if (value === undefined) {
      if (isJsonObject(holder)) delete holder[last];
    } else if (isJsonObject(holder)) holder[last] = structuredClone(value);
    else if (Array.isArray(holder)) holder[Number(last)] = structuredClone(value);
  }
  return instance;
}

function memberOf(holder: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(holder)) return holder[Number(token)];
  return isJsonObject(holder) ? holder[token] : undefined;
}
