import type { Field } from '../model.js';
import { texts } from '../texts/validation.js';
import { isoDay, momentForPeople } from './everyday.js';
import { boundOf, type Check, Fault, wrongType } from './fault.js';
import { isBefore, isDateTime, isDay, isTime } from './lexical.js';
import { longestMatched, patternCheck } from './pattern-check.js';

/** Also as `1.2.2020`. */
export const dateCheck = (field: Field): Check => lexicalCheck(field, isDay, texts.kinds.date, isoDay);

/** Seconds may be left out. */
export const timeCheck = (field: Field): Check =>
  lexicalCheck(field, isTime, texts.kinds.time, (text) => (/^\d\d:\d\d$/.test(text) ? `${text}:00` : text));

export const dateTimeCheck = (field: Field): Check => lexicalCheck(field, isDateTime, texts.kinds.datetime);

function lexicalCheck(
  { limits }: Field,
  isValid: (text: string) => boolean,
  what: string,
  complete?: (text: string) => string,
): Check {
  const wrong = wrongType(what);
  const invalid = new Fault('format', texts.format(what));
  const min = boundOf(limits.min, 'minimum', (limit) => texts.notBefore(momentForPeople(limit)));
  const max = boundOf(limits.max, 'maximum', (limit) => texts.notAfter(momentForPeople(limit)));
  const pattern = patternCheck(limits, longestMatched);
  return (value) => {
    if (typeof value !== 'string') return wrong;
    const trimmed = value.trim();
    if (trimmed === '') return undefined;
    const text = complete === undefined ? trimmed : complete(trimmed);
    if (!isValid(text)) return invalid;
    if (min !== undefined && isBefore(text, min.limit)) return min.fault;
    if (max !== undefined && isBefore(max.limit, text)) return max.fault;
    return pattern === undefined || pattern.matches(text) ? text : pattern.fault;
  };
}
