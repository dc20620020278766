import { describe, expect, test } from '@jest/globals';
import type { Lookup } from '#adapters/contract.js';
import { type Field, positions, type Schema } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import type { Admission } from './admit.js';
import { examplesOf, tryExample } from './examples.js';
import { openProcesses } from './load.js';
import { laidDown, readable } from './readable.js';

const cases = openProcesses()
  .all()
  .flatMap((process) =>
    examplesOf(process)
      .filter(({ expected }) => !expected)
      .map((example) => ({ process, example, name: `${process.title}, ${example.name}` })),
  );

/** Id of the field and what was filled in, in any order. */
const filled = (data: Json, id = ''): [string, Json][] => {
  if (Array.isArray(data)) return data.flatMap((item) => filled(item, id));
  if (data === null || typeof data !== 'object' || 'attachmentId' in data) return [[id, data]];
  return Object.entries(data).flatMap(([key, value]) => filled(value, key));
};

test.each(cases)('$name: every filled value stands once, under its label', async ({ process, example }) => {
  const { data } = (await tryExample(process, example)) as Admission;
  const labels = new Map([...positions(process.model)].map(({ edge: { element } }) => [element.id, element.label]));
  const expected = filled(data).map(([id]) => labels.get(id));
  const sections = readable(process, data);
  const found = sections.flatMap(({ entries }) => entries.map(({ label }) => label.replace(/ \d+$/, '')));
  expect(found.sort()).toEqual(expected.sort());
  const texts = sections.flatMap(({ entries }) => entries.map(({ value }) => value));
  const codes = [...positions(process.model)].flatMap(({ edge: { element } }) =>
    element.kind === 'field' && element.options ? [element.id] : [],
  );
  for (const [id, value] of filled(data))
    if (typeof value === 'string' && !codes.includes(id) && !/^\d{4}-\d\d-\d\d/.test(value))
      expect(texts).toContain(value);
  expect(readable(process, data)).toEqual(sections);
});

test('groups are headings, repeated ones are numbered, codes and files stand by name', async () => {
  const found = cases.find(({ example }) => example.name === 'valid-zwei-hunde-einwilligung.json')!;
  const { data } = (await tryExample(found.process, found.example)) as Admission;
  const sections = readable(found.process, data);
  expect(sections.map(({ level, heading }) => `${level} ${heading}`)).toEqual([
    '1 Halterin oder Halter',
    '2 Person',
    '2 Anschrift',
    '2 Kontakt',
    '1 Haushalt',
    '1 Hund 1',
    '2 Bisherige Haltung',
    '1 Hund 2',
    '1 Zahlung',
    '2 SEPA-Lastschriftmandat',
    '1 Hundemarke',
    '1 Einwilligungen',
  ]);
  const said = new Map(sections.flatMap(({ entries }) => entries.map(({ label, value }) => [label, value])));
  expect(said.get('Zahlungsart')).toBe('SEPA-Lastschrift');
  expect(said.get('SEPA-Lastschriftmandat erteilt')).toBe('Ja');
  expect(said.get('Geburtsdatum')).toMatch(/^\d\d\.\d\d\.\d{4}$/);
});

describe('a value is written as people write it', () => {
  const field = (type: Field['type']) => ({ id: 'F1', kind: 'field', input: 'input', type, label: 'Feld' });
  const write = (type: Field['type'], value: Json) => {
    const model = { label: 'Schema', edges: [{ min: 0, max: 1, element: field(type) }] } as unknown as Schema;
    return readable({ model }, { F1: value })[0]?.entries[0]?.value;
  };
  test.each([
    ['date', '1984-05-12', '12.05.1984'],
    ['time', '08:05:00', '08:05 Uhr'],
    ['datetime', '2026-01-31T23:30:00Z', '01.02.2026, 00:30 Uhr'],
    ['datetime', '2026-01-31T23:30:00', '31.01.2026, 23:30 Uhr'],
    ['bool', false, 'Nein'],
    ['num_int', 2026, '2026'],
    ['num', '-0.125', '-0,125'],
    ['num_currency', '1234567.50', '1.234.567,50 €'],
    ['num_currency', 19.99, '19,99 €'],
    ['text', 'eine Zeile\nnoch eine', 'eine Zeile\nnoch eine'],
    ['file', { attachmentId: 'a', filename: 'a.pdf', mimetype: 'application/pdf', size: 1_234_567 }, 'a.pdf (1,2 MB)'],
    ['text', '', undefined],
    ['text', null, undefined],
  ] as const)('%s %s', (type, value, text) => {
    expect(write(type, value as Json)).toBe(text);
  });
});

test('what registers said follows the form, with its origin, and each difference by itself', () => {
  const model = { label: 'Schema', edges: [] } as unknown as Schema;
  const origin = {
    source: 'Melderegister Stuttgart',
    adapter: 'melderegister',
    version: '2.0.0',
    at: '2026-01-31T09:44:00.000Z',
    purpose: 'Hundesteuer',
    legalBasis: '§ 34 BMG',
  };
  const found: Lookup = {
    step: 'melderegister',
    title: 'Anschrift im Melderegister',
    outcome: 'found',
    origin,
    attributes: {
      anschrift: { strasse: 'Beispielweg', ort: null },
      geburtsdatum: '1984-05-12',
      vertretung: [{ vornamen: 'Leo' }, { vornamen: 'Kim' }],
    },
    differences: [{ field: 'G1.F1', label: 'Straße', form: 'Beispielweg 7', register: 'Beispielweg 9' }],
  };
  const nothing: Lookup = { ...found, title: 'Handelsregister', outcome: 'notFound', differences: [] };
  delete nothing.attributes;
  const several: Lookup = { ...nothing, title: 'Person', outcome: 'ambiguous' };
  const titles: Record<string, string> = {
    anschrift: 'Anschrift',
    'anschrift.strasse': 'Straße',
    vertretung: 'Vertretung',
    'vertretung.vornamen': 'Vornamen',
  };
  const title = (_: string, path: string) => titles[path];
  expect(readable({ model }, {}, [found, nothing, several], title)).toEqual([
    {
      heading: 'Auskunft: Anschrift im Melderegister',
      level: 1,
      entries: [
        { label: 'Quelle', value: 'Melderegister Stuttgart' },
        { label: 'Stand', value: '31.01.2026, 10:44 Uhr' },
        { label: 'Rechtsgrundlage', value: '§ 34 BMG' },
        { label: 'Anschrift: Straße', value: 'Beispielweg' },
        { label: 'geburtsdatum', value: '12.05.1984' },
        { label: 'Vertretung 1: Vornamen', value: 'Leo' },
        { label: 'Vertretung 2: Vornamen', value: 'Kim' },
      ],
    },
    expect.objectContaining({
      heading: 'Auskunft: Handelsregister',
      entries: expect.arrayContaining([{ label: 'Ergebnis', value: 'Das Register hat nichts gefunden.' }]),
    }),
    expect.objectContaining({
      heading: 'Auskunft: Person',
      entries: expect.arrayContaining([{ label: 'Ergebnis', value: expect.stringContaining('mehrere Treffer') }]),
    }),
    {
      heading: 'Abweichungen',
      level: 1,
      entries: [{ label: 'Straße', value: 'Antrag: Beispielweg 7 / Register: Beispielweg 9' }],
    },
  ]);
});

test('what the municipality laid down stands under labels; what is missing is said to be missing', () => {
  const message = {
    kassenzeichen: '',
    hunde: [{ satz: 108.5 }, { satz: 216 }],
    zeilen: [{ frist: 14 }, { frist: 14 }],
  };
  const facts = { kassenzeichen: 'Kassenzeichen', 'hunde.satz': 'Satz', 'zeilen.frist': 'Frist', gebuehr: 'Gebühr' };
  expect(laidDown('Herrenberg, Stadt (081155003021)', message, facts)).toEqual({
    heading: 'Gemeinde',
    level: 1,
    entries: [
      { label: 'Zuständig', value: 'Herrenberg, Stadt (081155003021)' },
      { label: 'Kassenzeichen', value: 'fehlt: Die Gemeinde hat dazu nichts festgelegt.' },
      { label: 'Satz 1', value: '108,5' },
      { label: 'Satz 2', value: '216' },
      { label: 'Frist', value: '14' },
      { label: 'Gebühr', value: 'fehlt: Die Gemeinde hat dazu nichts festgelegt.' },
    ],
  });
});
