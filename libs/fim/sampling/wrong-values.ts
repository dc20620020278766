import type { ErrorCode } from '../fault.js';
import type { Field, Json } from '../model.js';
import { compileCheck, Fault, longestMatched } from '../values/checks.js';
import { parsePattern } from '../values/pattern.js';
import { seeded } from './random.js';
import { generate, sampleValue } from './value.js';

/** For each constraint of a field, a value that breaks it and no constraint checked before it. */
export function wrongValues(field: Field): [ErrorCode, Json][] {
  const check = compileCheck(field);
  const broken = new Map<ErrorCode, Json>();
  for (const candidate of candidates(field)) {
    const fault = check(candidate);
    if (fault instanceof Fault && !broken.has(fault.code as ErrorCode)) broken.set(fault.code as ErrorCode, candidate);
  }
  return [...broken];
}

function* candidates(field: Field): Generator<Json> {
  const { type, limits, options, input } = field;
  yield { unexpected: 'x' };
  if (options !== undefined) yield 'kein-Code-dieser-Liste';
  else if (input === 'locked')
    for (let seed = 1; seed < 9; seed++) yield sampleValue({ ...field, input: 'input' }, seeded(seed)) ?? 'x';
  if (type === 'text' || type === 'text_latin') yield* texts(field);
  if (type === 'date') yield* ['2023-02-30', ...around(limits, daysFrom)];
  if (type === 'time') yield* ['25:00:00', '00:00:00', '23:59:59', '12:00:00'];
  if (type === 'datetime') yield* ['2023-02-30T00:00:00', ...around(limits, momentsFrom)];
  if (type.startsWith('num')) yield* numbers(field);
  if (type === 'file') yield* files(field);
  if (limits.pattern !== undefined) yield* unlike(field);
}

function* texts({ type, limits }: Field): Generator<Json> {
  const { minLength, maxLength, pattern } = limits;
  if (minLength !== undefined && minLength > 1 && minLength <= 100_000) yield 'x'.repeat(minLength - 1);
  const most = pattern === undefined ? maxLength : Math.min(maxLength ?? longestMatched, longestMatched);
  if (most !== undefined && most <= 100_000) yield 'x'.repeat(most + 1);
  const length = Math.max(minLength ?? 1, 3);
  if (length <= 100_000) yield `x\u0001${'x'.repeat(length - 2)}`;
  if (length <= 100_000 && type === 'text_latin') yield 'Я'.repeat(length);
  if (maxLength !== undefined && maxLength < 3) yield '\u0001'.repeat(maxLength);
}

/** Values just outside the limits. */
function around({ min, max }: Field['limits'], from: (limit: string, by: number) => string): string[] {
  return [...(min === undefined ? [] : [from(min, -1)]), ...(max === undefined ? [] : [from(max, 1)])];
}

const daysFrom = (day: string, by: number) => new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);

function momentsFrom(moment: string, by: number): string {
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(moment.slice(10));
  const shifted = new Date(Date.parse(zoned ? moment : `${moment}Z`) + by * 3_600_000).toISOString().slice(0, 19);
  return zoned ? `${shifted}Z` : shifted;
}

function* numbers({ type, limits }: Field): Generator<Json> {
  if (limits.min !== undefined) yield Number(limits.min) - 1;
  if (limits.max !== undefined) yield Number(limits.max) + 1;
  if (limits.min !== undefined && type === 'num_int') yield Math.ceil(Number(limits.min)) - 1;
  if (limits.max !== undefined && type === 'num_int') yield Math.floor(Number(limits.max)) + 1;
  if (type === 'num_currency') yield '1.005';
}

function* files({ limits }: Field): Generator<Json> {
  const mimetype = (limits.mediaTypes?.[0] ?? 'application/pdf').replace('/*', '/png');
  const file = { attachmentId: '00000000-0000-4000-8000-000000000000', filename: 'anlage', mimetype, size: 1 };
  if (limits.mediaTypes !== undefined) yield { ...file, mimetype: 'application/x-unerwartet' };
  if (limits.maxSize !== undefined) yield { ...file, size: limits.maxSize + 1 };
}

/** Texts near a pattern: what it generates, with one character changed, doubled or lost. */
function* unlike(field: Field): Generator<Json> {
  const pattern = parsePattern(field.limits.pattern!);
  const random = seeded(11);
  for (let i = 0; typeof pattern !== 'string' && i < 40; i++) {
    const chars = [...generate(pattern.ast, random, 1 + (i % 20)).text];
    const at = random.int(0, Math.max(0, chars.length - 1));
    const change = random.pick(['x', '9', '-', '', 'ß', `${chars[at]}${chars[at]}`]);
    yield chars.map((char, index) => (index === at ? change : char)).join('');
  }
  const numeric = field.type.startsWith('num');
  for (let i = 0; i < 20; i++) yield numeric ? random.int(0, 10 ** random.int(1, 8)) : 'x?'.repeat(random.int(1, 40));
}
