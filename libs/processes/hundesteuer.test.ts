import { describe, expect, test } from '@jest/globals';
import { encode } from '#adapters/tools/formats.js';
import type { Json } from '#submission/vocabulary.js';
import { examplesOf, tryExample } from './examples.js';
import { openProcesses } from './load.js';
import { message, request } from './message.js';
import { laidDown } from './readable.js';

type Dog = { name: string; steuersatz: { art: string; euroImJahr: number } };
type Sent = { kassenzeichen: string; hunde: Dog[]; melderegister?: Json; halter: Json };

const process = openProcesses().find({
  leistung: '99102013104000',
  ars: '081110000000',
  date: new Date('2026-11-20T08:00:00Z'),
})!;
/** Stuttgart and Freiburg in 2025, as kommunalfinanzen-bw.de quotes their Satzungen. */
const stuttgart = {
  'steuersatz.ersterHund': 108,
  'steuersatz.weitererHund': 216,
  'steuersatz.gefaehrlicherHund': 612,
  kassenzeichen: 'HU-{ags}-{jahr}-{nummer}',
};
const freiburg = { 'steuersatz.ersterHund': 120, 'steuersatz.weitererHund': 240, kassenzeichen: 'X' };

async function dataOf(name: string): Promise<Json> {
  const answer = await tryExample(process, examplesOf(process).find((example) => example.name.startsWith(name))!);
  if (!('data' in answer)) throw new Error(JSON.stringify(answer));
  return answer.data;
}
const inputOf = (data: Json, parameters: Record<string, unknown>, registers: Record<string, Json> = {}) => ({
  data,
  parameters,
  registers,
  submission: {
    submissionId: 's',
    caseId: 'c',
    leistung: process.leistung,
    ars: '081110000000',
    receivedAt: '2026-11-20T08:15:00.000Z',
    schema: process.schema,
  },
});
const sent = async (example: string, parameters: Record<string, unknown>, registers?: Record<string, Json>) =>
  (await message(process, 'zustellung', inputOf(await dataOf(example), parameters, registers))) as unknown as Sent;
const rates = async (example: string, parameters: Record<string, unknown>) =>
  (await sent(example, parameters)).hunde.map(({ steuersatz }) => [steuersatz.art, steuersatz.euroImJahr]);

describe('the message to the tax Fachverfahren', () => {
  test('carries the rate of the first and of each further dog', async () => {
    expect(await rates('valid-zwei-hunde', stuttgart)).toEqual([
      ['ersterHund', 108],
      ['weitererHund', 216],
    ]);
  });

  test('counts the dogs that the household has already', async () => {
    expect(await rates('valid-flach', stuttgart)).toEqual([['weitererHund', 216]]);
  });

  test('carries the rate for dangerous dogs where the town has one, else the ordinary rate', async () => {
    expect(await rates('valid-gefaehrlicher-hund', stuttgart)).toEqual([['gefaehrlicherHund', 612]]);
    expect(await rates('valid-gefaehrlicher-hund', freiburg)).toEqual([['weitererHund', 240]]);
  });

  test('carries the kennel rate where the town has one', async () => {
    const kennel = {
      ...((await dataOf('valid-ein-hund')) as object),
      G99001000003: [{ F99001000001: 'Fips', F99001000009: false, F99001000010: true }],
    };
    const made = (await message(
      process,
      'zustellung',
      inputOf(kennel, { ...stuttgart, 'steuersatz.zwinger': 196 }),
    )) as unknown as Sent;
    expect(made.hunde[0]?.steuersatz).toEqual({ art: 'zwinger', euroImJahr: 196 });
  });

  test('gives people the rates and the Kassenzeichen to read, whatever template makes it', async () => {
    const step = process.steps.find(({ name }) => name === 'zustellung')!;
    const data = await dataOf('valid-zwei-hunde');
    const own = { program: process.programs.get('zustellung')!, facts: step.kind === 'fachverfahren' && step.facts };
    for (const { program, facts } of [own, ...process.templates.get('zustellung')!.values()]) {
      const made = await program.run(inputOf(data, stuttgart));
      expect(laidDown('Stuttgart', made, facts || {}).entries.slice(1)).toEqual([
        { label: 'Kassenzeichen', value: 'HU-08111000-2026-{nummer}' },
        { label: 'Steuersatz (Euro im Jahr) 1', value: '108' },
        { label: 'Steuersatz (Euro im Jahr) 2', value: '216' },
      ]);
    }
  });

  test('fills year and municipality into the Kassenzeichen and leaves the number to the Fachverfahren', async () => {
    expect((await sent('valid-ein-hund', stuttgart)).kassenzeichen).toBe('HU-08111000-2026-{nummer}');
  });

  test('carries what the Melderegister said, and nothing where nobody asked', async () => {
    const answer = { outcome: 'found', source: 'Melderegister', attributes: { einzugsdatum: '2019-04-01' } };
    expect((await sent('valid-zwei-hunde', stuttgart, { melderegister: answer })).melderegister).toEqual({
      ergebnis: 'found',
      einzugsdatum: '2019-04-01',
    });
    expect(await sent('valid-ein-hund', stuttgart)).not.toHaveProperty('melderegister');
  });

  test('carries where the answer comes from, and what differs from the form', async () => {
    const answer = {
      outcome: 'found',
      origin: { source: 'Melderegister', at: '2026-11-20T08:16:00.000Z' },
      differences: [{ field: 'G1.F1', label: 'Straße', form: 'Beispielweg', register: 'Lindenhalde' }],
    };
    expect((await sent('valid-zwei-hunde', stuttgart, { melderegister: answer })).melderegister).toEqual({
      ergebnis: 'found',
      quelle: 'Melderegister',
      stand: '2026-11-20T08:16:00.000Z',
      abweichungen: [{ angabe: 'Straße', formular: 'Beispielweg', register: 'Lindenhalde' }],
    });
  });
});

test.each([
  ['hundesteuer-csv', 'Straße: Antrag Beispielweg, Register Lindenhalde; PLZ: Antrag 70173, Register 70174'],
  ['hundesteuer-xml', '<Abweichung angabe="PLZ">'],
])('%s carries where the register differs from the form', async (name, written) => {
  const differences = [
    { field: 'G1.F1', label: 'Straße', form: 'Beispielweg', register: 'Lindenhalde' },
    { field: 'G1.F2', label: 'PLZ', form: '70173', register: '70174' },
  ];
  const { program, format } = process.templates.get('zustellung')!.get(name)!;
  const input = inputOf(await dataOf('valid-zwei-hunde'), stuttgart, {
    melderegister: { outcome: 'found', differences },
  });
  expect(encode(await program.run(input), format).bytes.toString()).toContain(written);
  expect(encode(await program.run({ ...input, registers: {} }), format).bytes.toString()).not.toContain('Antrag B');
});

test('the question to the Melderegister names the person, and nothing else', async () => {
  expect(await request(process, 'melderegister', inputOf(await dataOf('valid-zwei-hunde'), stuttgart))).toEqual({
    subject: { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' },
    attributes: ['anschrift', 'einzugsdatum'],
    purpose: expect.stringContaining('Hundesteuer'),
    legalBasis: expect.stringContaining('Einwilligung'),
  });
});
