import type { Condition, Json, Operand, Schema } from '../model.js';
import { route, sites } from '../rules/paths.js';

/** The literals that rules compare fields with: a random text would never hit them. */
export function hintsOf(schema: Schema): Map<string, Json[]> {
  const hints = new Map<string, Json[]>();
  for (const site of sites(schema)) {
    const note = (a: Operand, b: Operand) => {
      if (typeof a !== 'object' || typeof b === 'object') return;
      const path = route(schema, site, a.identifier)?.path;
      if (path !== undefined) hints.set(path, [...(hints.get(path) ?? []), b]);
    };
    for (const rule of site.rules)
      for (const { condition } of rule.statements ?? [])
        for (const [a, b] of comparisons(condition)) {
          note(a, b);
          note(b, a);
        }
  }
  return hints;
}

function comparisons(condition: Condition | undefined): [Operand, Operand][] {
  if (typeof condition !== 'object') return [];
  if ('equal' in condition) return [condition.equal];
  if ('not_equal' in condition) return [condition.not_equal];
  if ('not' in condition) return comparisons(condition.not);
  for (const name of ['and', 'or', 'xor'] as const) {
    const parts = (condition as { [key in typeof name]?: Condition[] })[name];
    if (parts !== undefined) return parts.flatMap(comparisons);
  }
  return [];
}
