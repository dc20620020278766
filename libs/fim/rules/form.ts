import type { Condition, Operand, Statement } from '../model.js';

const deepest = 20;
const most = 200;
const longest = 100_000;

/** Reads the JSON form of a rule: one statement or a list of them. Answers a German reason when it is not in that form. */
export function parseStatements(script: string): Statement[] | string {
  if (script.length > longest) return 'Sie ist zu lang.';
  let json: unknown;
  try {
    json = JSON.parse(script);
  } catch {
    return 'Das Skript ist kein JSON.';
  }
  const list = Array.isArray(json) ? json : [json];
  if (list.length > most) return `Sie hat mehr als ${most} Anweisungen.`;
  return list.every(isStatement) ? list : 'Eine Anweisung hat nicht die Form {effect, target?, condition?, message}.';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 400 && /^(self|[A-Z][A-Za-z0-9]*)(\.[A-Z][A-Za-z0-9]*)*$/.test(value);

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
  if (operator === 'is_empty') return isReference(argument);
  if (operator === 'not') return isCondition(argument, depth + 1);
  if (!Array.isArray(argument)) return false;
  if (operator === 'equal' || operator === 'not_equal') return argument.length === 2 && argument.every(isOperand);
  return (
    ['and', 'or', 'xor'].includes(operator) &&
    argument.length > 0 &&
    argument.every((part) => isCondition(part, depth + 1))
  );
}

const isReference = (value: unknown): value is { identifier: string } =>
  isObject(value) && Object.keys(value).length === 1 && isPath(value['identifier']);

const isOperand = (value: unknown): value is Operand =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || isReference(value);
