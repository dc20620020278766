import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { root } from '#settings/root.js';
import { causeOf } from './cause.js';
import { words } from './words.js';

const of = (reason: string) => causeOf({ adapter: 'rest', outcome: 'rejected', reason });

const our = fc.constantFrom(...words);
const names = ['Müller', 'Ursula von der Leyen', 'Müller-Lüdenscheidt', 'Bad Urach', 'Özdemir', "O'Neill"];
/** What differs from one submission to the next. */
const foreign = fc.oneof(
  fc.constantFrom(...names),
  fc.uuid(),
  fc.integer().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.date({ noInvalidDate: true }).map((date) => `${date.getDate()}.${date.getMonth() + 1}.${date.getFullYear()}`),
  fc.array(our, { minLength: 1, maxLength: 4 }).map((quoted) => `„${quoted.join(' ')}“`),
  our.map((word) => `"${word}"`),
  fc.emailAddress().filter((address) => /^[\w.@+-]+$/.test(address)),
  fc.domain().map((host) => `https://${host}/x`),
  fc.constantFrom('rest.baseUrl', '[U+1F600]', 'CERT_HAS_EXPIRED', '(503)', '12,50 €', '§ 5'),
);

describe('the cause of a dead letter', () => {
  test('is the same whatever numbers, ids, dates, quotations, addresses and names its reason has', () => {
    const pieces = fc.array(fc.oneof({ weight: 3, arbitrary: our }, fc.tuple(foreign, foreign)), { minLength: 1 });
    fc.assert(
      fc.property(pieces, (said) => {
        const filled = (which: 0 | 1) =>
          said.map((piece, n) => `${n % 4 === 3 ? 'ein ' : ''}${typeof piece === 'string' ? piece : piece[which]}`);
        const [one, other] = [filled(0), filled(1)].map((parts) => parts.join(' und '));
        expect(of(one!)).toBe(of(other!));
      }),
    );
  });

  test('differs where the reasons say something else, however long they are', () => {
    const sentence = fc.array(our, { minLength: 1, maxLength: 30 });
    const plain = (said: string[]) => said.map((word) => word.replace(/ß/g, 'ss')).join(' ');
    fc.assert(
      fc.property(sentence, sentence, (one, other) => {
        fc.pre(plain(one) !== plain(other));
        expect(of(one.join(' '))).not.toBe(of(other.join(' ')));
      }),
    );
    expect(causeOf({ adapter: 'xta', outcome: 'rejected', reason: 'Fehler' })).not.toBe(of('Fehler'));
    expect(causeOf({ adapter: 'rest', outcome: 'exhausted', reason: 'Fehler' })).not.toBe(of('Fehler'));
  });

  test('is short and holds words of ours only, whatever a target wrote', () => {
    const ascii = new Set([...words].map((word) => of(word).split(':')[2]));
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.lorem({ maxCount: 80 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, our, foreign)), (said) => {
        const [, key] = /^rest:rejected:([a-z-]+(?:~[0-9a-f]{8})?)$/.exec(of(said.join(' '))) ?? [];
        expect(key).toMatch(/^.{1,80}$/);
        if (key !== '-') for (const word of key!.replace(/~.*/, '').split('-')) expect(ascii).toContain(word);
      }),
    );
  });

  test('is found in time also in a reason that is made to be slow', () => {
    const before = performance.now();
    for (const part of ['„', '"a', "'x ", 'von der ', 'a-', '. ', '((((']) of(part.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(500);
  });

  test('counts a sentence once, and reads as one reads it', () => {
    const faults = 'Eine verlangte Angabe fehlt: Feld 3. Eine verlangte Angabe fehlt: Feld 17.';
    expect(of(faults)).toBe('rest:rejected:eine-verlangte-angabe-fehlt-feld');
    expect(of('Der Parameter „satz“ (Steuersatz) ist für Herrenberg, Stadt nicht gesetzt.')).toBe(
      'rest:rejected:der-parameter-ist-fuer-nicht-gesetzt',
    );
    expect(of('')).toBe('rest:rejected:-');
    expect(causeOf({ adapter: 'rest', outcome: null, reason: null })).toBe('rest:-:-');
  });

  test('tells the reasons apart that adapters and the way give, part by part', async () => {
    const folders = readdirSync(join(root, 'libs/adapters'), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    const files = folders.map(({ name }) => `adapters/${name}/texts`).filter(exists);
    for (const file of [
      ...files,
      'adapters/tools/texts',
      'adapters/tools/place/texts',
      'adapter-host/texts',
      'pipeline/texts',
    ]) {
      const { texts } = await import(`#${file}.js`);
      const reasons = new Map<string, string>();
      for (const reason of new Set(reasonsIn(texts))) {
        const before = reasons.get(of(reason));
        if (before !== undefined) expect({ file, alike: alike(before, reason) }).toEqual({ file, alike: true });
        reasons.set(of(reason), reason);
      }
    }
  });
});

const exists = (file: string) => readdirSync(join(root, 'libs', file, '..')).includes('texts.ts');

/** Every sentence of a tree of texts, with numbers where something is filled in. */
function reasonsIn(texts: unknown): string[] {
  if (typeof texts === 'string') return / /.test(texts) ? [texts] : [];
  if (typeof texts === 'function') return reasonsIn(texts('7', '7', '7'));
  return typeof texts === 'object' && texts !== null ? Object.values(texts).flatMap(reasonsIn) : [];
}

/** Is it the same sentence to a reader, too? */
const alike = (one: string, other: string) =>
  one.replace(/[\d.]/g, '').toLowerCase() === other.replace(/[\d.]/g, '').toLowerCase();
