import type { ErrorCode } from '../errors.js';
import type { Json } from '../json.js';
import type { Field, Limits } from '../model.js';
import { parsePattern } from '../patterns/pattern.js';
import { compileCheck } from '../values/check.js';
import { Fault } from '../values/fault.js';
import { hasZone, instantOf } from '../values/lexical.js';
import { longestMatched } from '../values/pattern-check.js';
import { matchingText } from './matching-text.js';
import { seeded } from './random.js';
import { sampleValue } from './value.js';

/** For each constraint of a field, a value that breaks it and no constraint checked before it. */
export function wrongValues(field: Field): [ErrorCode, Json][] {
  const check = compileCheck(field);
  const broken = new Map<ErrorCode, Json>();
  for (const value of suspects(field)) {
    const fault = check(value);
    if (fault instanceof Fault && !broken.has(fault.code)) broken.set(fault.code, value);
  }
  return [...broken];
}

/** Values that may be wrong. */
function* suspects(field: Field): Generator<Json> {
  const { type, limits, options, input } = field;
  yield { unexpected: 'x' };
  if (options !== undefined) yield 'kein-Code-dieser-Liste';
  if (input === 'locked')
    for (let seed = 1; seed < 9; seed++) yield sampleValue({ ...field, input: 'input' }, seeded(seed)) ?? 'x';
  if (type === 'text' || type === 'text_latin') yield* wrongTexts(field);
  if (type === 'date') yield* ['2023-02-30', ...justOutside(limits, shiftedDay)];
  if (type === 'time') yield* ['25:00:00', '00:00:00', '23:59:59', '12:00:00'];
  if (type === 'datetime') yield* ['2023-02-30T00:00:00', ...justOutside(limits, shiftedHour)];
  if (type.startsWith('num')) yield* wrongNumbers(field);
  if (type === 'file') yield* wrongFiles(field);
  if (limits.pattern !== undefined) yield* nearPattern(field, limits.pattern);
}

/** Longer texts are not tried. */
const longest = 100_000;

function* wrongTexts({ type, limits }: Field): Generator<Json> {
  const { minLength, maxLength, pattern } = limits;
  if (minLength !== undefined && minLength > 1 && minLength <= longest) yield 'x'.repeat(minLength - 1);
  const most = pattern === undefined ? maxLength : Math.min(maxLength ?? longestMatched, longestMatched);
  if (most !== undefined && most <= longest) yield 'x'.repeat(most + 1);
  const length = Math.max(minLength ?? 1, 3);
  if (length <= longest) yield `x\u0001${'x'.repeat(length - 2)}`;
  if (length <= longest && type === 'text_latin') yield 'Я'.repeat(length);
  if (maxLength !== undefined && maxLength < 3) yield '\u0001'.repeat(maxLength);
}

/** Values just outside the limits. */
const justOutside = ({ min, max }: Limits, shifted: (limit: string, by: number) => string): string[] => [
  ...(min === undefined ? [] : [shifted(min, -1)]),
  ...(max === undefined ? [] : [shifted(max, 1)]),
];

const shiftedDay = (day: string, by: number) =>
  new Date(instantOf(day) + by * 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length);

function shiftedHour(dateTime: string, by: number): string {
  const shifted = new Date(instantOf(dateTime) + by * 3_600_000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  return hasZone(dateTime) ? `${shifted}Z` : shifted;
}

function* wrongNumbers({ type, limits: { min, max } }: Field): Generator<Json> {
  if (min !== undefined) yield Number(min) - 1;
  if (max !== undefined) yield Number(max) + 1;
  if (min !== undefined && type === 'num_int') yield Math.ceil(Number(min)) - 1;
  if (max !== undefined && type === 'num_int') yield Math.floor(Number(max)) + 1;
  if (type === 'num_currency') yield '1.005';
}

function* wrongFiles({ limits }: Field): Generator<Json> {
  const mimetype = (limits.mediaTypes?.[0] ?? 'application/pdf').replace('/*', '/png');
  const file = { attachmentId: '00000000-0000-4000-8000-000000000000', filename: 'anlage', mimetype, size: 1 };
  if (limits.mediaTypes !== undefined) yield { ...file, mimetype: 'application/x-unerwartet' };
  if (limits.maxSize !== undefined) yield { ...file, size: limits.maxSize + 1 };
}

/** Texts that match a pattern but for one character, which is changed, doubled or lost; then any text or number. */
function* nearPattern({ type }: Field, written: string): Generator<Json> {
  const pattern = parsePattern(written);
  const random = seeded(11);
  for (let i = 0; typeof pattern !== 'string' && i < 40; i++) {
    const chars = [...matchingText(pattern.ast, random, 1 + (i % 20))];
    const at = random.int(0, Math.max(0, chars.length - 1));
    const change = random.pick(['x', '9', '-', '', 'ß', `${chars[at]}${chars[at]}`]);
    yield chars.map((char, index) => (index === at ? change : char)).join('');
  }
  const isNumeric = type.startsWith('num');
  for (let i = 0; i < 20; i++) yield isNumeric ? random.int(0, 10 ** random.int(1, 8)) : 'x?'.repeat(random.int(1, 40));
}
