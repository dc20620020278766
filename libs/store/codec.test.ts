import { randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '#submission/vocabulary.js';
import { ContentUnreadable, type MasterKeys, type Place, SubmissionKey } from './codec.js';

const master = (id: string) => ({ id, bytes: randomBytes(32) });
const keysOf = (...all: ReturnType<typeof master>[]): MasterKeys => ({ current: all[0]!, all });
const place: Place = { kind: 'data', name: '' };
const why = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ContentUnreadable) return error.why;
    throw error;
  }
  return 'readable';
};

describe('content under the key of its submission', () => {
  const id = randomUUID();
  const key = SubmissionKey.create(id);

  test('comes back as it was, whatever it is', () => {
    const keys = keysOf(master('00000001'));
    const same = SubmissionKey.unwrap(keys, id, key.wrap(keys)); // what another process has
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ maxLength: 4, unit: 'binary' }), (value, name) => {
        const one: Place = { kind: 'sent', name };
        const text = JSON.stringify(value);
        expect(same.openText(one, key.sealText(one, text))).toBe(text);
        expect(JSON.stringify(same.openJson(one, key.sealJson(one, value as Json)))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(Buffer.from(bytes).equals(same.open(place, key.sealBytes(place, bytes)))).toBe(true);
      }),
    );
  });

  test('is small where it is long and says little, and never larger than 29 bytes more', () => {
    const text = JSON.stringify(Array.from({ length: 100 }, (_, n) => ({ feld: n, wert: 'Stuttgart' })));
    expect(key.sealText(place, text).length).toBeLessThan(text.length / 4);
    const noise = randomBytes(3000).toString('latin1');
    for (const one of ['', 'x', 'x'.repeat(255), noise])
      expect(key.sealText(place, one).length).toBeLessThanOrEqual(Buffer.byteLength(one) + 29);
    const long = 'x'.repeat(1024 * 1024 + 1); // deflating it would hold up the process
    expect(key.sealText(place, long).length).toBe(long.length + 29);
    expect(key.openText(place, key.sealText(place, long.slice(1)))).toHaveLength(1024 * 1024);
  });

  test('looks different each time, and under another submission', () => {
    const seals = [key, key, SubmissionKey.create(randomUUID())].map((one) => one.sealText(place, 'gleich'));
    expect(new Set(seals.map((seal) => seal.subarray(13).toString('hex'))).size).toBe(3);
    for (const seal of seals) expect(seal.includes('gleich')).toBe(false);
  });

  test('does not open when a byte of it is another, or one is missing', () => {
    const sealed = key.sealText(place, 'x'.repeat(300));
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Buffer.from(sealed);
        other[at]! ^= change;
        expect(why(() => key.open(place, other))).toMatch(at === 0 ? /^(format|changed)$/ : /^changed$/);
      }),
    );
    for (const length of [1, 20, sealed.length - 1])
      expect(why(() => key.open(place, sealed.subarray(0, length)))).toBe('changed');
  });

  test('does not open in another place, under another submission or in a format that nobody writes', () => {
    const sealed = key.sealText(place, 'x');
    for (const other of [
      { ...place, kind: 'sent' as const },
      { ...place, name: 'y' },
    ])
      expect(why(() => key.open(other, sealed))).toBe('changed');
    expect(why(() => SubmissionKey.create(id).open(place, sealed))).toBe('changed');
    for (const format of [0, 3, 255])
      expect(why(() => key.open(place, Buffer.concat([Buffer.of(format), sealed.subarray(1)])))).toBe('format');
    expect(why(() => key.open(place, Buffer.alloc(0)))).toBe('format');
  });

  test('needs the key of the operator under which its own is wrapped', () => {
    const [old, other] = [master('0000000a'), master('0000000b')];
    const wrapped = key.wrap(keysOf(old));
    const sealed = key.sealText(place, 'x');
    const open = (keys: MasterKeys, stored: Buffer | null = wrapped, under = id) =>
      SubmissionKey.unwrap(keys, under, stored).openText(place, sealed);
    expect(open(keysOf(other, old))).toBe('x');
    expect(open(keysOf(other), SubmissionKey.unwrap(keysOf(old), id, wrapped).wrap(keysOf(other)))).toBe('x');
    expect(why(() => open(keysOf(other)))).toBe('master-key');
    expect(why(() => open(keysOf({ ...other, id: old.id })))).toBe('changed');
    expect(why(() => open(keysOf(old), wrapped, randomUUID()))).toBe('changed');
    expect(why(() => open(keysOf(old), wrapped.subarray(1)))).toBe('format');
    expect(why(() => open(keysOf(old), null))).toBe('erased');
  });

  test('P3 a key shows itself to no log', () => {
    const shown = `${inspect(key, { showHidden: true, depth: 9 })} ${JSON.stringify(key)}`;
    expect(shown).toContain(id);
    expect(shown).not.toMatch(/Buffer|bytes|"data"/);
  });
});
