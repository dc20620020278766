import type jsonata from 'jsonata';
import type { Json } from '#submission/vocabulary.js';
import { builtIns, match, replace, textOf, validated } from './compiled-functions.js';
import { type Pattern, patternOf } from './compiled-pattern.js';
import * as values from './compiled-values.js';
import {
  collapse,
  Failed,
  isNumeric,
  isSequence,
  Left,
  type List,
  pushAll,
  Run,
  sequence,
  truthy,
} from './compiled-values.js';

/**
 * Expressions as plain functions, which take a fortieth of the time and no process of their own. JSONata parses; what
 * its tree says is done here exactly as JSONata does it, oddities included, for the part of the language that messages
 * use. An expression that holds anything else is not compiled at all. What is compiled comes to an end: functions are
 * called by a name that is known before, so none can call itself; regular expressions are those of {@link patternOf};
 * and every run has its steps counted ({@link Run}).
 */
export type Compiled = (input: unknown) => Json;

/** A node of JSONata's tree; its own type leaves out half of it. */
export interface Node {
  type: string;
  value?: unknown;
  position?: number;
  steps?: Node[];
  stages?: Node[];
  predicate?: Node[];
  group?: { lhs: [Node, Node][] };
  expr?: Node;
  expression?: Node;
  expressions?: Node[];
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  arguments?: Node[];
  procedure?: Node;
  body?: Node;
  signature?: unknown;
  thunk?: boolean;
  keepArray?: boolean;
  keepSingletonArray?: boolean;
  consarray?: boolean;
  index?: string;
  tuple?: boolean;
}

type Step = (input: unknown, run: Run) => unknown;

/** A function of the expression. JSONata evaluates its body in the context where it is defined. */
interface Lambda {
  parameters: number[];
  context: number;
  body: Step;
}

/** The expression is outside of what is compiled. */
class Outside extends Error {}

function refuse(what: string): never {
  throw new Outside(what);
}

/**
 * @returns why not, if the expression is not compiled. The function throws {@link Left} where JSONata's process
 * decides, and anything else where JSONata fails too.
 */
export function compiled(tree: jsonata.ExprNode): { run: Compiled } | { outside: string } {
  try {
    const step = compile(tree as unknown as Node, new Scope());
    return {
      run(input) {
        if (Array.isArray(input)) throw new Left('list');
        const run = new Run(input);
        return values.plain(step(input, run), run);
      },
    };
  } catch (error) {
    if (error instanceof Outside) return { outside: error.message };
    throw error;
  }
}

/**
 * The names at one place. A variable has one number for the whole expression: as no function can call itself, no two of
 * its values are needed at once.
 */
class Scope {
  readonly #names = new Map<string, number | Lambda>();
  readonly #counter: { next: number };

  constructor(readonly outer?: Scope) {
    this.#counter = outer ? outer.#counter : { next: 0 };
  }

  find(name: string): number | Lambda | undefined {
    return this.#names.get(name) ?? this.outer?.find(name);
  }

  /** A place that has no name. */
  place(): number {
    return this.#counter.next++;
  }

  parameter(name: string): number {
    const place = this.place();
    this.#names.set(name, place);
    return place;
  }

  /** JSONata looks for names when it runs; only a name that nothing else has is the same one then. */
  bind(name: string, known: number | Lambda): void {
    if (this.find(name) !== undefined) refuse(`$${name} twice`);
    if (Object.hasOwn(builtIns, name) || Object.hasOwn(special, name)) refuse(`$${name}`);
    this.#names.set(name, known);
  }
}

/** By the node's type. What another node's compiler takes itself, such as a `lambda`, is none. */
const compilers: Record<string, (node: Node, scope: Scope) => Step> = {
  path,
  name: (node) => (input, run) => values.lookup(input, node.value as string, run),
  string: literal,
  number: literal,
  value: literal,
  variable,
  unary,
  binary,
  condition,
  block,
  function: (node, scope) => call(node, scope),
  apply,
};

function compile(node: Node, scope: Scope): Step {
  if ((node.predicate || node.group) && endsInCall(node)) refuse('call that JSONata puts off');
  const compiler = Object.hasOwn(compilers, node.type) ? compilers[node.type]! : refuse(node.type);
  let step = compiler(node, scope);
  for (const { expr } of node.predicate ?? []) step = chain(step, filter(expr!, scope));
  if (node.group && node.type !== 'path') step = chain(step, grouped(node.group.lhs, scope));
  const keepArray = node.keepArray === true;
  if (compiler === literal && !node.predicate && !node.group) return step;
  return (input, run) => {
    run.spend(1);
    return collapse(step(input, run), keepArray);
  };
}

const chain =
  (first: Step, then: Step): Step =>
  (input, run) =>
    then(first(input, run), run);

/** A call at the end of a function is put off until the function has returned: see {@link PutOff}. */
function endsInCall(node: Node | undefined): boolean {
  if (node?.type === 'condition') return endsInCall(node.then) || endsInCall(node.else);
  if (node?.type === 'block') return endsInCall(node.expressions?.at(-1));
  return node?.type === 'lambda';
}

function literal({ value }: Node): Step {
  return () => value;
}

function variable({ value }: Node, scope: Scope): Step {
  if (value === '') return (input) => input;
  if (value === '$') return (_, run) => run.root;
  const place = scope.find(value as string);
  if (typeof place !== 'number') return refuse(`$${value}`);
  return (_, run) => run.variables[place];
}

function condition(node: Node, scope: Scope): Step {
  const when = compile(node.condition!, scope);
  const then = ending(node.then!, scope);
  const otherwise = node.else ? ending(node.else, scope) : () => undefined;
  return (input, run) => (truthy(when(input, run), run) ? then(input, run) : otherwise(input, run));
}

function block({ expressions = [] }: Node, scope: Scope): Step {
  const inner = new Scope(scope);
  const steps = expressions.map((node, i) => {
    if (node.type === 'bind') return bind(node, inner);
    return i === expressions.length - 1 ? ending(node, inner) : compile(node, inner);
  });
  if (expressions.at(-1)?.rhs?.type === 'lambda') refuse('function as a value');
  return (input, run) => {
    let last: unknown;
    for (const step of steps) last = step(input, run);
    return last;
  };
}

/** The last part of a condition or block: a call that was put off, or any other expression. */
function ending(node: Node, scope: Scope): Step {
  return node.type === 'lambda' && node.thunk ? putOff(node, scope) : compile(node, scope);
}

/** What a call at the end of a function gives. Conditions and blocks around it do not collapse it. */
class PutOff {
  constructor(readonly result: unknown) {}
}

function putOff({ body }: Node, scope: Scope): Step {
  if (body!.group) refuse('group after a call');
  const called = call(body!, scope);
  return (input, run) => new PutOff(called(input, run));
}

/** `$name := …`, only as a part of a block: elsewhere JSONata's order of evaluation would decide what it means. */
function bind(node: Node, scope: Scope): Step {
  if (node.keepArray || node.predicate || node.group) refuse('bind');
  const name = (node.lhs as Node).value as string;
  if (node.rhs!.type === 'lambda') {
    const lambda = lambdaOf(node.rhs!, scope);
    scope.bind(name, lambda);
    return (input, run) => {
      run.variables[lambda.context] = input;
    };
  }
  const value = compile(node.rhs!, scope);
  const place = scope.place();
  scope.bind(name, place);
  return (input, run) => {
    run.variables[place] = value(input, run);
    return run.variables[place];
  };
}

function lambdaOf(node: Node, scope: Scope): Lambda {
  if (node.signature || node.thunk || node.predicate || node.group || node.keepArray) refuse('signature');
  const inner = new Scope(scope);
  const parameters = node.arguments!.map(({ value }) => inner.parameter(value as string));
  return { parameters, context: inner.place(), body: ending(node.body!, inner) };
}

function invoke({ parameters, context, body }: Lambda, args: unknown[], run: Run): unknown {
  for (let i = 0; i < parameters.length; i++) run.variables[parameters[i]!] = args[i];
  const result = body(run.variables[context], run);
  return result instanceof PutOff ? result.result : result;
}

function apply({ lhs, rhs }: Node, scope: Scope): Step {
  if (rhs!.type !== 'function' || rhs!.predicate || rhs!.group) refuse('~> without arguments');
  return call(rhs!, scope, lhs as Node);
}

/** What a call gives, not yet collapsed. `subject`: the first argument, which stands before `~>`. */
function call(node: Node, scope: Scope, subject?: Node): Step {
  const { procedure } = node;
  if (procedure!.type !== 'variable' || procedure!.predicate || procedure!.group) refuse('call of an expression');
  const name = procedure!.value as string;
  const args = [...(subject ? [subject] : []), ...node.arguments!];
  const known = scope.find(name);
  if (typeof known === 'number') return refuse(`call of $${name}`);
  if (known) {
    const given = args.map((arg) => compile(arg, scope));
    return (input, run) => invoke(known, valuesOf(given, input, run), run);
  }
  if (Object.hasOwn(special, name)) return special[name]!(args, scope);
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name]! : refuse(`$${name}`);
  const [least, most] = builtIn.args;
  if (args.length < least || args.length > most) refuse(`$${name} with ${args.length} arguments`);
  const given = args.map((arg) => compile(arg, scope));
  return (input, run) => builtIn.call(valuesOf(given, input, run), run);
}

function valuesOf(steps: Step[], input: unknown, run: Run): unknown[] {
  return steps.map((step) => step(input, run));
}

/** Built-in functions that take a function or a regular expression. */
const special: Record<string, (args: Node[], scope: Scope) => Step> = {
  map: (args, scope) =>
    each('map', args, scope, (found, result) => {
      if (result !== undefined) found.push(result);
    }),
  filter: (args, scope) =>
    each('filter', args, scope, (found, result, entry, run) => {
      if (truthy(result, run)) found.push(entry);
    }),
  match(args, scope) {
    const { given, pattern } = withPattern('match', args, scope, [2, 3]);
    return pattern ? (input, run) => match(given(input, run), pattern, run) : refuse('$match');
  },
  replace(args, scope) {
    const { given, pattern } = withPattern('replace', args, scope, [3, 4]);
    return (input, run) => replace(given(input, run), pattern, run);
  },
};

type Collect = (found: List, result: unknown, entry: unknown, run: Run) => void;

function each(name: string, args: Node[], scope: Scope, collect: Collect): Step {
  const [listed, applied] = args;
  if (!applied || args.length !== 2) return refuse(`$${name} with ${args.length} arguments`);
  const list = compile(listed!, scope);
  const named = applied.type === 'variable' && !applied.predicate ? scope.find(applied.value as string) : undefined;
  const inline = applied.type === 'lambda' ? lambdaOf(applied, scope) : undefined;
  const lambda = inline ?? (typeof named === 'object' ? named : refuse(`$${name} without a function`));
  return (input, run) => {
    const [entries] = validated(name, [list(input, run), () => {}]) as [unknown[] | undefined];
    if (entries === undefined) return undefined;
    if (inline) run.variables[inline.context] = input;
    run.spend(entries.length);
    const found = sequence();
    for (const [i, entry] of entries.entries()) collect(found, invoke(lambda, [entry, i, entries], run), entry, run);
    return found;
  };
}

function withPattern(name: string, args: Node[], scope: Scope, [least, most]: [number, number]) {
  if (args.length < least || args.length > most) refuse(`$${name} with ${args.length} arguments`);
  const token = args[1]!;
  let pattern: Pattern | undefined;
  if (token.type === 'regex') pattern = patternOf(token.value as RegExp) ?? refuse(`regular expression ${token.value}`);
  if (token.predicate || token.group) refuse('regular expression');
  const steps = args.map((arg) => (arg === token && pattern ? () => () => {} : compile(arg, scope)));
  return { pattern, given: (input: unknown, run: Run) => valuesOf(steps, input, run) };
}

type Operator = (left: unknown, right: unknown, run: Run) => unknown;

const number =
  (of: (a: number, b: number) => number): Operator =>
  (a, b) => {
    if ((a !== undefined && !isNumeric(a)) || (b !== undefined && !isNumeric(b))) throw new Failed('T2001');
    return a === undefined || b === undefined ? undefined : of(a as number, b as number);
  };

const order =
  (of: (a: string | number, b: string | number) => boolean): Operator =>
  (a, b, run) => {
    const types = [typeof a, typeof b];
    if (!types.every((type) => ['undefined', 'string', 'number'].includes(type))) throw new Failed('T2010');
    if (types.includes('undefined')) return undefined;
    if (types[0] !== types[1]) throw new Failed('T2009');
    run.spend(typeof a === 'string' ? values.ofText(a) : 1);
    return of(a as string, b as string);
  };

const defined = (a: unknown, b: unknown) => a !== undefined && b !== undefined;

const operators: Record<string, Operator> = {
  '+': number((a, b) => a + b),
  '-': number((a, b) => a - b),
  '*': number((a, b) => a * b),
  '/': number((a, b) => a / b),
  '%': number((a, b) => a % b),
  '<': order((a, b) => a < b),
  '<=': order((a, b) => a <= b),
  '>': order((a, b) => a > b),
  '>=': order((a, b) => a >= b),
  '=': (a, b, run) => defined(a, b) && values.equal(a, b, run),
  '!=': (a, b, run) => defined(a, b) && !values.equal(a, b, run),
  '&': (a, b, run) => {
    const made = textOf(a, run) + textOf(b, run);
    run.spend(values.ofText(made));
    return made;
  },
};

/** `and` and `or` look at their right side only where it decides; `..` and `in` are outside. */
function binary(node: Node, scope: Scope): Step {
  const left = compile(node.lhs as Node, scope);
  const right = compile(node.rhs!, scope);
  if (node.value === 'and') return (input, run) => truthy(left(input, run), run) && truthy(right(input, run), run);
  if (node.value === 'or') return (input, run) => truthy(left(input, run), run) || truthy(right(input, run), run);
  const operator = operators[node.value as string] ?? refuse(`operator ${node.value}`);
  return (input, run) => operator(left(input, run), right(input, run), run);
}

function unary(node: Node, scope: Scope): Step {
  if (node.value === '[') return list(node, scope);
  if (node.value === '{') return grouped(node.lhs as [Node, Node][], scope);
  const negated = compile(node.expression!, scope);
  return (input, run) => {
    const value = negated(input, run);
    if (value === undefined) return undefined;
    if (!isNumeric(value)) throw new Failed('D1002');
    return -value;
  };
}

/** `[…]`: a list in it is taken apart, unless it is itself written as one. */
function list({ expressions, consarray }: Node, scope: Scope): Step {
  const parts = expressions!.map((node) => ({ whole: node.value === '[', step: compile(node, scope) }));
  return (input, run) => {
    const made: List = [];
    for (const { whole, step } of parts) {
      const value = step(input, run);
      if (value === undefined) continue;
      if (Array.isArray(value) && !whole) pushAll(made, value, run);
      else made.push(value);
    }
    if (consarray) made.cons = true;
    return made;
  };
}

/** `{…}`: entries of the input with the same key share a value; an object is made even of nothing. */
function grouped(pairs: [Node, Node][], scope: Scope): Step {
  const members = pairs.map(([key, value]) => ({ key: keyOf(key, scope), value: compile(value, scope) }));
  return (input, run) => {
    const groups = new Map<string, { context: unknown; value: Step }>();
    for (const entry of entriesOf(input)) {
      run.spend(members.length);
      for (const { key: named, value } of members) {
        const key = typeof named === 'string' ? named : named(entry, run);
        if (key === undefined) continue;
        demandKey(key);
        const known = groups.get(key);
        if (known && known.value !== value) throw new Failed('D1009');
        if (known) known.context = appended(known.context, entry, run);
        else groups.set(key, { context: entry, value });
      }
    }
    const made: Record<string, unknown> = {};
    for (const [key, { context, value }] of groups) {
      const member = value(context, run);
      if (member !== undefined) made[key] = member;
    }
    return made;
  };
}

const keyOf = (key: Node, scope: Scope): string | Step =>
  key.type === 'string' && !key.predicate && !key.group ? String(key.value) : compile(key, scope);

function entriesOf(input: unknown): unknown[] {
  if (!Array.isArray(input)) return [input];
  if (input.length > 0) return input;
  if (!isSequence(input)) throw new Left('list'); // JSONata writes into it here
  return [undefined];
}

const reserved = ['_jsonata_lambda', '_jsonata_function'];

function demandKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw new Failed('T1003');
  if (reserved.includes(key)) throw new Failed('D1013');
  if (key === '__proto__') throw new Left(key);
}

const appended = (list: unknown, more: unknown, run: Run): unknown => builtIns.append!.call([list, more], run);

/** The predicate on what it is applied to: an index from either end, numbers that are one, or a condition. */
function filter(expr: Node, scope: Scope): Step {
  if (expr.type === 'number') return at(Math.floor(expr.value as number));
  const predicate = compile(expr, scope);
  return (input, run) => {
    const entries: unknown[] = Array.isArray(input) ? input : [input];
    run.spend(entries.length);
    const found = sequence();
    for (const [i, entry] of entries.entries()) {
      const result = predicate(entry, run);
      const indexes = numbersOf(result, run);
      const hits = indexes
        ? indexes.filter((index) => (Math.floor(index) < 0 ? entries.length : 0) + Math.floor(index) === i).length
        : Number(truthy(result, run));
      for (let hit = 0; hit < hits; hit++) found.push(entry);
    }
    return found;
  };
}

function at(index: number): Step {
  return (input) => {
    const entries: unknown[] = Array.isArray(input) ? input : [input];
    const entry = entries[index < 0 ? entries.length + index : index];
    if (Array.isArray(entry)) return entry;
    return entry === undefined ? sequence() : sequence(entry);
  };
}

/** A number or a list of nothing but numbers. */
function numbersOf(value: unknown, run: Run): number[] | undefined {
  if (isNumeric(value)) return [value];
  if (!Array.isArray(value)) return undefined;
  run.spend(value.length);
  return value.filter((entry) => !isNumeric(entry)).length === 0 ? value : undefined;
}

/** One step of a path. */
interface PathStep {
  step: Step;
  stages: Step[];
  /** The variable that counts what the step finds (`#$i`). */
  index?: number;
}

/** `a.b[…].{…}`: each step is applied to every entry that the step before it found. */
function path(node: Node, scope: Scope): Step {
  const written = node.steps!;
  if (node.tuple || written.some((step) => ['focus', 'ancestor'].some((word) => word in step))) refuse('@ or %');
  const from = written.findIndex((step) => step.tuple);
  if (from >= 0 && (node.group || written.slice(from).some((step) => step.stages))) refuse('predicate after #');
  const [first] = written;
  const cons = first!.consarray === true;
  if (cons && (from === 0 || first!.type !== 'unary' || first!.predicate || first!.keepArray)) refuse('list in a path');
  const inner = from < 0 ? scope : new Scope(scope);
  const steps = written.map((step) => pathStep(step, inner));
  const absolute = first!.type === 'variable';
  const group = node.group && grouped(node.group.lhs, inner);
  const whole: Step = (input, run) => {
    let found: List = Array.isArray(input) && !absolute ? input : sequence(input);
    for (const [i, step] of steps.entries()) {
      if (i === from) {
        found = counted(steps.slice(from), found, sequence(), run);
        break;
      }
      found = i === 0 && cons ? (step.step(found, run) as List) : walk(step, found, i === steps.length - 1, run);
      if (found.length === 0) break;
    }
    if (node.keepSingletonArray) found = keptSingleton(found);
    return group ? group(found, run) : found;
  };
  return ofNames(node, scope, whole) ?? whole;
}

function pathStep(node: Node, scope: Scope): PathStep {
  if (node.stages?.some(({ type }) => type !== 'filter')) refuse('# after a predicate');
  if (node.tuple && node.index === undefined) refuse('@ or %');
  const step = compile(node, scope);
  const stages = (node.stages ?? []).map(({ expr }) => filter(expr!, scope));
  if (node.index === undefined) return { step, stages };
  const index = scope.place();
  scope.bind(node.index, index);
  return { step, stages, index };
}

function keptSingleton(found: List): List {
  const list = found.cons && !found.sequence ? sequence(found) : found;
  if (isSequence(list)) list.keepSingleton = true;
  return list;
}

/** Lists that are found are taken apart. A list that is all that the last step found stays the one of the input. */
function walk({ step, stages }: PathStep, input: unknown[], last: boolean, run: Run): List {
  run.spend(input.length);
  const results: unknown[] = [];
  for (const entry of input) {
    let result = step(entry, run);
    for (const stage of stages) result = stage(result, run);
    if (result !== undefined) results.push(result);
  }
  if (last && results.length === 1 && Array.isArray(results[0]) && !isSequence(results[0])) return results[0];
  const found = sequence();
  for (const result of results) {
    if (Array.isArray(result) && !(result as List).cons) pushAll(found, result, run);
    else found.push(result);
  }
  return found;
}

/** The steps from the first with `#$i` on, entry by entry, so that the variables count what is being looked at. */
function counted([step, ...rest]: PathStep[], input: unknown[], found: List, run: Run): List {
  run.spend(input.length);
  for (const entry of input) {
    const result = step!.step(entry, run);
    if (result === undefined) continue;
    for (const [i, value] of (Array.isArray(result) ? result : [result]).entries()) {
      if (step!.index !== undefined) run.variables[step!.index] = i;
      run.spend(1);
      if (rest.length > 0) counted(rest, [value], found, run);
      else found.push(value);
    }
  }
  return found;
}

/** The short way for names alone: as long as no list is met, each step finds one value or nothing. */
function ofNames(node: Node, scope: Scope, whole: Step): Step | undefined {
  const bare = (step: Node) => !step.stages && !step.predicate && !step.keepArray && !step.tuple && !step.group;
  const [first, ...others] = node.steps!;
  const absolute = first!.type === 'variable';
  const names = absolute ? others : node.steps!;
  if (node.group || node.keepSingletonArray || !names.every(({ type }) => type === 'name')) return undefined;
  if (names.length === 0 || !node.steps!.every(bare)) return undefined;
  const start = absolute ? compile(first!, scope) : (input: unknown) => input;
  const keys = names.map(({ value }) => value as string);
  return (input, run) => {
    let value = start(input, run);
    for (const key of keys) {
      if (Array.isArray(value)) return whole(input, run);
      value = values.lookup(value, key, run);
    }
    return isSequence(value) ? whole(input, run) : value;
  };
}
