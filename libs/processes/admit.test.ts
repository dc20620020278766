import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FormField } from '#intake/service-bw/form.js';
import { admit, knownIds } from './admit.js';
import { compose, readModel } from './assemble.js';
import { openLists, openProcesses, shipped } from './load.js';
import { processSchema } from './process-file.js';
import { compile } from './program.js';

const field = (group: string, instance: number, id: string, value: FormField['value']): FormField => ({
  key: `${group}_${instance}_${id}`,
  group,
  instance,
  field: id,
  value,
});
const universal = openProcesses().universal();

describe('a process whose mapping is JSONata', () => {
  const process = compose(
    processSchema.parse({
      leistung: '99089017152000',
      title: 'Fund melden',
      version: '1',
      validFrom: '2026-01-01',
      schema: 'S99009000001V1.0.0.xml',
      mapping: {
        jsonata: `{
          "G99009000001": { "F99009000001": "Fund: " & $join(form.fund.was, ", "), "F99009000002": form.fund[0].wo },
          "G99009000002": { "F99000000001": form.wer.name, "F99000000002": form.wer.vorname }
        }`,
        fields: {
          'fund.was': 'G99009000001.F99009000001',
          'fund.wo': 'G99009000001.F99009000002',
          'wer.name': 'G99009000002.F99000000001',
          'wer.vorname': 'G99009000002.F99000000002',
        },
      },
      steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter: 'echo' }],
    }),
    readModel(readFileSync(join(shipped, 'universal', 'S99009000001V1.0.0.xml')), openLists()),
  );
  const form = [
    field('fund', 0, 'was', 'Schirm'),
    field('fund', 0, 'wo', 'Bahnhof'),
    field('fund', 1, 'was', 'Hut'),
    field('wer', 0, 'vorname', 'Max'),
  ];

  test('makes one value of several instances', async () => {
    const { data, errors } = await admit(process, [...form, field('wer', 0, 'name', 'Mustermann')]);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ G99009000001: { F99009000001: 'Fund: Schirm, Hut' } });
  });

  test('points its errors at the form fields it names', async () => {
    const { errors } = await admit(process, form);
    expect(errors.map(({ formField, code }) => [formField, code])).toEqual([['wer_0_name', 'required']]);
  });

  test('refuses a form field that it does not read', async () => {
    const { errors } = await admit(process, [...form, field('wer', 0, 'name', 'M'), field('fund', 0, 'farbe', 'rot')]);
    expect(errors.map(({ formField, code }) => [formField, code])).toEqual([['fund_0_farbe', 'unknownField']]);
  });
});

test('P6 a JSONata mapping that fails on what somebody typed is an answer, not a fault', async () => {
  const process = { ...universal, mapper: compile('{ "G99009000001": $number(form.anliegen.betreff) }') };
  const { errors } = await admit(process, [field('anliegen', 0, 'betreff', 'keine Zahl')]);
  expect(errors.map(({ code }) => code)).toEqual(['mapping']);
  expect(JSON.stringify(errors)).not.toContain('keine Zahl');
});

test('a form field that maps nowhere is told, unless the process says it carries nothing', async () => {
  const codes = async (more: FormField) =>
    (
      await admit(universal, [
        field('anliegen', 0, 'betreff', 'x'),
        field('anliegen', 0, 'text', 'x'),
        field('antragsteller', 0, 'familienname', 'M'),
        field('antragsteller', 0, 'vorname', 'M'),
        more,
      ])
    ).errors.map(({ code }) => code);
  expect(await codes(field('hinweise', 0, 'gelesen', true))).toEqual([]);
  expect(await codes(field('anliegen', 0, 'farbe', 'rot'))).toEqual(['unknownField']);
  expect(await codes(field('anliegen', 0, 'farbe', ''))).toEqual([]);
});

test('P6 what a hostile form names or says never comes back whole', async () => {
  const key = 'x'.repeat(5000);
  const { errors } = await admit(universal, [
    field(key, 0, key, 'Geheimnis'),
    field('antragsteller', 0, 'plz', 'Geheimnis'),
    field('__proto__', 0, 'constructor', 'x'),
  ]);
  expect(JSON.stringify(errors)).not.toContain('Geheimnis');
  expect(JSON.stringify(errors).length).toBeLessThan(5000);
  expect(errors.slice(0, 2).map(({ code }) => code)).toEqual(['unknownField', 'unknownField']);
});

test('the ids of a form are known, those it may ignore included', () => {
  const { groups, fields } = knownIds(universal);
  expect([...groups].sort()).toEqual(['anlagen', 'anliegen', 'antragsteller', 'hinweise']);
  expect(fields).toContain('betreff');
});
