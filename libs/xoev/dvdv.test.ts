import { describe, expect, test } from '@jest/globals';
import { parseAuthority, prefixes } from './dvdv.js';

describe('a DVDV key', () => {
  test('has one of 118 prefixes, of which three are not three small letters', () => {
    expect(Object.keys(prefixes)).toHaveLength(118);
    expect(Object.keys(prefixes).filter((prefix) => !/^[a-z]{3}$/.test(prefix))).toEqual(['ag', 'MELDID', 'töj']);
  });

  test.each([
    ['psw:11007007', { prefix: 'psw', key: '11007007' }],
    ['MELDID:12052000', { prefix: 'MELDID', key: '12052000' }],
    ['töj:1'.normalize('NFD'), { prefix: 'töj', key: '1' }],
    ['xyz:11007007', undefined],
    ['meldid:12052000', undefined],
    ['constructor:1', undefined],
    ['psw11007007', undefined],
    ['psw:', undefined],
    ['psw:1 2', undefined],
  ])('%s is %p', (text, parsed) => expect(parseAuthority(text)).toEqual(parsed));
});
