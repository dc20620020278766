import type { ListFolder } from '#fim/lists.js';
import { readCodeList } from '#fim/lists.js';
import { readSchema } from '#fim/read.js';
import { sample } from '#fim/sample.js';
import { type Random, seeded } from '#fim/sampling/random.js';
import { compileValidator } from '#fim/validator.js';
import { cpuTime } from './clock.js';

export interface FuzzOptions {
  seed: number;
  rounds: number;
  lists: ListFolder;
  /** Called now and then. */
  progress?: (round: number) => void;
}

export interface FuzzResult {
  rounds: number;
  read: number;
  refused: number;
  /** Longest single round, milliseconds of processor time, and its seed. */
  slowest: number;
  slowestSeed: number;
  /** Heap at the end less heap after the first tenth, bytes; only meaningful with `--expose-gc`. */
  growth: number;
}

/**
 * Breaks small valid files in every round – characters, tags, blocks, attributes – and reads them: whatever comes, the
 * answer is a model that works or findings that say why not.
 * @throws whatever the library throws, with the seed and round in its message
 */
export function fuzz(files: string[], { seed, rounds, lists, progress }: FuzzOptions): FuzzResult {
  const result: FuzzResult = { rounds, read: 0, refused: 0, slowest: 0, slowestSeed: seed, growth: 0 };
  let heap = 0;
  for (let round = 0; round < rounds; round++) {
    const random = seeded(seed + round);
    const before = cpuTime();
    try {
      if (attack(mutated(random.pick(files), random), lists, random)) result.read++;
      else result.refused++;
    } catch (error) {
      throw new Error(`fuzzing failed: seed ${seed + round}`, { cause: error });
    }
    const took = cpuTime() - before;
    if (took > result.slowest) Object.assign(result, { slowest: took, slowestSeed: seed + round });
    if (round === Math.floor(rounds / 10)) heap = heapUsed();
    if (round % 1000 === 0) progress?.(round);
  }
  result.growth = heapUsed() - heap;
  return result;
}

function heapUsed(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

/** Answers whether the file was read; an unreadable one must say why. */
function attack(xml: string, lists: ListFolder, random: Random): boolean {
  if (xml.includes('CodeList')) return readsList(xml);
  const { model, findings } = readSchema(xml, { lists });
  if (model === undefined) {
    if (!findings.some((finding) => finding.severity === 'error')) throw new Error('refused without a reason');
    return false;
  }
  const { validate } = compileValidator(model);
  validate(junk(random, 4) as never);
  if (random.chance(0.02)) samples(model);
  return true;
}

/** A mutated schema may contradict itself: then there is no sample, and that is said in one way. */
function samples(model: Parameters<typeof sample>[0]): void {
  try {
    sample(model, { fill: 0.3 });
  } catch (error) {
    if (!String(error).includes('no valid instance')) throw error;
  }
}

function readsList(xml: string): boolean {
  try {
    readCodeList(xml);
    return true;
  } catch (error) {
    if (error instanceof Error && error.constructor.name === 'Unreadable') return false;
    throw error;
  }
}

function mutated(xml: string, random: Random): string {
  let text = xml;
  for (let times = random.int(1, 3); times > 0; times--) text = random.pick(mutations)(text, random);
  return text;
}

type Mutation = (text: string, random: Random) => string;

const splice = (text: string, from: number, to: number, put: string) => text.slice(0, from) + put + text.slice(to);
const nasty = ['&', '<', '>', '"', '\0', '\u0001', '&#0;', '&#xD800;', '&amp;lt;', '<![CDATA[', ']]>', '<!--', '<?x', '\uD800', '𝒳', '*', '0:*', '9999999:*', '{"', '[[[', '((((a+)+)+)+)$', '\\', '__proto__', 'constructor', 'urn:', '-', '1e999', 'NaN', '2023-02-30', ':']; // biome-ignore format: a table

/** Where a whole element begins and ends, for an element chosen at random. */
function element(text: string, random: Random): [number, number] | undefined {
  const starts = [...text.matchAll(/<([\w:.]+)[^>]*>/g)];
  const start = starts[random.int(0, starts.length - 1)];
  if (start === undefined || start[0].endsWith('/>')) return undefined;
  const end = text.indexOf(`</${start[1]}>`, start.index);
  return end < 0 ? undefined : [start.index, end + start[1]!.length + 3];
}

const place = (text: string, random: Random) => random.int(0, Math.max(0, text.length - 1));

const mutations: Mutation[] = [
  (text, random) => splice(text, place(text, random), place(text, random), ''),
  (text, random) => {
    const at = place(text, random);
    return splice(text, at, at + random.int(0, 3), random.pick(nasty));
  },
  (text, random) => {
    const span = element(text, random);
    return span === undefined ? text : splice(text, span[0], span[1], '');
  },
  (text, random) => {
    const span = element(text, random);
    return span === undefined
      ? text
      : splice(text, span[1], span[1], text.slice(span[0], span[1]).repeat(random.int(1, 30)));
  },
  (text, random) => {
    const [from, to] = [element(text, random), element(text, random)];
    return from === undefined || to === undefined ? text : splice(text, to[0], to[1], text.slice(from[0], from[1]));
  },
  (text, random) => {
    const contents = [...text.matchAll(/>([^<]{1,200})</g)];
    const chosen = contents[random.int(0, contents.length - 1)];
    return chosen === undefined
      ? text
      : splice(text, chosen.index + 1, chosen.index + 1 + chosen[1]!.length, random.pick(nasty));
  },
  (text, random) => {
    const attributes = [...text.matchAll(/="([^"]*)"/g)];
    const chosen = attributes[random.int(0, attributes.length - 1)];
    return chosen === undefined
      ? text
      : splice(text, chosen.index + 2, chosen.index + 2 + chosen[1]!.length, random.pick(nasty));
  },
  (text, random) =>
    text.replaceAll(/\b(text|date|num|bool|file|input|select)\b/g, (word) =>
      random.chance(0.8) ? word : random.pick(['text', 'num_int', 'date', 'file', 'obj', 'label', 'select']),
    ),
];

function junk(random: Random, depth: number): unknown {
  const kind = random.int(0, depth > 0 ? 7 : 5);
  if (kind === 6) return Array.from({ length: random.int(0, 4) }, () => junk(random, depth - 1));
  if (kind === 7)
    return Object.fromEntries(
      Array.from({ length: random.int(0, 5) }, () => [
        random.pick(['F08000000001', 'G08000000001', 'x', '__proto__', 'constructor']),
        junk(random, depth - 1),
      ]),
    );
  return [null, true, random.int(-9, 9) / 2, random.pick(nasty), ' ', 'a'.repeat(random.int(0, 2000))][kind];
}
