import type { FimError } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Schema } from '../model.js';
import { compileCheck } from '../values/check.js';
import { Fault } from '../values/fault.js';
import { isEmpty, type Lineage, lineagesOf, targetsOf, valuesOf } from './lineage.js';
import { isResolvable, type ResolvedPath, type RuleOwner, resolvePath, ruleOwners } from './paths.js';
import type { Condition, Identifier, Operand, Statement } from './statements.js';

type Test = (lineage: Lineage) => boolean;
type Values = (lineage: Lineage) => Json[];
type RuleCheck = (lineage: Lineage, errors: FimError[]) => void;

/** Rules run on the normalised value. Errors at a pointer where `known` has one already are left out. */
export type RulesCheck = (value: JsonObject, known: FimError[]) => FimError[];

/** Compiles the machine-readable rules; `undefined` when the schema has none. */
export function compileRules(schema: Schema): RulesCheck | undefined {
  const compiled = [...ruleOwners(schema)]
    .map((owner) => ({ trail: owner.trail, checks: checksOf(schema, owner) }))
    .filter(({ checks }) => checks.length > 0);
  if (compiled.length === 0) return undefined;
  return (value, known) => {
    const errors: FimError[] = [];
    for (const { trail, checks } of compiled)
      for (const lineage of lineagesOf([{ value, pointer: '' }], trail))
        for (const check of checks) check(lineage, errors);
    return errors.filter((error) => !known.some((other) => covers(other, error)));
  };
}

const checksOf = (schema: Schema, owner: RuleOwner): RuleCheck[] =>
  owner.rules
    .flatMap((rule) => rule.statements ?? [])
    .filter((statement) => isResolvable(schema, owner, statement))
    .map((statement) => new StatementCompiler(schema, owner).compile(statement));

/** What is missing or wrong by itself is not reported a second time by a rule. */
const covers = (known: FimError, error: FimError) =>
  known.pointer === error.pointer || (known.code === 'required' && error.pointer.startsWith(`${known.pointer}/`));

/** Compiles the statements of one owner. All paths must be resolvable from there. */
class StatementCompiler {
  constructor(
    private readonly schema: Schema,
    private readonly owner: RuleOwner,
  ) {}

  compile({ effect, target: written = 'self', condition = true, message }: Statement): RuleCheck {
    const { schema, owner } = this;
    const target = this.resolve(written);
    const holds = this.condition(condition);
    const element =
      target.down.at(-1)?.element ?? owner.trail.at(owner.trail.length - 1 - target.up)?.element ?? schema;
    const about = { path: target.path, fimField: element.id, label: element.label, code: 'rule', message } as const;
    const isInsideOwner = target.up === 0 && target.down.length > 0;
    return (lineage, errors) => {
      if (owner.element.kind === 'group' && lineage.at(-1)!.value === undefined && isInsideOwner) return;
      if (holds(lineage) === (effect === 'valid')) return;
      for (const { value, pointer } of targetsOf(lineage, target))
        if (effect === 'valid' || isEmpty(value) === (effect === 'require')) errors.push({ pointer, ...about });
    };
  }

  private resolve(path: string): ResolvedPath {
    return resolvePath(this.schema, this.owner, path)!;
  }

  private condition(condition: Condition): Test {
    if (typeof condition === 'boolean') return () => condition;
    if ('identifier' in condition) {
      const values = this.valuesAt(condition);
      return (lineage) => values(lineage).some((value) => value !== false);
    }
    if ('is_empty' in condition) {
      const values = this.valuesAt(condition.is_empty);
      return (lineage) => values(lineage).length === 0;
    }
    if ('equal' in condition) return this.equal(condition.equal);
    if ('not_equal' in condition) return not(this.equal(condition.not_equal));
    if ('not' in condition) return not(this.condition(condition.not));
    if ('and' in condition) return every(condition.and.map((part) => this.condition(part)));
    if ('or' in condition) return some(condition.or.map((part) => this.condition(part)));
    return exactlyOne(condition.xor.map((part) => this.condition(part)));
  }

  /** Equal when any value of one side is a value of the other; absent values equal nothing. */
  private equal([a, b]: [Operand, Operand]): Test {
    const left = this.operand(a, b);
    const right = this.operand(b, a);
    return (lineage) => {
      const values = new Set(right(lineage));
      return left(lineage).some((value) => values.has(value));
    };
  }

  /** The values of an operand. A literal takes the normalised form of the field it is compared with. */
  private operand(operand: Operand, other: Operand): Values {
    if (typeof operand === 'object') return this.valuesAt(operand);
    const values = [typeof other === 'object' ? this.normalised(operand, other) : operand];
    return () => values;
  }

  private valuesAt({ identifier }: Identifier): Values {
    const path = this.resolve(identifier);
    return (lineage) => valuesOf(lineage, path);
  }

  private normalised(literal: Json, { identifier }: Identifier): Json {
    const element = this.resolve(identifier).down.at(-1)?.element ?? this.owner.element;
    if (element.kind !== 'field') return literal;
    const check = compileCheck(element.options === undefined ? { ...element, limits: {}, input: 'input' } : element);
    const value = check(literal);
    return value === undefined || value instanceof Fault ? literal : value;
  }
}

const not =
  (test: Test): Test =>
  (lineage) =>
    !test(lineage);
const every =
  (tests: Test[]): Test =>
  (lineage) =>
    tests.every((test) => test(lineage));
const some =
  (tests: Test[]): Test =>
  (lineage) =>
    tests.some((test) => test(lineage));
/** `xor` of many. */
const exactlyOne =
  (tests: Test[]): Test =>
  (lineage) =>
    tests.filter((test) => test(lineage)).length === 1;
