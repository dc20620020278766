import type { ErrorCode } from '../errors.js';
import type { Field, Limits } from '../model.js';
import { texts } from '../texts/validation.js';
import { numberForPeople, withPoint } from './everyday.js';
import { type Bound, boundOf, type Check, Fault, wrongType } from './fault.js';
import { isDecimal, isInteger, isMoney } from './lexical.js';
import { patternCheck } from './pattern-check.js';

/** The longest number that is matched against a pattern, in characters. */
const longestNumber = 100;

/** `num` and `num_int`. A pattern is matched against the number as it was written. */
export function numberCheck({ limits, type }: Field): Check {
  const whole = type === 'num_int';
  const isValid = whole ? isInteger : isDecimal;
  const wrong = wrongType(whole ? texts.kinds.num_int : texts.kinds.num);
  const { min, max } = rangeOf(limits);
  const pattern = patternCheck(limits, longestNumber);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrong;
    if (typeof value === 'number' && whole && !Number.isSafeInteger(value)) return wrong;
    const text = withPoint(String(value).trim());
    if (text === '') return undefined;
    if (typeof value === 'string' && !isValid(text)) return wrong;
    const number = Number(text);
    if (!Number.isFinite(number)) return wrong;
    if (min !== undefined && number < min.limit) return min.fault;
    if (max !== undefined && number > max.limit) return max.fault;
    if (pattern !== undefined && !pattern.matches(text)) return pattern.fault;
    return number + 0; // never -0
  };
}

/** Money is a decimal, never a float: it leaves as text with two places (`"5.60"`). */
export function moneyCheck({ limits }: Field): Check {
  const wrong = wrongType(texts.kinds.num_currency);
  const places = new Fault('decimals', texts.decimals);
  const { min, max } = rangeOf(limits);
  const pattern = patternCheck(limits, longestNumber);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrong;
    const text = withPoint(String(value).trim());
    if (text === '') return undefined;
    if (!isMoney(text)) return isDecimal(text) || typeof value === 'number' ? places : wrong;
    if (min !== undefined && Number(text) < min.limit) return min.fault;
    if (max !== undefined && Number(text) > max.limit) return max.fault;
    return pattern === undefined || pattern.matches(text) ? twoPlaces(text) : pattern.fault;
  };
}

const rangeOf = ({ min, max }: Limits) => ({
  min: numericBound(min, 'minimum', texts.atLeast),
  max: numericBound(max, 'maximum', texts.atMost),
});

/** A message shows the limit as people write it; values are compared as numbers. */
function numericBound(
  limit: string | undefined,
  code: ErrorCode,
  message: (limit: string) => string,
): Bound<number> | undefined {
  const bound = boundOf(limit, code, (limit) => message(numberForPeople(limit)));
  return bound && { limit: Number(bound.limit), fault: bound.fault };
}

function twoPlaces(text: string): string {
  const [whole, cents = ''] = text.replace(/^(-?)0+(?=\d)/, '$1').split('.');
  const amount = `${whole}.${cents.padEnd(2, '0')}`;
  return amount === '-0.00' ? '0.00' : amount;
}
