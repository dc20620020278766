import { expect, test } from '@jest/globals';
import { readSchema } from '#fim/read.js';
import { fuzz } from './fuzz.js';
import { testLists } from './lists.js';
import { seedFiles } from './seeds.js';

test('the files to break are whole', () => {
  for (const xml of seedFiles.slice(0, 2)) expect(readSchema(xml, { lists: testLists }).model).toBeDefined();
});

test('P6 broken schema files never crash or hang the reader', () => {
  const { slowest, read, refused } = fuzz(seedFiles, { seed: 1, rounds: 1_500, lists: testLists });
  expect(slowest).toBeLessThan(1_000);
  expect(read).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(500);
});
