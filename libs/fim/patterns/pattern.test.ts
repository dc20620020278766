import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cpuTime } from '../../../test/fim/clock.js';
import { pattern } from '../../../test/fim/shapes.js';
import { matchingText } from '../sampling/matching-text.js';
import { seeded } from '../sampling/random.js';
import { matcher } from './matcher.js';
import { type Pattern, parsePattern } from './pattern.js';

const parsed = (written: string): Pattern => {
  const result = parsePattern(written);
  if (typeof result === 'string') throw new Error(result);
  return result;
};
const matches = (written: string, text: string) => matcher(parsed(written), 100)(text);

describe('the dialect of XML Schema', () => {
  test.each([
    ['abc', 'xabcx', false],
    ['abc', 'abc', true],
    ['a|b', 'ab', false],
    ['[a-z-[aeiou]]+', 'xyz', true],
    ['[a-z-[aeiou]]+', 'xay', false],
    ['[^a-c-[x]]', 'x', false],
    ['\\i\\c*', 'xml:id-1', true],
    ['\\i\\c*', '1x', false],
    ['\\d{2}', '34', true],
    ['\\d{2}', '٣٤', false],
    ['\\w+', 'Straße€', true],
    ['\\w+', 'a_1', true],
    ['\\w+', 'a b', false],
    ['\\W', '_', true],
    ['\\p{Lu}\\P{Lu}', 'Äb', true],
    ['\\p{IsBasicLatin}*', 'abc', true],
    ['\\p{IsBasicLatin}*', 'äbc', false],
    ['.', '\n', false],
    ['.', '𝒳', true],
    ['[\\-+]?\\d', '+5', true],
    ['[+-]\\d', '-5', true],
    ['a{2,}', 'aaa', true],
    ['(a|b){2}', 'ba', true],
    ['/', '/', true],
    ['\\.\\?\\(', '.?(', true],
    ['(?:ab)?', '', true],
    ['^a$|^b$', 'b', true],
    ['a+?b', 'aab', true],
    ['\\u00e4\\x41', 'äA', true],
    ['\\P{IsBasicLatin}', 'ä', true],
    ['[^\\s\\S]', 'a', false],
  ])('%s on %j: %s', (written, text, expected) => expect(matches(written, text)).toBe(expected));

  test('anchors that authors write are taken as meant, and said', () => {
    expect(matches('^[0-9]{5}$', '70173')).toBe(true);
    expect(parsed('^[0-9]{5}$').doubts).toHaveLength(1);
    expect(parsed('[0-9]{5}').doubts).toEqual([]);
  });

  test.each(['\\w', '[\\W]', 'a*?', '\\u0041'])('%s has two readings: either is taken, and said', (written) =>
    expect(parsed(written).doubts).toHaveLength(1),
  );

  test('is written in words that every dialect has', () => {
    for (const written of ['\\w\\d\\i\\c\\s\\S.', '\\p{L}[^\\p{Lu}-[x]]', '\\p{IsGreek}', '/-&&~'])
      expect(parsed(written).source).not.toMatch(/\\[pPuUdDwWsSic/]|\(\?[^:]/);
  });

  test.each([
    '(',
    ')',
    '[',
    '[]',
    'a{3,1}',
    'a**',
    'a{99999}',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\p{Klingon}',
    '\\p{IsTibetan}',
    'a^b',
    '[z-a]',
    '\\',
    '('.repeat(100) + ')'.repeat(100),
    '((a{999}){999})',
    'x'.repeat(3000),
  ])('%s is reported as not checkable', (written) => expect(typeof parsePattern(written)).toBe('string'));
});

describe('P6 no expression hangs', () => {
  test.each([
    ['(a+)+', `${'a'.repeat(20_000)}b`],
    ['(a|a)*', `${'a'.repeat(20_000)}b`],
    ['(a*)*b', 'a'.repeat(20_000)],
    ['((a|aa)+)+', `${'a'.repeat(5_000)}b`],
    ['a*a*a*a*a*a*b', 'a'.repeat(20_000)],
    ['(a?){500}b', 'a'.repeat(499)],
    [`${'(a|a)'.repeat(60)}b`, 'a'.repeat(60)],
  ])('%s', (written, text) => {
    const test = matcher(parsed(written), text.length);
    const before = cpuTime();
    expect(test(text)).toBe(false);
    expect(cpuTime() - before).toBeLessThan(1_000);
  });

  test('the careful matcher and the engine agree on any expression', () => {
    fc.assert(
      fc.property(pattern, fc.nat(), fc.string({ maxLength: 8 }), (written, seed, noise) => {
        const one = parsed(written);
        const careful = matcher(one, Number.POSITIVE_INFINITY);
        const engine = new RegExp(one.source, 'u');
        const text = matchingText(one.ast, seeded(seed), 2);
        expect(careful(text)).toBe(true);
        for (const sample of [text, text + noise, text.slice(1), noise])
          expect(careful(sample)).toBe(engine.test(sample));
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});
