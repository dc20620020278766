import type { DataType, Field, Json } from '../model.js';
import { type Check, compileCheck, Fault } from '../values/checks.js';
import { type Ast, parsePattern } from '../values/pattern.js';
import type { Random } from './random.js';

const attempts = 200;

/** A valid, normalised value for a field; `undefined` when none was found (its limits contradict each other). */
export function sampleValue(field: Field, random: Random, hints: readonly Json[] = []): Json | undefined {
  const { check, propose } = makerOf(field);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const proposed = hints.length > 0 && random.chance(0.4) ? random.pick(hints) : propose(random, attempt);
    const value = check(proposed);
    if (value !== undefined && !(value instanceof Fault)) return value;
  }
  return undefined;
}

/** What a field is sampled with, prepared once. */
interface Maker {
  check: Check;
  propose: (random: Random, attempt: number) => Json;
}

const makers = new WeakMap<Field, Maker>();

function makerOf(field: Field): Maker {
  const known = makers.get(field);
  if (known !== undefined) return known;
  const maker = { check: compileCheck(field), propose: proposerOf(field) };
  makers.set(field, maker);
  return maker;
}

function proposerOf(field: Field): Maker['propose'] {
  const { options, limits, input, prefill, content, type } = field;
  if (options !== undefined) {
    const codes = [...options.codes.keys()];
    return (random) => random.pick(codes);
  }
  if (input === 'locked' && prefill === 'keine' && content !== undefined) return () => content;
  const pattern = limits.pattern === undefined ? undefined : parsePattern(limits.pattern);
  if (pattern === undefined || typeof pattern === 'string') return (random) => proposers[type](field, random);
  return (random, attempt) => generate(pattern.ast, random, growth(attempt)).text;
}

const proposers: Record<DataType, (field: Field, random: Random) => Json> = {
  text: proposeText,
  text_latin: proposeText,
  date: ({ limits }, random) => moment(limits, random, 86_400_000, '1950-01-01', '2030-12-31').slice(0, 10),
  time: ({ limits }, random) =>
    clock(random.int(seconds(limits.min ?? '00:00:00', Math.ceil), seconds(limits.max ?? '23:59:59', Math.floor))),
  datetime: ({ limits }, random) => moment(limits, random, 1_000, '1950-01-01T00:00:00', '2030-12-31T23:59:59'),
  bool: (_, random) => random.chance(0.5),
  num: (field, random) => proposeNumber(field, random, 100),
  num_int: (field, random) => proposeNumber(field, random, 1),
  num_currency: (field, random) => proposeNumber(field, random, 100),
  file: proposeFile,
  obj: () => null,
};

const words = [
  'Muster',
  'Beispiel',
  'Straße',
  'Müller',
  'Ötztal',
  'Garten',
  'Hund',
  'Angabe',
  'Weg',
  'Älteste',
  'Platz',
  'Haus',
];

function proposeText({ limits }: Field, random: Random): string {
  const least = Math.max(1, limits.minLength ?? 1);
  const length = random.int(least, Math.min(limits.maxLength ?? least + 30, least + 30));
  let text = random.pick(words);
  while (text.length < length) text += ` ${random.pick(words)}`;
  const cut = text.slice(0, length);
  return cut.endsWith(' ') ? `${cut.slice(0, -1)}e` : cut;
}

/** A number on a grid of 1/`per`, inside the limits. */
function proposeNumber({ limits }: Field, random: Random, per: number): number {
  const min = limits.min === undefined ? Math.min(0, Number(limits.max ?? 0)) : Number(limits.min);
  const max = limits.max === undefined ? Math.max(1000, min + 1000) : Number(limits.max);
  const low = Math.ceil(min * per - 1e-6);
  const high = Math.floor(max * per + 1e-6);
  return high < low ? min : random.int(low, high) / per;
}

function moment(limits: Field['limits'], random: Random, unit: number, early: string, late: string): string {
  const zone = /(Z|[+-]\d\d:\d\d)$/.test((limits.min ?? limits.max ?? '').slice(10)) ? 'Z' : '';
  const at = (text: string) =>
    Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`);
  const low = at(limits.min ?? (limits.max === undefined || early < limits.max ? early : limits.max));
  const high = at(limits.max ?? (limits.min === undefined || late > limits.min ? late : limits.min));
  const chosen = random.int(Math.ceil(low / unit), Math.floor(high / unit)) * unit;
  return `${new Date(chosen).toISOString().slice(0, 19)}${zone}`;
}

function seconds(text: string, round: (value: number) => number): number {
  const [hours, minutes, rest] = text.split(':').map(Number);
  return round(hours! * 3600 + minutes! * 60 + rest!);
}

const clock = (second: number) =>
  [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');

function proposeFile({ limits }: Field, random: Random): Json {
  const type = (limits.mediaTypes ? random.pick(limits.mediaTypes) : 'application/pdf').replace('/*', '/png');
  const id = String(random.int(0, 999_999_999_999)).padStart(12, '0');
  return {
    attachmentId: `00000000-0000-4000-8000-${id}`,
    filename: `anlage-${id}.${type.split('/')[1]!.split('+')[0]}`,
    mimetype: type,
    size: random.int(1, Math.min(limits.maxSize ?? 100_000, 100_000)),
  };
}

/** How many repetitions beyond the minimum may be tried: few first, many when that was too short. */
const growth = (attempt: number) => [1, 3, 8, 20, 60, 200][Math.floor(attempt / 25) % 6]!;

/** A text that an expression accepts, shorter than about 5,000 characters. */
export function generate(ast: Ast, random: Random, more: number, budget = { left: 5_000 }): { text: string } {
  if (ast.kind === 'set') {
    budget.left--;
    return { text: random.pick(charactersOf(ast.source)) };
  }
  if (ast.kind === 'choice') return generate(random.pick(ast.parts), random, more, budget);
  const parts = ast.kind === 'sequence' ? ast.parts : new Array<Ast>(times(ast, random, more, budget)).fill(ast.part);
  return { text: parts.map((part) => generate(part, random, more, budget).text).join('') };
}

const times = ({ min, max }: { min: number; max: number }, random: Random, more: number, budget: { left: number }) =>
  budget.left <= 0 ? min : random.int(min, Math.min(max, min + more));

const pool = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzäöüßÄÖÜé-./,@_+:;()&#\'" '];
const known = new Map<string, string[]>();

function charactersOf(source: string): string[] {
  const found = known.get(source);
  if (found !== undefined) return found;
  const expression = new RegExp(`^(?:${source})$`, 'u');
  let characters = pool.filter((char) => expression.test(char));
  for (let code = 0x21; characters.length === 0 && code < 0xffff; code++)
    if ((code < 0xd800 || code > 0xdfff) && expression.test(String.fromCodePoint(code)))
      characters = [String.fromCodePoint(code)];
  if (characters.length === 0) characters = [' '];
  if (known.size < 1_000) known.set(source, characters);
  return characters;
}
