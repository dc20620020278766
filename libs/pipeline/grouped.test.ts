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
      { parallel: 1, max: 3 },
    );
    const first = double(1);
    await Promise.resolve();
    const rest = Promise.all([2, 3, 4, 5].map(double));
    expect(await first).toBe(2);
    expect(await rest).toEqual([4, 6, 8, 10]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  test('an error reaches every call of its group and no other', async () => {
    let fail = true;
    const run = grouped(async (items: string[]) => {
      if (fail) throw new Error('away');
      return items;
    });
    const results = await Promise.allSettled([run('a'), run('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    fail = false;
    expect(await run('c')).toBe('c');
  });
});
