import { type ListFolder, readCodeList } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { sample, Unsatisfiable } from '#fim/sample.js';
import { type Random, seeded } from '#fim/sampling/random.js';
import { Unreadable } from '#fim/unreadable.js';
import { compileValidator } from '#fim/validator.js';
import { cpuTime } from './clock.js';
import { mutated, randomJson } from './mutations.js';

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
      if (readsAndValidates(mutated(random.pick(files), random), lists, random)) result.read++;
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
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Returns whether the file was read; an unreadable one must say why. */
function readsAndValidates(xml: string, lists: ListFolder, random: Random): boolean {
  if (xml.includes('CodeList')) return readsList(xml);
  const { model, findings } = readSchema(xml, { lists });
  if (model === undefined) {
    if (!findings.some((finding) => finding.severity === 'error')) throw new Error('refused without a reason');
    return false;
  }
  const { validate } = compileValidator(model);
  validate(randomJson(random, 4));
  if (random.chance(0.02)) drawSample(model);
  return true;
}

/** A mutated schema may contradict itself. Then there is no sample, and one kind of error says so. */
function drawSample(model: Schema): void {
  try {
    sample(model, { fill: 0.3 });
  } catch (error) {
    if (!(error instanceof Unsatisfiable)) throw error;
  }
}

function readsList(xml: string): boolean {
  try {
    readCodeList(xml);
    return true;
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}
