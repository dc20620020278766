import { describe, expect, test } from '@jest/globals';
import { field3, model, regel, schema3, times } from '../../test/fim/handmade.js';
import { unfillable } from './fillable.js';
import { sample } from './sample.js';

const F1 = 'F08000000001';
const of = (type: string, more: string, input = 'input') =>
  model(schema3(times('0:1', field3(F1, type, { more, input }))));

describe('what nobody can fill in', () => {
  test.each<[string, string, string, RegExp]>([
    ['a pattern against its length', 'text', '<praezisierung maxLength="4" pattern="[0-9]{5}"/>', /bis 4 Zeichen/],
    [
      'only odd lengths of an even pattern',
      'text',
      '<praezisierung minLength="3" maxLength="3" pattern="(ab)*"/>',
      /3/,
    ],
    ['a pattern of blanks', 'text', '<praezisierung pattern="[ ]x"/>', /erfüllt das Muster/],
    ['Cyrillic letters in Latin', 'text_latin', '<praezisierung pattern="[а-я]+"/>', /erfüllt das Muster/],
    ['no cent between the limits', 'num_currency', '<praezisierung minValue="0.001" maxValue="0.009"/>', /kein Wert/],
    [
      'no whole number between the limits',
      'num_int',
      '<praezisierung minValue="7" maxValue="8" pattern="9"/>',
      /kein Wert/,
    ],
  ])('%s', (_, type, more, reason) => {
    const [field, ...rest] = unfillable(of(type, more));
    expect(field).toEqual({ position: F1, id: `${F1}V1.0.0`, reason: expect.stringMatching(reason) });
    expect(rest).toEqual([]);
  });

  test('locked against its own limits', () => {
    const more = '<praezisierung maxLength="2"/><inhalt>abc</inhalt>';
    expect(unfillable(of('text', more, 'locked'))).toMatchObject([{ reason: expect.stringContaining('Inhalt') }]);
  });

  test('a form that its rules forbid', () => {
    const message = 'Nie.';
    const rules = regel([
      { effect: 'require', target: `self.${F1}`, message },
      { effect: 'forbid', target: `self.${F1}`, message },
    ]);
    expect(unfillable(model(schema3(times('0:1', field3(F1, 'text')), rules)))).toMatchObject([
      { position: '', reason: expect.stringContaining(F1) },
    ]);
  });
});

test.each([
  ['(ab|c){40}', 60],
  ['(aaa)*', 3_000],
  ['[a-z]{1,3}(-[a-z]{5})*', 1_003],
])('%s of %d characters is found, however unlikely', (pattern, length) => {
  const schema = of('text', `<praezisierung minLength="${length}" maxLength="${length}" pattern="${pattern}"/>`);
  expect(unfillable(schema)).toEqual([]);
  expect([...String(sample(schema, { fill: 1 })[F1])]).toHaveLength(length);
});
