import type { Json } from '#submission/vocabulary.js';

/**
 * Array or JSONata's sequence, marked as JSONata marks it: what a path finds is a `sequence`, which is undefined if it
 * is empty and its entry if it has one (unless `keepSingleton`); `cons` is a written array, which a path leaves whole.
 */
export type List = unknown[] & { sequence?: true; keepSingleton?: true; cons?: true };

/** The expression fails in JSONata too, which says why. */
export class Failed extends Error {}
/** Not done here though JSONata may do it, within the limits of its process. */
export class Left extends Error {}

/**
 * Steps that one run may take, 30 to 500 ns each: evaluated nodes, visited entries, and every 16 characters that are
 * read or made. A Hundesteuer takes 340. Whatever an expression multiplies – loops in loops, a text that doubles – ends
 * here.
 */
const mostSteps = 250_000;

/** One evaluation. */
export class Run {
  /** By the number that the compiler gave each variable. */
  readonly variables: unknown[] = [];
  #left = mostSteps;

  constructor(readonly root: unknown) {}

  /** Called before the work is done or the memory taken. */
  spend(steps: number): void {
    this.#left -= steps;
    if (!(this.#left >= 0)) throw new Left('steps');
  }
}

/** Steps for characters. */
export const ofText = (text: string): number => 1 + (text.length >> 4);

export function sequence(...entries: [] | [unknown]): List {
  const made: List = entries;
  made.sequence = true;
  return made;
}

export const isSequence = (value: unknown): value is List => Array.isArray(value) && (value as List).sequence === true;

/** What an expression gives for a sequence. */
export function collapse(value: unknown, keepArray: boolean): unknown {
  if (!isSequence(value)) return value;
  if (keepArray) value.keepSingleton = true;
  if (value.length === 0) return undefined;
  return value.length === 1 && !value.keepSingleton ? value[0] : value;
}

/** Whether it is a number; infinity, the result of a division, is none that JSON has. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Failed('D1001');
  return true;
}

export function truthy(value: unknown, run: Run): boolean {
  if (Array.isArray(value)) {
    run.spend(value.length);
    let found = false;
    for (const entry of value) if (truthy(entry, run)) found = true; // all of them: one that is infinite fails
    return found;
  }
  if (typeof value === 'number') return isNumeric(value) && value !== 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== null && Boolean(value);
}

/** The value of a key; of an array, the values in all of its entries. */
export function lookup(input: unknown, key: string, run: Run): unknown {
  if (!Array.isArray(input)) {
    const has = input !== null && typeof input === 'object' && Object.hasOwn(input, key);
    return has ? (input as Record<string, unknown>)[key] : undefined;
  }
  run.spend(input.length);
  const found = sequence();
  for (const entry of input) {
    const value = lookup(entry, key, run);
    if (value === undefined) continue;
    if (Array.isArray(value)) pushAll(found, value, run);
    else found.push(value);
  }
  return found;
}

export function pushAll(list: unknown[], more: unknown[], run: Run): void {
  run.spend(more.length);
  for (const entry of more) list.push(entry);
}

export function equal(a: unknown, b: unknown, run: Run): boolean {
  run.spend(typeof a === 'string' ? ofText(a) : 1);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, i) => equal(entry, b[i], run));
  const keys = Object.getOwnPropertyNames(a).sort();
  const others = Object.getOwnPropertyNames(b).sort();
  run.spend(keys.length + others.length);
  return (
    keys.length === others.length &&
    keys.every((key, i) => key === others[i]) &&
    keys.every((key) => equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], run))
  );
}

/** Spends what a walk through the whole value takes; what stands in it twice counts twice. */
export function weigh(value: unknown, run: Run): void {
  run.spend(typeof value === 'string' ? ofText(value) : 1);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    run.spend(ofText(key));
    weigh(entry, run);
  }
}

/** The result as JSON has it, and shares nothing with the input. */
export function plain(value: unknown, run: Run): Json {
  if (typeof value === 'string') {
    run.spend(ofText(value));
    return value;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null; // -0 is 0
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    run.spend(value.length);
    return value.map((entry) => plain(entry, run));
  }
  const made: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    run.spend(ofText(key));
    if (key === '__proto__') throw new Left(key);
    const entry = (value as Record<string, unknown>)[key];
    if (entry !== undefined) made[key] = plain(entry, run);
  }
  return made;
}
