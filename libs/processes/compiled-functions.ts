import jsonata from 'jsonata';
import type { Pattern } from './compiled-pattern.js';
import { Failed, Left, type List, lookup, ofText, type Run, sequence, truthy, weigh } from './compiled-values.js';

/** How JSONata keeps a function of its own; `this` of an implementation makes sequences. */
interface Native {
  implementation(this: { createSequence: typeof sequence }, ...args: never[]): unknown;
  /** What is called with another type fails; where the first argument is missing, the context takes its place. */
  signature: { validate(args: unknown[], context: unknown): unknown[] };
}

const all =
  'abs append boolean ceil count exists filter floor join length lookup lowercase map match merge not number replace ' +
  'round string substring substringAfter substringBefore sum trim uppercase';
const source = `{ ${all
  .split(' ')
  .map((name) => `"${name}": $${name}`)
  .join(', ')} }`;
/** JSONata hands them out only where an expression names them. */
const natives: Record<string, Native> = await jsonata(source).evaluate({});

const noContext = Symbol('context');
/** Steps that it takes to look at the types of arguments. */
const forTypes = 20;

/** The arguments as the function takes them. */
export function validated(name: string, args: unknown[]): unknown[] {
  const valid = natives[name]!.signature.validate(args, noContext);
  if (valid.includes(noContext)) throw new Left('context');
  return valid;
}

export interface BuiltIn {
  /** Least and most arguments; with fewer, JSONata takes the context. */
  args: [number, number];
  /** @throws Failed, and what JSONata throws */
  call(args: unknown[], run: Run): unknown;
}

const text = (value: unknown): number => (typeof value === 'string' ? ofText(value) : 1);
const size = (value: unknown): number => (Array.isArray(value) ? value.length : 1);
const sum = (list: unknown, cost: (entry: unknown) => number): number =>
  Array.isArray(list) ? list.reduce<number>((steps, entry) => steps + cost(entry), 1) : 1;

/** JSONata's own implementation, which takes time and memory in proportion to `cost`. */
function own(name: string, args: [number, number], cost: (args: unknown[], run: Run) => number): BuiltIn {
  const { implementation } = natives[name]!;
  const focus = { createSequence: sequence };
  return {
    args,
    call(given, run) {
      const valid = validated(name, given);
      run.spend(forTypes + cost(valid, run));
      return implementation.apply(focus, valid as never[]);
    },
  };
}

const ofCharacters = ([value]: unknown[]): number => (typeof value === 'string' ? value.length : 1);
const once = () => 1;

/** What neither loops nor makes more than its arguments hold. What makes more, such as `$pad`, is outside. */
export const builtIns: Record<string, BuiltIn> = {
  exists: { args: [1, 1], call: ([value]) => value !== undefined },
  boolean: { args: [1, 1], call: ([value], run) => (value === undefined ? undefined : truthy(value, run)) },
  not: { args: [1, 1], call: ([value], run) => (value === undefined ? undefined : !truthy(value, run)) },
  lookup: {
    args: [2, 2],
    call(args, run) {
      const [input, key] = validated('lookup', args);
      return lookup(input, key as string, run);
    },
  },
  /* as long as the text; it becomes a list of characters first */
  substring: own('substring', [2, 3], ofCharacters),
  length: own('length', [1, 1], ofCharacters),
  /* as long as the text, but for single characters like ß */
  lowercase: own('lowercase', [1, 1], ([value]) => text(value)),
  uppercase: own('uppercase', [1, 1], ([value]) => text(value)),
  trim: own('trim', [1, 1], ofCharacters),
  substringBefore: own('substringBefore', [2, 2], ([value, chars]) => text(value) + text(chars)),
  substringAfter: own('substringAfter', [2, 2], ([value, chars]) => text(value) + text(chars)),
  /* as long as all texts, and the separator for each */
  join: own('join', [1, 2], ([list, separator]) => sum(list, (entry) => text(entry) + text(separator))),
  append: own('append', [2, 2], ([a, b]) => size(a) + size(b)),
  merge: own('merge', [1, 1], ([list]) => sum(list, (entry) => Object.keys(Object(entry)).length)),
  count: own('count', [1, 1], once),
  sum: own('sum', [1, 1], ([list]) => size(list)),
  /* a number has few characters */
  number: own('number', [1, 1], ([value]) => text(value)),
  floor: own('floor', [1, 1], once),
  ceil: own('ceil', [1, 1], once),
  abs: own('abs', [1, 1], once),
  round: own('round', [1, 2], once),
  /* JSON of the whole value, which may hold another one many times */
  string: own('string', [1, 1], ([value], run) => {
    weigh(value, run);
    return 0;
  }),
};

/** For `&`. */
export function textOf(value: unknown, run: Run): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return builtIns.string!.call([value], run) as string;
}

interface Match {
  match: string;
  index: number;
  groups: (string | undefined)[];
}

/** Every match; one that is empty fails unless it is the first. */
function* matchesOf(given: string, { expression, cost }: Pattern, run: Run): Generator<Match> {
  run.spend(cost(given.length) / 16);
  let at = 0;
  let first = true;
  do {
    expression.lastIndex = at;
    const found = expression.exec(given);
    if (!found) return;
    at = expression.lastIndex;
    const [match, ...groups] = found;
    if (match === '' && !first) throw new Failed('D1004');
    first = false;
    run.spend(1 + groups.length);
    yield { match, index: found.index, groups };
  } while (at < given.length);
}

/** `$match(text, /…/, limit?)`. */
export function match(args: unknown[], pattern: Pattern, run: Run): List | undefined {
  const [given, , limit] = validated('match', args) as [string | undefined, unknown, number | undefined];
  if (given === undefined) return undefined;
  if (limit !== undefined && limit < 0) throw new Failed('D3040');
  const found = sequence();
  if (limit !== undefined && !(limit > 0)) return found;
  for (const one of matchesOf(given, pattern, run)) {
    if (limit !== undefined && found.length >= limit) break; // JSONata too looks for one more
    found.push(one);
  }
  return found;
}

/** `$replace(text, text or /…/, text, limit?)`. */
export function replace(args: unknown[], pattern: Pattern | undefined, run: Run): string | undefined {
  const [given, token, by, limit] = validated('replace', args) as [string?, unknown?, string?, number?];
  if (given === undefined) return undefined;
  run.spend(ofText(given));
  if (token === '') throw new Failed('D3010');
  if (limit !== undefined && limit < 0) throw new Failed('D3011');
  if (limit !== undefined && !(limit > 0)) return given;
  let made = '';
  let at = 0;
  let count = 0;
  const put = (index: number, length: number, text: string) => {
    run.spend(ofText(text));
    made += given.substring(at, index) + text;
    at = index + length;
    count += 1;
  };
  const done = () => limit !== undefined && count >= limit;
  if (pattern) {
    for (const found of matchesOf(given, pattern, run)) {
      if (done()) break;
      if (by === undefined) throw new Failed('TypeError');
      put(found.index, found.match.length, replacement(by, found, run));
    }
  } else {
    if (typeof token !== 'string') throw new Failed('TypeError');
    for (let i = given.indexOf(token); i >= 0 && !done(); i = given.indexOf(token, at)) put(i, token.length, `${by}`);
  }
  return made + given.substring(at);
}

/** `$$` is a dollar, `$0` the match, `$1` a group: of the digits that the number of groups has, or one less. */
function replacement(by: string, { match, groups }: Match, run: Run): string {
  run.spend(by.length);
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log(groups.length) * Math.LOG10E) + 1;
  let made = '';
  let at = 0;
  for (let dollar = by.indexOf('$'); dollar >= 0; dollar = by.indexOf('$', at)) {
    made += by.substring(at, dollar);
    at = dollar + 1;
    const next = by.charAt(at);
    if (next === '$' || next === '0') {
      made += next === '$' ? '$' : match;
      at += 1;
      continue;
    }
    let group = Number.parseInt(by.substring(at, at + digits), 10);
    if (digits > 1 && group > groups.length) group = Number.parseInt(by.substring(at, at + digits - 1), 10);
    made += Number.isNaN(group) ? '$' : (groups[group - 1] ?? '');
    if (!Number.isNaN(group)) at += String(group).length;
  }
  return made + by.substring(at);
}
