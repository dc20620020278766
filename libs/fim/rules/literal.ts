import type { Json } from '../json.js';
import type { Field, Group, Schema } from '../model.js';
import { compileCheck } from '../values/check.js';
import { Fault } from '../values/fault.js';

/** A rule's literal as a value of the element would be; `undefined` where the element never has such a value. */
export function literalFor(element: Schema | Group | Field, literal: Json): Json | undefined {
  if (element.kind !== 'field') return undefined;
  const check = compileCheck(element.options === undefined ? { ...element, limits: {}, input: 'input' } : element);
  const value = check(literal);
  return value instanceof Fault ? undefined : value;
}
