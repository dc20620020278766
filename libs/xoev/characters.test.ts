import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Datatype, fitAll, fitText } from './characters.js';

describe('characters of DIN 91379', () => {
  test('are composed first, then refused or replaced, never dropped', () => {
    expect(fitText('Mu\u0308ller', 'refuse')).toEqual({ text: 'Müller', changed: 0 });
    expect(fitText('M\u0302', 'refuse')).toEqual({ text: 'M\u0302', changed: 0 });
    expect(fitText('Q\u0302', 'refuse')).toEqual({ refused: 'U+0302' });
    expect(fitText('„Haus“ – 👩', 'transliterate')).toEqual({ text: '"Haus" - [U+1F469]', changed: 4 });
    expect(fitText('ﬁn', 'transliterate')).toEqual({ text: 'fin', changed: 1 });
    expect(fitText('а', 'transliterate', 'E')).toEqual({ text: 'а', changed: 0 });
  });

  test('what is left after transliteration is never refused, and never shorter', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom<Datatype>('A', 'B', 'C', 'D', 'E'),
        (text, datatype) => {
          const fitted = fitText(text, 'transliterate', datatype);
          if ('refused' in fitted) throw new Error('it was refused');
          if (datatype !== 'A') expect(fitText(fitted.text, 'refuse', datatype)).toMatchObject({ changed: 0 });
          expect([...fitted.text].length).toBeGreaterThanOrEqual([...text.normalize('NFC')].length);
        },
      ),
    );
  });

  test('blanks at the edges are characters', () => {
    expect(fitText(' x\n', 'transliterate')).toEqual({ text: ' x\n', changed: 0 });
  });

  test('of a whole message name the place', () => {
    expect(fitAll({ a: { b: ['x', 'y👩'] } }, 'refuse')).toEqual({ refused: { at: '/a/b', character: 'U+1F469' } });
    expect(fitAll({ a: { '@n': '…', b: 7 } }, 'transliterate')).toEqual({
      message: { a: { '@n': '...', b: 7 } },
      changed: 1,
    });
  });
});
