import type { FimError } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Field, Group, Schema } from '../model.js';
import { isEmpty, itemsOfLoop, type Lineage, lineagesOf, type Standpoint, targetsOf, valuesOf } from './lineage.js';
import { literalFor } from './literal.js';
import {
  elementAt,
  judgementOf,
  type Loop,
  type ResolvedPath,
  type RuleOwner,
  resolvePath,
  ruleOwners,
} from './paths.js';
import type { Condition, Identifier, Operand, Statement } from './statements.js';

type Test = (from: Standpoint) => boolean;
type Values = (from: Standpoint) => Json[];
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
    .flatMap((statement) => {
      const judgement = judgementOf(schema, owner, statement);
      return typeof judgement === 'string'
        ? []
        : [new StatementCompiler(schema, owner).compile(statement, judgement.loop)];
    });

/** What is missing or wrong by itself is not reported a second time by a rule. */
const covers = (known: FimError, error: FimError) =>
  known.pointer === error.pointer || (known.code === 'required' && error.pointer.startsWith(`${known.pointer}/`));

/** Compiles the statements of one owner. All paths must be resolvable from there. */
class StatementCompiler {
  constructor(
    private readonly schema: Schema,
    private readonly owner: RuleOwner,
  ) {}

  compile({ effect, target: written = 'self', condition = true, message }: Statement, loop?: Loop): RuleCheck {
    const { owner } = this;
    const target = this.resolve(written);
    const holds = this.condition(condition);
    const element = this.elementAt(target);
    const about = { path: target.path, fimField: element.id, label: element.label, code: 'rule', message } as const;
    const isInsideOwner = target.up === 0 && target.down.length > 0;
    return (lineage, errors) => {
      if (owner.element.kind === 'group' && lineage.at(-1)!.value === undefined && isInsideOwner) return;
      const reported = new Set<string>();
      for (const from of standpoints(lineage, loop)) {
        if (holds(from) === (effect === 'valid')) continue;
        for (const { value, pointer } of targetsOf(from, target)) {
          // An absent target is valid: whether it must be there is said by its multiplicity or by `require`.
          const breaks = effect === 'valid' ? value !== undefined : isEmpty(value) === (effect === 'require');
          if (breaks && !reported.has(pointer)) errors.push({ pointer, ...about });
          reported.add(pointer);
        }
      }
    };
  }

  private elementAt(path: ResolvedPath): Schema | Group | Field {
    return elementAt(this.schema, this.owner, path);
  }

  private resolve(path: string): ResolvedPath {
    return resolvePath(this.schema, this.owner, path)!;
  }

  private condition(condition: Condition): Test {
    if (typeof condition === 'boolean') return () => condition;
    if ('identifier' in condition) {
      const values = this.valuesAt(condition);
      return (from) => values(from).some((value) => value !== false);
    }
    if ('is_empty' in condition) {
      const values = this.valuesAt(condition.is_empty);
      return (from) => values(from).length === 0;
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
    return (from) => {
      const values = new Set(right(from));
      return left(from).some((value) => values.has(value));
    };
  }

  /** The values of an operand. A literal takes the normalised form of the field it is compared with. */
  private operand(operand: Operand, other: Operand): Values {
    if (typeof operand === 'object') {
      const values = this.valuesAt(operand);
      return this.isMoney(operand) ? (from) => values(from).map(Number) : values;
    }
    const value = typeof other === 'object' ? this.normalised(operand, other) : operand;
    const values = [typeof other === 'object' && this.isMoney(other) ? Number(value) : value];
    return () => values;
  }

  /** Amounts are texts (`"5.60"`), and compared by what they are worth. */
  private isMoney({ identifier }: Identifier): boolean {
    const element = this.elementAt(this.resolve(identifier));
    return element.kind === 'field' && element.type === 'num_currency';
  }

  private valuesAt({ identifier }: Identifier): Values {
    const path = this.resolve(identifier);
    return (from) => valuesOf(from, path);
  }

  private normalised(literal: Json, { identifier }: Identifier): Json {
    return literalFor(this.elementAt(this.resolve(identifier)), literal) ?? literal;
  }
}

/** One, or one for each item of the loop. An item that is not there counts where only the target lies in it. */
function standpoints(lineage: Lineage, loop: Loop | undefined): Standpoint[] {
  if (loop === undefined) return [{ lineage }];
  return itemsOfLoop(lineage.slice(0, loop.from + 1), loop.edges)
    .filter((item) => !loop.inCondition || item.at(-1)!.value !== undefined)
    .map((item) => ({ lineage, item: { loop, lineage: item } }));
}

const not =
  (test: Test): Test =>
  (from) =>
    !test(from);
const every =
  (tests: Test[]): Test =>
  (from) =>
    tests.every((test) => test(from));
const some =
  (tests: Test[]): Test =>
  (from) =>
    tests.some((test) => test(from));
/** `xor` of many. */
const exactlyOne =
  (tests: Test[]): Test =>
  (from) =>
    tests.filter((test) => test(from)).length === 1;
