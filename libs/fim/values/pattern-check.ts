import type { Limits } from '../model.js';
import { exampleOf } from '../patterns/example.js';
import { matcher } from '../patterns/matcher.js';
import { checkablePattern } from '../patterns/pattern.js';
import { texts } from '../texts/validation.js';
import { Fault } from './fault.js';

/** The longest text that is matched against a pattern, in code points. */
export const longestMatched = 20_000;

/**
 * Compiles a field's pattern for texts of up to `longest` code points. `undefined` where there is none, or one that
 * cannot be checked; reading has reported that.
 */
export function patternCheck(limits: Limits, longest: number) {
  const { pattern: written } = limits;
  const pattern = checkablePattern(written);
  if (written === undefined || pattern === undefined) return undefined;
  const matches = matcher(pattern, longest);
  return { matches, fault: new Fault('pattern', texts.pattern(exampleOf(pattern.ast, limits, matches))) };
}
