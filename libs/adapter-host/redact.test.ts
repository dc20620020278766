import { expect, test } from '@jest/globals';
import { redactor } from './redact.js';

const personal = { name: 'Kiki Müller', notes: ['Hund', 'ja', '"Kiki"'], number: 815 };

test('P3 removes what the person typed, also inside JSON and inside an address', () => {
  const redact = redactor([], [personal]);
  expect(redact('Name Kiki Müller (815) unbekannt')).toBe('Name […] ([…]) unbekannt');
  expect(redact('KIKI MÜLLER')).toBe('[…]');
  expect(redact(JSON.stringify({ a: '"Kiki"' }))).toBe('{"a":"[…]"}');
  expect(redact('/personen/Kiki%20M%C3%BCller')).toBe('/personen/[…]');
});

test('keeps words that merely contain a short value, and values that tell nothing', () => {
  expect(redactor([], [personal])('Hundesteuer: ja, der Hund')).toBe('Hundesteuer: ja, der […]');
});

test('P3 removes a secret wherever it stands, however short', () => {
  expect(redactor(['x1'], [])('ax1b')).toBe('a[…]b');
});

test('takes values that look like expressions as text', () => {
  expect(redactor([], ['(a+)+$ [x] {2} \\'])('sagte (a+)+$ [x] {2} \\ dazu')).toBe('sagte […] dazu');
});
