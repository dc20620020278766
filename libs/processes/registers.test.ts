import { describe, expect, test } from '@jest/globals';
import type { Json } from '#submission/vocabulary.js';
import { examplesOf, tryExample } from './examples.js';
import { openProcesses } from './load.js';
import { message, request } from './message.js';
import { planSteps } from './steps.js';

const processes = openProcesses();
const found = (attributes: Json, differences: Json = []) => ({
  outcome: 'found',
  source: 'Register',
  attributes,
  differences,
  origin: { source: 'Register', at: '2026-11-20T08:15:04.000Z' },
});

/** A process of today, one of its examples, and the parameters of a municipality. */
async function open(leistung: string, example: string, parameters: Record<string, unknown> = {}) {
  const process = processes.find({ leistung, ars: '081110000000', date: new Date('2026-11-20T08:00:00Z') })!;
  const admission = await tryExample(process, examplesOf(process).find(({ name }) => name.startsWith(example))!);
  if (!('data' in admission)) throw new Error(JSON.stringify(admission));
  const { data } = admission;
  const { schema } = process;
  const ids = { submissionId: 's', caseId: 'c', leistung, ars: '081110000000', receivedAt: '2026-11-20T08:15:00.000Z' };
  const input = (registers: Record<string, Json>) => ({ data, parameters, registers, submission: { ...ids, schema } });
  return {
    plan: (trustLevel?: 'substantiell') => planSteps(process, { data, parameters, trustLevel }),
    asked: async (step: string) => (await request(process, step, input({}))).subject,
    sent: async (registers: Record<string, Json>) =>
      (await message(process, 'zustellung', input(registers))) as Record<string, Json>,
  };
}

describe('Gewerbe anmelden', () => {
  const given = { gebuehr: 54, kassenzeichen: 'GW' };

  test('looks up the register entry that the form states, and shows what is different there', async () => {
    const gewerbe = await open('99050012104000', 'valid-gmbh-eingetragen', given);
    expect(gewerbe.plan().steps.map(({ name }) => name)).toEqual(['handelsregister', 'zustellung']);
    expect(await gewerbe.asked('handelsregister')).toEqual({ gericht: 'Ulm', art: 'HRB', nummer: '990004' });
    const difference = { field: 'F', label: 'Eingetragener Name', form: 'Beispielrad GmbH', register: 'Anders GmbH' };
    const attributes = { firma: 'Anders GmbH', rechtsform: 'GmbH', sitz: 'Karlsruhe', status: 'gelöscht' };
    const { handelsregister } = await gewerbe.sent({ handelsregister: found(attributes, [difference]) });
    expect(handelsregister).toEqual({
      ergebnis: 'found',
      quelle: 'Register',
      stand: '2026-11-20T08:15:04.000Z',
      firma: 'Anders GmbH',
      rechtsform: 'GmbH',
      sitz: 'Karlsruhe',
      eintragung: 'gelöscht',
      abweichungen: [{ angabe: 'Eingetragener Name', formular: 'Beispielrad GmbH', register: 'Anders GmbH' }],
    });
  });

  test('asks nothing where no entry is stated', async () => {
    const gewerbe = await open('99050012104000', 'valid-einzelunternehmen', given);
    expect(gewerbe.plan('substantiell').steps.map(({ name }) => name)).toEqual(['melderegister', 'zustellung']);
    expect(gewerbe.plan().skipped).toContainEqual({
      step: 'Eintragung im Handelsregister nachschlagen',
      reason: 'Der Antrag macht dazu keine Angabe.',
    });
    expect(Object.keys(await gewerbe.sent({}))).not.toContain('handelsregister');
  });
});

describe('Wohnsitz anmelden', () => {
  test('asks about everybody at once, and says of each what the register says', async () => {
    const wohnsitz = await open('99115005104000', 'valid-familie');
    expect(await wohnsitz.asked('melderegister')).toEqual([
      { familienname: 'Straßer', vornamen: 'Zoë', geburtsdatum: '2001-12-31' },
      { familienname: 'Šimić-Bauer', vornamen: 'Ana', geburtsdatum: '1999-09-09' },
      { familienname: 'Šimić-Bauer', vornamen: 'Mila', geburtsdatum: '2025-02-14' },
    ]);
    const [here, there] = [{ ort: 'Freiburg' }, { ort: 'Aalen' }];
    const { melderegister } = await wohnsitz.sent({
      melderegister: found({
        familienname: ['Straßer', 'Šimić-Bauer', null],
        vornamen: ['Zoë', 'Ana', null],
        anschrift: [here, there, null],
        einzugsdatum: ['2023-10-01', null, null],
        hinweis: [null, null, 'Nichts.'],
      }),
    });
    expect(melderegister).toMatchObject({
      ergebnis: 'found',
      personen: [
        { familienname: 'Straßer', vornamen: 'Zoë', anschrift: here, einzugsdatum: '2023-10-01' },
        { familienname: 'Šimić-Bauer', vornamen: 'Ana', anschrift: there },
        { hinweis: 'Nichts.' },
      ],
    });
  });

  test('does so for one person as well', async () => {
    const wohnsitz = await open('99115005104000', 'valid-eine-person');
    expect(await wohnsitz.asked('melderegister')).toHaveLength(1);
    const one = { familienname: ['Grün'], vornamen: ['Leo'], anschrift: [{ ort: 'Ulm' }], einzugsdatum: [null] };
    expect(await wohnsitz.sent({ melderegister: found({ ...one, hinweis: [null] }) })).toMatchObject({
      melderegister: { personen: [{ familienname: 'Grün', anschrift: { ort: 'Ulm' } }] },
    });
  });
});

describe('Bewohnerparkausweis', () => {
  const given = { gebuehr: 30.7, kassenzeichen: 'BP' };

  test('fetches the evidence of who holds the vehicle only with consent and an identified applicant', async () => {
    const parken = await open('99108001001000', 'valid-mit-nachweis', given);
    expect(parken.plan('substantiell').steps.map(({ name }) => name)).toEqual([
      'melderegister',
      'fahrzeughaltung',
      'zustellung',
    ]);
    expect(parken.plan().steps.map(({ name }) => name)).toEqual(['zustellung']);
    expect(await parken.asked('fahrzeughaltung')).toEqual({
      nachweistyp: 'fahrzeughaltung',
      gegenstand: { kennzeichen: 'HN-ST 1234', familienname: 'Öztürk', vornamen: 'Deniz' },
    });
    const dokument = { referenz: 'urn:uuid:1', sha256: 'ab', mimetype: 'application/pdf' };
    const merkmale = { kennzeichen: 'HN-ST 1234', familienname: 'Öztürk', vornamen: 'Deniz' };
    const attributes = {
      nachweisId: 'ZB1-1',
      aussteller: 'Heilbronn',
      ausgestelltAm: '2022-05-03',
      merkmale,
      dokument,
    };
    expect(await parken.sent({ fahrzeughaltung: found(attributes) })).toMatchObject({
      fahrzeughaltung: { kennung: 'ZB1-1', aussteller: 'Heilbronn', ausgestelltAm: '2022-05-03', merkmale, dokument },
    });
  });

  test('what was accepted with the version before goes on without it', () => {
    const before = processes.exact('99108001001000', '1.0.0')!;
    expect(before.steps.map(({ name }) => name)).toEqual(['melderegister', 'zustellung']);
    const asked = { leistung: '99108001001000', ars: '081110000000' };
    expect(processes.find({ ...asked, date: new Date('2026-10-31T12:00:00Z') })).toBe(before);
  });
});
