import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { identified, Keyring } from './keyring.js';
import { keyIdOf, SecretUnreadable, seal, unseal } from './secrets.js';

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

  test('old keys still open, the first one seals, and a secret says which', () => {
    const [old, fresh] = [identified(key), identified(randomBytes(32))];
    const ring = new Keyring(() => [fresh, old]);
    const before = seal(key, where, 'geheim');
    expect(unseal(ring, where, before)).toBe('geheim');
    const after = seal(ring, where, 'geheim');
    expect([keyIdOf(before), keyIdOf(after)]).toEqual([old.id, fresh.id]);
    expect(() => unseal(key, where, after)).toThrow(SecretUnreadable);
  });

  test('what version 0.2 wrote opens with whichever key fits', () => {
    const sealed = seal(key, where, 'geheim');
    const written = Buffer.concat([Buffer.of(1), sealed.subarray(5)]);
    const ring = new Keyring(() => [randomBytes(32), key].map(identified));
    expect(unseal(ring, where, written)).toBe('geheim');
    expect(() => unseal(randomBytes(32), where, written)).toThrow(SecretUnreadable);
  });
});
