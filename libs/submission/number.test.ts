import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ff1 } from './ff1.js';
import { mostNumbers, openNumbers, readNumber } from './number.js';

const signs = '0123456789ABCDEFGHJKMNPQRTVWXYZ';
const numbers = openNumbers(Buffer.alloc(32, 1));
const bare = (n: number) => numbers.write(n).slice(3).replace('-', '');

describe('the permutation', () => {
  const key = Buffer.from('2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94', 'hex');

  test.each([
    ['AES-128', 16, 2433477484],
    ['AES-192', 24, 2830668132],
    ['AES-256', 32, 6657667009],
  ])('makes of 0123456789 what the samples of FF1 say, with %s', (_, length, expected) => {
    const { apply, undo } = ff1(key.subarray(0, length), 10, 10);
    expect([apply(123456789), undo(expected)]).toEqual([expected, 123456789]);
  });

  test.each([
    [10, 3],
    [31, 2],
    [2, 11],
    [7, 4],
  ])('is a bijection of all numbers with %s digits to the %s', (radix, length) => {
    const { size, apply, undo } = ff1(randomBytes(32), radix, length);
    const all = Array.from({ length: size }, (_, n) => n);
    const images = all.map(apply);
    expect(images.toSorted((a, b) => a - b)).toEqual(all);
    expect(images.map(undo)).toEqual(all);
  });
});

describe('a number', () => {
  test('comes back from what was written, wherever in the sequence, and no two are the same', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: mostNumbers - 1 }), (n) => {
        const text = numbers.write(n);
        const isNew = (seen.get(text) ?? n) === n;
        seen.set(text, n);
        return isNew && numbers.read(text) === n && /^SW(-[0-9A-HJKMNP-RTV-Z]{4}){2}$/.test(text);
      }),
      { numRuns: 2000 },
    );
    expect(() => numbers.write(mostNumbers)).toThrow();
    expect(numbers.read(numbers.write(mostNumbers - 1))).toBe(mostNumbers - 1);
  });

  test('does not look like its neighbour: they share as many signs as any two would', () => {
    let same = 0;
    const all = Array.from({ length: 2001 }, (_, n) => bare(n + 1));
    for (let n = 0; n < 2000; n++)
      same += [...all[n]!].filter((sign, i) => i < 7 && sign === all[n + 1]![i]).length / 7;
    expect(same / 2000).toBeGreaterThan(0.02);
    expect(same / 2000).toBeLessThan(0.05); // 1 in 31
  });

  test('is another one under another key', () => {
    expect(openNumbers(Buffer.alloc(32, 2)).write(1)).not.toBe(numbers.write(1));
  });

  test('with one wrong sign is refused, whichever it is', () => {
    const taken: string[] = [];
    for (const text of [bare(1), bare(2), '7K4M93XT'])
      for (let at = 0; at < 8; at++)
        for (const sign of signs)
          if (readNumber(text.slice(0, at) + sign + text.slice(at + 1)) && sign !== text[at]) taken.push(text + at);
    expect(taken).toEqual([]);
  });

  test('with two signs swapped is refused, neighbours or not', () => {
    const taken: string[] = [];
    for (let n = 1; n <= 200; n++) {
      const text = [...bare(n)];
      for (let a = 0; a < 8; a++)
        for (let b = a + 1; b < 8; b++)
          if (readNumber(text.with(a, text[b]!).with(b, text[a]!).join('')) && text[a] !== text[b])
            taken.push(text.join('') + a + b);
    }
    expect(taken).toEqual([]);
  });

  test.each(['7k4m93xt', 'sw 7k4m 93xt', ' SW-7K4M–93XT ', 'SW7K4M93XT', '5W.7K4M.93XT'])(
    'is understood as „%s“',
    (text) => {
      expect(readNumber(text)).toBe('SW-7K4M-93XT');
    },
  );

  test('is understood with the signs that look like its own', () => {
    const alike: Record<string, string> = { 0: 'o', 1: 'I', 5: 'S', V: 'u' };
    for (let n = 1; n <= 50; n++)
      expect(readNumber([...bare(n)].map((sign) => alike[sign] ?? sign).join(''))).toBe(numbers.write(n));
    const withOne = Array.from({ length: 50 }, (_, n) => bare(n + 1)).find((text) => text.includes('1'))!;
    expect(readNumber(withOne.replaceAll('1', 'l'))).toBe(readNumber(withOne));
  });

  test.each([
    '',
    'SW-7K4M-93X',
    'SW-7K4M-93XTT',
    'SW-7K4M-93X?',
    '7Kä4M93XT',
    'WS-7K4M-93XT',
    `7K4M93XT${' '.repeat(40)}Z`,
  ])('is not „%s“', (text) => expect(readNumber(text)).toBeUndefined());
});
