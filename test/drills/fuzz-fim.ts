/** Long fuzzing of the FIM reader: `npm run drill fuzz-fim -- [rounds] [seed]`, 100,000 rounds by default. */

import { fuzz } from '../fim/fuzz.js';
import { testLists } from '../fim/lists.js';
import { seedFiles } from '../fim/seeds.js';

const rounds = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const say = (text: string) => process.stderr.write(text);

const result = fuzz(seedFiles, { seed, rounds, lists: testLists, progress: (round) => say(`\r${round}/${rounds}`) });
say('\n');
const measured = 'gc' in globalThis;
const ok = result.slowest < 1_000 && (!measured || result.growth < 32_000_000);
process.stdout.write(
  `${JSON.stringify({ seed, ...result, growth: measured ? result.growth : 'unmeasured (--expose-gc)', ok })}\n`,
);
process.exit(ok ? 0 : 1);
