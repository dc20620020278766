import { texts } from '../texts/findings.js';

/** FIM's machine-readable rule form. Paths are relative to the element the rule hangs on. */
export interface Statement {
  effect: 'require' | 'forbid' | 'valid';
  /** `self`, `self.G1.F2`, or a path found from an enclosing group. Default `self`. */
  target?: string;
  /** Default `true`. */
  condition?: Condition;
  /** German sentence for the person. */
  message: string;
}

export type Condition =
  | boolean
  | Identifier
  | { equal: [Operand, Operand] }
  | { not_equal: [Operand, Operand] }
  | { and: Condition[] }
  | { or: Condition[] }
  | { xor: Condition[] }
  | { not: Condition }
  | { is_empty: Identifier };
export type Operand = string | number | boolean | Identifier;
export interface Identifier {
  identifier: string;
}

const deepest = 20;
export const mostStatements = 200;
/** In characters. */
const longest = 100_000;
const longestPath = 400;

/** The statements of a rule, and the German reasons why others are none: each stands or falls by itself. */
export interface Parsed {
  statements: Statement[];
  refused: string[];
}

/** Reads the JSON form of a rule: one statement or a list. Returns the German reason when it is not in that form. */
export function parseStatements(script: string): Parsed | string {
  if (script.length > longest) return texts.rule.tooLong;
  let json: unknown;
  try {
    json = JSON.parse(script);
  } catch {
    return texts.rule.notJson;
  }
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (list.length > mostStatements) return texts.rule.tooManyStatements(mostStatements);
  const read = list.map(readStatement);
  return {
    statements: read.flatMap(({ statement }) => statement ?? []),
    refused: read.flatMap(({ refused }) => refused ?? []),
  };
}

/** A statement, or the German reason why it is none, which names an `operator` that does not exist. */
export type ReadStatement =
  | { statement: Statement; refused?: undefined }
  | { statement?: undefined; refused: string; operator?: string | undefined };

export function readStatement(value: unknown): ReadStatement {
  if (isStatement(value)) return { statement: value };
  const operator = isObject(value) ? unknownOperator(value['condition'], 0) : undefined;
  return { operator, refused: operator === undefined ? texts.rule.statement : texts.rule.operator(operator) };
}

const operators = ['identifier', 'is_empty', 'not', 'equal', 'not_equal', 'and', 'or', 'xor'];

function unknownOperator(condition: unknown, depth: number): string | undefined {
  if (!isObject(condition) || depth > deepest) return undefined;
  for (const [operator, argument] of Object.entries(condition)) {
    if (!operators.includes(operator)) return operator.slice(0, 40);
    for (const part of Array.isArray(argument) ? argument : [argument]) {
      const inside = unknownOperator(part, depth + 1);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

/** The paths that a statement depends on. */
export const pathsOf = ({ target = 'self', condition }: Pick<Statement, 'target' | 'condition'>): string[] => [
  target,
  ...identifiersOf(condition),
];

export function identifiersOf(condition: Condition | undefined): string[] {
  if (typeof condition !== 'object') return [];
  if ('identifier' in condition) return [condition.identifier];
  if ('is_empty' in condition) return [condition.is_empty.identifier];
  const comparison = comparisonOf(condition);
  if (comparison !== undefined) return comparison.flatMap((side) => (typeof side === 'object' ? side.identifier : []));
  return partsOf(condition).flatMap(identifiersOf);
}

/** The pairs of operands that a condition compares, anywhere inside it. */
export function comparisonsOf(condition: Condition | undefined): [Operand, Operand][] {
  if (typeof condition !== 'object') return [];
  const comparison = comparisonOf(condition);
  return comparison === undefined ? partsOf(condition).flatMap(comparisonsOf) : [comparison];
}

function comparisonOf(condition: Exclude<Condition, boolean>): [Operand, Operand] | undefined {
  if ('equal' in condition) return condition.equal;
  return 'not_equal' in condition ? condition.not_equal : undefined;
}

/** What a condition says whatever the form holds; `undefined` where it depends on the form. */
export function constantOf(condition: Condition): boolean | undefined {
  if (typeof condition === 'boolean') return condition;
  const [a, b] = comparisonOf(condition) ?? [];
  if (a !== undefined && typeof a !== 'object' && typeof b !== 'object') return (a === b) === 'equal' in condition;
  const parts = partsOf(condition).map(constantOf);
  if ('not' in condition) return parts[0] === undefined ? undefined : !parts[0];
  if ('and' in condition && parts.includes(false)) return false;
  if ('or' in condition && parts.includes(true)) return true;
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return 'xor' in condition ? parts.filter(Boolean).length === 1 : 'and' in condition;
}

/** The conditions that a condition combines. */
function partsOf(condition: Exclude<Condition, boolean>): Condition[] {
  if ('not' in condition) return [condition.not];
  if ('and' in condition) return condition.and;
  if ('or' in condition) return condition.or;
  return 'xor' in condition ? condition.xor : [];
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= longestPath &&
  /^(self|[A-Z][A-Za-z0-9]*)(\.[A-Z][A-Za-z0-9]*)*$/.test(value);

function isStatement(value: unknown): value is Statement {
  if (!isObject(value)) return false;
  const { effect, target, condition, message, ...rest } = value;
  return (
    Object.keys(rest).length === 0 &&
    (effect === 'require' || effect === 'forbid' || effect === 'valid') &&
    (target === undefined || isPath(target)) &&
    (condition === undefined || isCondition(condition, 0)) &&
    typeof message === 'string' &&
    message.trim() !== ''
  );
}

function isCondition(value: unknown, depth: number): value is Condition {
  if (typeof value === 'boolean') return true;
  if (!isObject(value) || depth > deepest) return false;
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return false;
  const [operator, argument] = entry;
  if (operator === 'identifier') return isPath(argument);
  if (operator === 'is_empty') return isIdentifier(argument);
  if (operator === 'not') return isCondition(argument, depth + 1);
  if (!Array.isArray(argument)) return false;
  if (operator === 'equal' || operator === 'not_equal') return argument.length === 2 && argument.every(isOperand);
  return (
    ['and', 'or', 'xor'].includes(operator) &&
    argument.length > 0 &&
    argument.every((part) => isCondition(part, depth + 1))
  );
}

const isIdentifier = (value: unknown): value is Identifier =>
  isObject(value) && Object.keys(value).length === 1 && isPath(value['identifier']);

const isOperand = (value: unknown): value is Operand =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || isIdentifier(value);
