import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SecretUnreadable, seal, unseal } from './secrets.js';

const key = randomBytes(32);
const where = { region: '08111', leistung: '*', name: 'rest.token' };

describe('P3 secrets at rest', () => {
  test('a secret opens with its key at its place', () => {
    for (const value of ['geheim', '', 4, null, { a: ['ü'] }])
      expect(unseal(key, where, seal(key, where, value))).toEqual(value);
  });

  test('the same secret never gives the same bytes twice', () => {
    expect(seal(key, where, 'geheim')).not.toEqual(seal(key, where, 'geheim'));
  });

  test('a secret moved to another region, Leistung or name stays closed', () => {
    const sealed = seal(key, where, 'geheim');
    for (const other of [{ region: '08115' }, { leistung: '99102013104000' }, { name: 'rest.password' }]) {
      expect(() => unseal(key, { ...where, ...other }, sealed)).toThrow(SecretUnreadable);
    }
  });

  test('another key, a changed byte or a cut row are refused with a sentence that names the setting', () => {
    const sealed = seal(key, where, 'geheim');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    expect(() => unseal(randomBytes(32), where, sealed)).toThrow(/rest\.token.*STELLWERK_KEY/);
    for (const broken of [changed, sealed.subarray(0, 20), Buffer.alloc(0)])
      expect(() => unseal(key, where, broken)).toThrow(SecretUnreadable);
  });
});
