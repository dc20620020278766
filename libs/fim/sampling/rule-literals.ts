import type { Json } from '../json.js';
import type { Schema } from '../model.js';
import { resolvePath, ruleOwners } from '../rules/paths.js';
import { comparisonsOf, type Operand } from '../rules/statements.js';

/** The literals that rules compare fields with, by the field's path. A random value would never hit them. */
export function ruleLiterals(schema: Schema): Map<string, Json[]> {
  const literals = new Map<string, Json[]>();
  for (const owner of ruleOwners(schema)) {
    const note = (field: Operand, literal: Operand) => {
      if (typeof field !== 'object' || typeof literal === 'object') return;
      const path = resolvePath(schema, owner, field.identifier)?.path;
      if (path !== undefined) literals.set(path, [...(literals.get(path) ?? []), literal]);
    };
    for (const rule of owner.rules)
      for (const { condition } of rule.statements ?? [])
        for (const [a, b] of comparisonsOf(condition)) {
          note(a, b);
          note(b, a);
        }
  }
  return literals;
}
