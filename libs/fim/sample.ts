import { type ErrorCode, type FimError } from './fault.js';
import type { Json, JsonObject, Schema } from './model.js';
import { changes } from './sampling/changes.js';
import { type Edit } from './sampling/edit.js';
import { seeded } from './sampling/random.js';
import { Sampler } from './sampling/sampler.js';
import { compileValidator } from './validator.js';

export interface SampleOptions {
  /** The same seed gives the same instance. */
  seed?: number;
  /** Share of optional positions that are filled, 0 to 1; default ½. */
  fill?: number;
}

const restarts = 10;
const repairs = 200;

/**
 * A valid, normalised instance of any schema.
 * @throws Error when the schema contradicts itself, so that none was found
 */
export function sample(schema: Schema, options: SampleOptions = {}): JsonObject {
  const { validate } = compileValidator(schema);
  let last: FimError[] = [];
  for (let round = 0; round < restarts; round++) {
    const sampler = new Sampler(schema, seeded((options.seed ?? 1) + round * 7919), options.fill ?? 0.5);
    const instance = sampler.instance();
    for (let i = 0; i < repairs; i++) {
      const { errors } = validate(instance);
      if (errors.length === 0) return validate(instance).value as JsonObject;
      last = errors;
      sampler.repair(instance, errors);
    }
  }
  const where = last.map((error) => `${error.path} (${error.code})`).slice(0, 5);
  throw new Error(`no valid instance of ${schema.key} found; unsatisfied: ${where.join(', ')}`);
}

/** An instance that breaks exactly one constraint, and the error it must produce. */
export interface NearMiss {
  instance: JsonObject;
  code: ErrorCode;
  path: string;
  pointer: string;
}

const bases = [1, 0.5, 0];

/**
 * Near misses of a schema, each constraint at each position at most once. A constraint that cannot be broken alone
 * (another one would break with it) yields none.
 * @throws Error when the schema has no valid instance
 */
export function nearMisses(schema: Schema, { seed = 1 }: { seed?: number } = {}): NearMiss[] {
  const { validate } = compileValidator(schema);
  const found = new Map<string, NearMiss>();
  bases.forEach((fill, i) => {
    const base = sample(schema, { seed: seed + i, fill });
    for (const { edits, code, path, pointer, about } of changes(schema, base, seed)) {
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
    const last = tokens.pop()!;
    const holder = tokens.reduce<Json | undefined>((at, token) => (at as JsonObject | undefined)?.[token], instance);
    if (typeof holder !== 'object' || holder === null) continue;
    if (value === undefined) delete (holder as JsonObject)[last];
    else (holder as JsonObject)[last] = structuredClone(value);
  }
  return instance;
}
