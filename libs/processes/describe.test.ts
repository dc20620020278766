import { expect, test } from '@jest/globals';
import { describe as describeProcess } from './describe.js';
import { openProcesses } from './load.js';

const ask = { ars: '081110000000', date: new Date('2026-11-20T08:00:00Z') };
const described = (leistung: string) => describeProcess(openProcesses().find({ leistung, ...ask })!);
const fieldOf = (leistung: string, formField: string) =>
  described(leistung).fields.find((field) => field.formField === formField);

test('a description names each form field with its FIM id, label, type and limits', () => {
  expect(fieldOf('99102013104000', 'halter_0_plz')).toEqual({
    formField: 'halter_0_plz',
    fimField: 'F99000000006',
    path: 'G99001000001.G99000000002.F99000000006',
    label: 'Postleitzahl',
    help: 'Fünf Ziffern.',
    type: 'text',
    required: true,
    groupRequired: true,
    minLength: 5,
    maxLength: 5,
    pattern: '[0-9]{5}',
  });
});

test('it says what repeats, and what is mandatory only once its group is filled', () => {
  expect(fieldOf('99102013104000', 'hund_0_name')).toMatchObject({
    repeated: 'group',
    required: true,
    groupRequired: true,
  });
  expect(fieldOf('99102013104000', 'zahlung_0_iban')).toMatchObject({ required: true, groupRequired: false });
  expect(fieldOf('99050012104000', 'taetigkeit_0_art')).toMatchObject({ repeated: 'value' });
});

test('it lists the codes of short lists and names long ones', () => {
  expect(fieldOf('99102013104000', 'zahlung_0_art')?.codes).toEqual([
    { code: 'lastschrift', name: 'SEPA-Lastschrift' },
    { code: 'ueberweisung', name: 'Überweisung' },
  ]);
  expect(fieldOf('99050012104000', 'person_0_geburtsstaat')).toMatchObject({
    list: { uri: 'urn:stellwerk:codeliste:staat_1', size: 251 },
  });
});

test('it brings an example exactly as a portal posts it', () => {
  expect(described('99102013104000').example).toMatchObject({
    metadata: { formId: expect.stringMatching(/^\d+:\w+:v\d+\.\d+$/) },
    fields: { hund_0_name: 'Fips' },
  });
});
