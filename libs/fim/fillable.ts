import { carriesData, type Field, positions, type Schema } from './model.js';
import { sample, Unsatisfiable } from './sample.js';
import { seeded } from './sampling/random.js';
import { sampleValue, textOfPattern } from './sampling/value.js';
import { texts } from './texts/report.js';
import { compileCheck, fixedContent } from './values/check.js';
import { Fault } from './values/fault.js';

export interface Unfillable {
  /** Path of ids from the root. */
  position: string;
  /** Key of the element. */
  id: string;
  /** German. */
  reason: string;
}

/**
 * What nobody can fill in, each with the German reason: fields without a valid value, and, at the position `''`, the
 * form as a whole. Patterns against lengths are decided, all else is tried.
 */
export function unfillable(schema: Schema): Unfillable[] {
  const reasons = new Map<Field, string | undefined>();
  const found = [...positions(schema)].flatMap(({ edge: { element }, path }): Unfillable[] => {
    if (element.kind === 'group' || !carriesData(element)) return [];
    if (!reasons.has(element)) reasons.set(element, reasonOf(element));
    const reason = reasons.get(element);
    return reason === undefined ? [] : [{ position: path, id: element.key, reason }];
  });
  return [...found, ...wholeForm(schema)];
}

function reasonOf(field: Field): string | undefined {
  const content = fixedContent(field);
  if (content !== undefined) {
    const value = compileCheck({ ...field, input: 'input' })(content);
    if (value instanceof Fault) return texts.report.lockedAgainst(value.message);
  }
  const { minLength = 0, maxLength } = field.limits;
  if (textOfPattern(field) === 'none') return texts.report.patternAgainstLength(minLength, maxLength);
  return [1, 2, 3].some((seed) => sampleValue(field, seeded(seed)) !== undefined) ? undefined : texts.report.noValue;
}

function wholeForm(schema: Schema): Unfillable[] {
  try {
    sample(schema);
    return [];
  } catch (error) {
    if (!(error instanceof Unsatisfiable)) throw error;
    return [{ position: '', id: schema.key, reason: texts.report.noForm(error.unsatisfied) }];
  }
}
