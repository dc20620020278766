import { expect, test } from '@jest/globals';
import type { Json } from '#submission/vocabulary.js';
import { differences } from './compare.js';
import { openProcesses } from './load.js';
import type { RegisterStep } from './process-file.js';

const process = openProcesses().find({
  leistung: '99102013104000',
  ars: '081110000000',
  date: new Date('2026-11-20'),
})!;
const step = process.steps[0]!;
const form = (strasse: string, plz: Json = '70173') => ({
  G99001000001: { G99000000002: { F99000000004: strasse, F99000000006: plz } },
});
const found = (given: string, register: Json) =>
  differences(process, step, form(given), { anschrift: { strasse: register, plz: '70173' } });

test('a difference names field, label and both sides', () => {
  expect(found('Beispielweg', 'Lindenhalde')).toEqual([
    {
      field: 'G99001000001.G99000000002.F99000000004',
      label: 'Straße',
      form: 'Beispielweg',
      register: 'Lindenhalde',
    },
  ]);
});

test.each([
  ['the Unicode form', 'Mu\u0308nstergasse', 'Münstergasse'],
  ['case', 'beispielweg', 'BEISPIELWEG'],
  ['spaces', ' Am  Hang ', 'Am Hang'],
  ['how Straße is written', 'Marktstr.', 'Marktstraße'],
  ['how Straße is written, as a word of its own', 'Lange Strasse', 'Lange Str.'],
])('%s makes no difference', (_, given, register) => {
  expect(found(given, register)).toEqual([]);
});

test.each([
  ['another letter', 'Marktstraße', 'Markstraße'],
  ['a number written along', 'Marktstraße 17', 'Marktstraße'],
  ['a hyphen', 'Karl-Marx-Straße', 'Karl Marx Straße'],
])('%s makes a difference', (_, given, register) => {
  expect(found(given, register)).toHaveLength(1);
});

test('where one side says nothing there is no difference', () => {
  expect(found('', 'Lindenhalde')).toEqual([]);
  expect(found('Beispielweg', null)).toEqual([]);
  expect(differences(process, step, {}, { anschrift: { strasse: 'Lindenhalde' } })).toEqual([]);
});

test('several persons asked about at once are compared in their order', () => {
  const wohnsitz = openProcesses().find({
    leistung: '99115005104000',
    ars: '081110000000',
    date: new Date('2026-11-20'),
  })!;
  const several = {
    ...(wohnsitz.steps[0] as RegisterStep),
    compare: { familienname: 'G99004000007.F99000000001' },
  };
  const data = { G99004000007: [{ F99000000001: 'Muster' }, { F99000000001: 'Grün' }, { F99000000001: 'Weiß' }] };
  expect(differences(wohnsitz, several, data, { familienname: ['Muster', null, 'Weiss'] })).toEqual([
    { field: 'G99004000007.F99000000001', label: 'Familienname (3)', form: 'Weiß', register: 'Weiss' },
  ]);
});
