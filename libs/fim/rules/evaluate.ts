import type { FimError } from '../fault.js';
import type { Condition, Edge, Json, JsonObject, Operand, Schema, Statement } from '../model.js';
import { compileCheck, Fault } from '../values/checks.js';
import { type Route, reaches, route, type Site, sites } from './paths.js';

/** A place in the instance: the values from the root down to the element, and where they stand. */
interface Frame {
  value: Json | undefined;
  pointer: string;
}

type Test = (frames: Frame[]) => boolean;
type RuleCheck = (frames: Frame[], errors: FimError[]) => void;

/** Compiles the machine-readable rules; `undefined` when the schema has none. */
export function compileRules(schema: Schema): ((value: JsonObject, known: FimError[]) => FimError[]) | undefined {
  const compiled = [...sites(schema)].flatMap((site) => {
    const statements = site.rules.flatMap((rule) => rule.statements ?? []).filter((one) => reaches(schema, site, one));
    return statements.length === 0
      ? []
      : [{ site, checks: statements.map((one) => compileStatement(schema, site, one)) }];
  });
  if (compiled.length === 0) return undefined;
  return (value, known) => {
    const errors: FimError[] = [];
    for (const { site, checks } of compiled)
      for (const frames of instances([{ value, pointer: '' }], site.trail))
        for (const check of checks) check(frames, errors);
    return errors.filter((error) => !known.some((other) => covers(other, error)));
  };
}

/** A value that is missing or wrong by itself is told once. */
const covers = (known: FimError, error: FimError) =>
  known.pointer === error.pointer || (known.code === 'required' && error.pointer.startsWith(`${known.pointer}/`));

/** Every occurrence of a position. A repeated group occurs once per item, a field once per group, present or not. */
function* instances(frames: Frame[], trail: Edge[]): Generator<Frame[]> {
  const [edge, ...rest] = trail;
  if (edge === undefined) return yield frames;
  const parent = frames.at(-1)!;
  if (parent.value === undefined) return;
  for (const frame of items(parent, edge, edge.element.kind === 'group')) yield* instances([...frames, frame], rest);
}

/** The child of a frame; a repeated one item by item if wanted. An absent child is one frame without value. */
function items(parent: Frame, edge: Edge, each: boolean): Frame[] {
  const { id } = edge.element;
  const value = isObject(parent.value) ? parent.value[id] : undefined;
  const pointer = `${parent.pointer}/${id}`;
  if (!each || !Array.isArray(value)) return [{ value, pointer }];
  return value.map((item, i) => ({ value: item, pointer: `${pointer}/${i}` }));
}

function compileStatement(schema: Schema, site: Site, statement: Statement): RuleCheck {
  const target = route(schema, site, statement.target ?? 'self')!;
  const holds = compileCondition(schema, site, statement.condition ?? true);
  const about = target.steps.at(-1)?.element ?? site.trail.at(site.trail.length - 1 - target.up)?.element ?? schema;
  const beyond = target.up > 0 || target.steps.length === 0;
  const { effect, message } = statement;
  const error = (pointer: string): FimError => ({
    pointer,
    path: target.path,
    fimField: about.id,
    label: about.label,
    code: 'rule',
    message,
  });
  return (frames, errors) => {
    if (site.element.kind === 'group' && frames.at(-1)!.value === undefined && !beyond) return;
    if (holds(frames) === (effect === 'valid')) return;
    for (const { value, pointer } of reach(frames, target, true))
      if (effect === 'valid' || isEmpty(value) === (effect === 'require')) errors.push(error(pointer));
  };
}

/** What a route leads to. As a target, absent values count and a repeated element is one; as an operand, each item. */
function reach(frames: Frame[], { up, steps }: Route, target: boolean): Frame[] {
  let found = [frames[frames.length - 1 - up]!];
  steps.forEach((edge, i) => {
    const each = !target || i < steps.length - 1;
    found = found.flatMap((frame) => items(frame, edge, each));
  });
  return target ? found : found.flatMap(spread);
}

const spread = ({ value, pointer }: Frame): Frame[] =>
  Array.isArray(value) ? value.map((item) => ({ value: item, pointer })) : [{ value, pointer }];

function compileCondition(schema: Schema, site: Site, condition: Condition): Test {
  if (typeof condition === 'boolean') return () => condition;
  if ('identifier' in condition) {
    const values = compileOperand(schema, site, condition);
    return (frames) => values(frames).some((value) => value !== false);
  }
  if ('is_empty' in condition) {
    const values = compileOperand(schema, site, condition.is_empty);
    return (frames) => values(frames).length === 0;
  }
  if ('not' in condition) {
    const inner = compileCondition(schema, site, condition.not);
    return (frames) => !inner(frames);
  }
  if ('equal' in condition) return compileEqual(schema, site, condition.equal);
  if ('not_equal' in condition) {
    const equal = compileEqual(schema, site, condition.not_equal);
    return (frames) => !equal(frames);
  }
  const compile = (parts: Condition[]) => parts.map((part) => compileCondition(schema, site, part));
  if ('and' in condition) return every(compile(condition.and));
  if ('or' in condition) return some(compile(condition.or));
  return odd(compile(condition.xor));
}

const every =
  (tests: Test[]): Test =>
  (frames) =>
    tests.every((test) => test(frames));
const some =
  (tests: Test[]): Test =>
  (frames) =>
    tests.some((test) => test(frames));
/** xor of many: exactly one. */
const odd =
  (tests: Test[]): Test =>
  (frames) =>
    tests.filter((test) => test(frames)).length === 1;

/** Equal when any value of one side is a value of the other; absent values equal nothing. */
function compileEqual(schema: Schema, site: Site, [a, b]: [Operand, Operand]): Test {
  const left = compileOperand(schema, site, a, b);
  const right = compileOperand(schema, site, b, a);
  return (frames) => {
    const values = new Set(right(frames));
    return left(frames).some((value) => values.has(value));
  };
}

/** The values of an operand. A literal takes the normalised form of the field it is compared with. */
function compileOperand(schema: Schema, site: Site, operand: Operand, other?: Operand): (frames: Frame[]) => Json[] {
  if (typeof operand === 'object') {
    const to = route(schema, site, operand.identifier)!;
    return (frames) => reach(frames, to, false).flatMap(({ value }) => (isEmpty(value) ? [] : [value!]));
  }
  const values = [literal(schema, site, operand, other)];
  return () => values;
}

function literal(schema: Schema, site: Site, value: Json, other: Operand | undefined): Json {
  if (typeof other !== 'object') return value;
  const to = route(schema, site, other.identifier)!;
  const element = to.steps.at(-1)?.element ?? site.element;
  if (element.kind !== 'field') return value;
  const check = compileCheck(element.options === undefined ? { ...element, limits: {}, input: 'input' } : element);
  const normal = check(value);
  return normal === undefined || normal instanceof Fault ? value : normal;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value of the wrong type may be nested without end; no group is nested deeper than a schema can be. */
function isEmpty(value: Json | undefined, depth = 0): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && depth < 100 && Object.values(value).every((part) => isEmpty(part, depth + 1));
}
