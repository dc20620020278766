import { describe, expect, test } from '@jest/globals';
import { grouped } from './grouped.js';

describe('grouped', () => {
  test('a lone call runs at once, what arrives meanwhile runs together, answers keep their order', async () => {
    const groups: number[][] = [];
    const double = grouped(
      async (items: number[]) => {
        groups.push(items);
        await new Promise((resolve) => setImmediate(resolve));
        return items.map((item) => item * 2);
      },
      { max: 3 },
    );
    const first = double(1);
    await Promise.resolve();
    const rest = Promise.all([2, 3, 4, 5].map(double));
    expect(await first).toBe(2);
    expect(await rest).toEqual([4, 6, 8, 10]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  test('a store that is away fails every call of its group and no other', async () => {
    let calls = 0;
    const run = grouped(async (items: string[]) => {
      if (calls++ === 0) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      return items;
    });
    const results = await Promise.allSettled([run('a'), run('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(await run('c')).toBe('c');
    expect(calls).toBe(2);
  });

  test('of a group that fails for another reason only those fail that do so alone', async () => {
    const run = grouped(async (items: string[]) => {
      if (items.includes('poison')) throw new Error('refused');
      return items;
    });
    const results = await Promise.allSettled(['a', 'poison', 'b'].map(run));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
