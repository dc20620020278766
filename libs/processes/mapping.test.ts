import { describe, expect, test } from '@jest/globals';
import type { FormField } from '#intake/service-bw/form.js';
import { nested } from '../../test/kit/nested-schema.js';
import { fillInstance } from './instance.js';
import { identityRows, readRows } from './mapping.js';

const field = (key: string, value: FormField['value'] = 'x'): FormField => {
  const [, group, instance, id] = /^(.+?)_(\d+)_(.+)$/.exec(key)!;
  return { key, group: group!, instance: Number(instance), field: id!, value };
};
const filled = (rows: Record<string, string>, fields: FormField[]) =>
  fillInstance(fields, readRows(rows, nested), nested, () => false);
const byIds = (fields: FormField[]) => fillInstance(fields, identityRows(nested), nested, () => false);

describe('written rows', () => {
  test('the form’s instance counts the repeated group on the path', () => {
    const { data } = filled({ 'kind.name': 'G1.F1' }, [field('kind_0_name', 'Ada'), field('kind_1_name', 'Bo')]);
    expect(data).toMatchObject({ G1: [{ F1: 'Ada' }, { F1: 'Bo' }] });
  });

  test('a gap between instances closes up, and an error still names the form’s own instance', () => {
    const result = filled({ 'kind.name': 'G1.F1', 'kind.alter': 'G1.F4' }, [
      field('kind_0_name', ''),
      field('kind_4_name', 'Bo'),
      field('kind_7_name', 'Cy'),
    ]);
    expect(result.data).toMatchObject({ G1: [{ F1: 'Bo' }, { F1: 'Cy' }] });
    expect(result.formField('/G1/0/F1')).toBe('kind_4_name');
    expect(result.formField('/G1/1/F4')).toBe('kind_7_alter');
  });

  test('where groups repeat within groups, fixed numbers say which one a form field fills', () => {
    const rows = { 'kind.schule': 'G1.G2[0].F2', 'kind.schule2': 'G1.G2[1].F2' };
    const result = filled(rows, [
      field('kind_0_schule', 'A'),
      field('kind_0_schule2', 'B'),
      field('kind_1_schule2', 'C'),
    ]);
    expect(result.data).toMatchObject({ G1: [{ G2: [{ F2: 'A' }, { F2: 'B' }] }, { G2: [{ F2: 'C' }] }] });
    expect(result.formField('/G1/1/G2/0/F2')).toBe('kind_1_schule2');
  });

  test('a row that leaves open which of two repeated groups the instance counts is refused', () => {
    expect(() => filled({ 'kind.schule': 'G1.G2.F2' }, [])).toThrow('feste Nummer');
  });

  test('a path that the schema does not have, or that ends at a group, is refused by name', () => {
    expect(() => filled({ 'kind.name': 'G1.F9' }, [])).toThrow('kind.name: Den Pfad G1.F9 gibt es im Schema');
    expect(() => filled({ 'kind.name': 'G1' }, [])).toThrow('ist eine Gruppe');
  });

  test('a field that takes several values gathers lists and instances, and an error finds each of them', () => {
    const rows = { 'a.stichwort': 'G3.F3', 'b.stichwort': 'G3.F3' };
    const result = filled(rows, [field('a_0_stichwort', ['eins', '', 'zwei']), field('b_3_stichwort', 'drei')]);
    expect(result.data).toMatchObject({ G3: { F3: ['eins', 'zwei', 'drei'] } });
    expect(result.formField('/G3/F3/2')).toBe('b_3_stichwort');
  });

  test('a second instance of what is not repeated and an unknown field are rejected; an empty one is ignored', () => {
    const { rejected } = filled({ 'ort.name': 'G3.F5' }, [
      field('ort_1_name'),
      field('ort_0_farbe'),
      field('ort_0_leer', ' '),
      field('ort_0_liste', ['', null]),
    ]);
    expect(rejected.map(({ field, code }) => [field.key, code])).toEqual([
      ['ort_1_name', 'notRepeated'],
      ['ort_0_farbe', 'unknownField'],
    ]);
  });

  test('a mandatory group is there even when nothing was filled in, so that its fields can be asked for', () => {
    const result = filled({ 'ort.name': 'G3.F5' }, []);
    expect(result.data).toEqual({ G3: {} });
    expect(result.formField('/G3/F5')).toBe('ort_0_name');
    expect(result.formField('/G3')).toBe('ort_0_name');
  });

  test('files are known by the field they belong to', () => {
    const file = { attachmentId: 'a1', filename: 'x.pdf', mimetype: 'application/pdf', size: 1 };
    const { files } = filled({ 'ort.name': 'G3.F5' }, [field('ort_0_name', [file])]);
    expect([...files]).toEqual([['a1', 'G3.F5']]);
  });
});

describe('a form that uses FIM ids', () => {
  test('names the innermost group where that has one position', () => {
    expect(byIds([field('G1_1_F1', 'Bo'), field('G3_0_F5', 'Ulm')]).data).toMatchObject({
      G1: [{ F1: 'Bo' }],
      G3: { F5: 'Ulm' },
    });
  });

  test('names the whole path where a group stands at several positions', () => {
    const { data, rejected } = byIds([
      field('G3.G4_0_F6', 'hier'),
      field('G5.G4_0_F6', 'dort'),
      field('G4_0_F6', 'wo?'),
    ]);
    expect(data).toMatchObject({ G3: { G4: { F6: 'hier' } }, G5: { G4: { F6: 'dort' } } });
    expect(rejected).toHaveLength(1);
  });

  test('counts an outer repeated group inside the path, the innermost by the instance', () => {
    const result = byIds([field('G1.0.G2_0_F2', 'A'), field('G1.0.G2_1_F2', 'B'), field('G1.2.G2_0_F2', 'C')]);
    expect(result.data).toMatchObject({ G1: [{ G2: [{ F2: 'A' }, { F2: 'B' }] }, { G2: [{ F2: 'C' }] }] });
    expect(result.formField('/G1/1/G2/0/F2')).toBe('G1.2.G2_0_F2');
  });

  test('puts a field without group under the schema’s id', () => {
    expect(byIds([field('S1_0_F7', 'oben')]).data).toMatchObject({ F7: 'oben' });
  });
});
