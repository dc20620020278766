import { describe, expect, test } from '@jest/globals';
import { cpuTime } from '../../test/fim/clock.js';
import { field3, group3, model, regel, schema3, times, values } from '../../test/fim/handmade.js';
import type { Json, JsonObject } from './json.js';
import { compileValidator } from './validator.js';

const F1 = 'F08000000001';
const F2 = 'F08000000002';
const G1 = 'G08000000001';
const G2 = 'G08000000002';

const check = (inside: string, instance: Json) => compileValidator(model(schema3(inside))).validate(instance);
const one = (type: string, more: string, value: Json, anzahl = '1:1') => {
  const { value: normal, errors } = check(times(anzahl, field3(F1, type, { more })), { [F1]: value });
  return errors.length > 0 ? errors.map((error) => error.code).join() : (normal as JsonObject)[F1];
};

describe('a value is normalised', () => {
  test.each<[string, Json, Json]>([
    ['text', '  Müller ', 'Müller'],
    ['text_latin', 'Mu\u0308ller', 'Müller'],
    ['num', '5.50', 5.5],
    ['num', 5.5, 5.5],
    ['num_int', '-07', -7],
    ['num_currency', 5.6, '5.60'],
    ['num_currency', '5', '5.00'],
    ['num_currency', '005.66', '5.66'],
    ['num_currency', 19.99, '19.99'],
    ['num_currency', 0.29, '0.29'],
    ['num_currency', '-0', '0.00'],
    ['bool', 'true', true],
    ['bool', false, false],
    ['date', ' 2024-02-29 ', '2024-02-29'],
    ['time', '09:30', '09:30:00'],
    ['datetime', '2024-02-29T09:30:00+01:00', '2024-02-29T09:30:00+01:00'],
  ])('%s %j becomes %j', (type, value, normal) => expect(one(type, '', value)).toEqual(normal));
});

describe('a value is refused', () => {
  test.each<[string, string, Json, string]>([
    ['text', '', 5, 'type'],
    ['text', '', 'a\u0000b', 'charset'],
    ['text', '', 'a\ud800b', 'charset'],
    ['text_latin', '', 'Яблоко', 'charset'],
    ['text_latin', '', 'C\u0301e\u0331', 'charset'],
    ['text', '<praezisierung minLength="3"/>', 'ab', 'minLength'],
    ['text', '<praezisierung minLength="3"/>', '𝒳𝒳', 'minLength'],
    ['text', '<praezisierung maxLength="3"/>', 'abcd', 'maxLength'],
    ['text', '<praezisierung pattern="[0-9]{5}"/>', '7017', 'pattern'],
    ['num', '', '5.5,5', 'type'],
    ['num', '', '0x10', 'type'],
    ['num', '', true, 'type'],
    ['num_int', '', 5.5, 'type'],
    ['num_int', '', '12345678901234567890', 'type'],
    ['num', '<praezisierung minValue="1" maxValue="2"/>', 0.9, 'minimum'],
    ['num', '<praezisierung minValue="1" maxValue="2"/>', '2.1', 'maximum'],
    ['num_int', '<praezisierung pattern="[0-9]{4}"/>', 12, 'pattern'],
    ['num_currency', '', 1.005, 'decimals'],
    ['num_currency', '', '1.001', 'decimals'],
    ['num_currency', '', 1e21, 'decimals'],
    ['num_currency', '', 'zehn', 'type'],
    ['num_currency', '<praezisierung maxValue="9.99"/>', '10.00', 'maximum'],
    ['bool', '', 'ja', 'type'],
    ['date', '', '2023-02-29', 'format'],
    ['date', '', '29-02-2024', 'format'],
    ['date', '<praezisierung minValue="2020-01-01"/>', '2019-12-31', 'minimum'],
    ['time', '', '24:00:00', 'format'],
    ['time', '<praezisierung maxValue="18:00:00"/>', '18:00:01', 'maximum'],
    ['datetime', '', '2023-02-29T00:00:00', 'format'],
    ['datetime', '<praezisierung maxValue="2024-01-01T00:00:00Z"/>', '2024-01-01T00:30:00+00:00', 'maximum'],
    ['file', '', 'aGFsbG8=', 'type'],
    ['file', '', { attachmentId: 'a', filename: 'b', mimetype: 'c/d', size: 1, more: 1 }, 'type'],
    [
      'file',
      '<mediaType>image/*</mediaType>',
      { attachmentId: 'a', filename: 'b', mimetype: 'text/html', size: 1 },
      'mediaType',
    ],
    ['file', '<maxSize>9</maxSize>', { attachmentId: 'a', filename: 'b', mimetype: 'c/d', size: 10 }, 'maxSize'],
    ['text', values(['01', 'ja'], ['02', 'nein']), '1', 'codeList'],
    ['text', values(['01', 'ja'], ['02', 'nein']), 1, 'type'],
    ['text', '', ['a'], 'multiplicity'],
    ['text', '', '  ', 'required'],
    ['text', '', null, 'required'],
  ])('%s %s %j: %s', (type, more, value, code) => expect(one(type, more, value)).toBe(code));

  test('but a moment with a zone is compared by its instant', () =>
    expect(one('datetime', '<praezisierung maxValue="2024-01-01T00:00:00Z"/>', '2024-01-01T00:30:00+01:00')).toBe(
      '2024-01-01T00:30:00+01:00',
    ));

  test('media types are compared without parameters and case', () => {
    const file = { attachmentId: 'a', filename: 'b', mimetype: 'Image/PNG; q=1', size: 1 };
    expect(one('file', '<mediaType>image/*</mediaType>', file)).toEqual(file);
  });
});

describe('multiplicity belongs to the edge', () => {
  const many = (anzahl: string, value: Json) => one('text', '', value, anzahl);
  test.each<[string, Json, Json]>([
    ['0:*', ['a', ' ', 'b', null], ['a', 'b']],
    ['0:*', [], undefined as never],
    ['2:3', ['a'], 'multiplicity'],
    ['2:3', ['a', 'b', 'c', 'd'], 'multiplicity'],
    ['1:*', [], 'required'],
    ['1:*', 'a', 'type'],
  ])('%s of %j: %j', (anzahl, value, expected) => expect(many(anzahl, value)).toEqual(expected));
});

describe('groups', () => {
  const nested = (anzahl: string) =>
    times(anzahl, group3(G1, times('1:1', field3(F1, 'text')) + times('0:1', field3(F2, 'text'))));

  test('an empty optional group is no input, and nobody asks for its parts', () =>
    expect(check(nested('0:1'), { [G1]: { [F1]: ' ', [F2]: null } })).toEqual({ value: {}, errors: [] }));

  test('an empty mandatory group asks for its mandatory parts', () => {
    const { errors } = check(nested('1:1'), { [G1]: {} });
    expect(errors).toEqual([
      expect.objectContaining({
        pointer: `/${G1}/${F1}`,
        path: `${G1}.${F1}`,
        fimField: F1,
        label: `Feld ${F1}`,
        code: 'required',
      }),
    ]);
  });

  test('a list where one group is meant is one error, an empty list is no input', () => {
    const codes = (value: Json) =>
      check(nested('1:1'), { [G1]: value }).errors.map(({ code, pointer }) => `${code} ${pointer}`);
    expect([codes([{ [F1]: 'a' }]), codes([])]).toEqual([[`multiplicity /${G1}`], [`required /${G1}`]]);
  });

  test('an absent mandatory group is one error', () =>
    expect(check(nested('1:1'), {}).errors.map((error) => error.pointer)).toEqual([`/${G1}`]));

  test('an absent mandatory group without mandatory content equals an empty one', () => {
    const inner = times('1:1', group3('G08000000009', times('0:1', field3(F1, 'text'))));
    const outer = times('1:1', group3(G1, inner));
    const least = { value: { [G1]: { G08000000009: {} } }, errors: [] };
    const forms: Json[] = [{}, { [G1]: {} }, { [G1]: null }, { [G1]: { G08000000009: { [F1]: ' ' } } }];
    for (const form of forms) expect(check(outer, form)).toEqual(least);
    expect(check(times('0:1', group3(G1, inner)), { [G1]: {} })).toEqual({ value: {}, errors: [] });
  });

  test('a mandatory group of optional fields may be empty, and stays', () => {
    const loose = times('1:1', group3(G1, times('0:1', field3(F1, 'text'))));
    expect(check(loose, { [G1]: { [F1]: '' } })).toEqual({ value: { [G1]: {} }, errors: [] });
  });

  test('of a choice exactly one is taken', () => {
    const choice = times(
      '0:1',
      group3(G1, times('0:1', field3(F1, 'text')) + times('0:1', field3(F2, 'text')), {
        more: '<art><code>X</code></art>',
      }),
    );
    const codes = (value: Json) =>
      check(choice, { [G1]: value }).errors.map((error) => `${error.code} ${error.pointer}`);
    expect(codes({ [F1]: 'a' })).toEqual([]);
    expect(codes({ [F1]: 'a', [F2]: 'b' })).toEqual([`choice /${G1}`]);
    expect(codes({ [F1]: '', [F2]: '' })).toEqual([]);
    expect(check(choice.replace('0:1', '1:1'), { [G1]: {} }).errors.map((error) => error.code)).toEqual(['choice']);
  });

  test('the same group at two positions is told apart by its path', () => {
    const inner = group3(G2, times('1:1', field3(F1, 'text')));
    const twice = times('1:1', inner) + times('1:*', group3(G1, times('1:1', inner)));
    const { errors } = check(twice, { [G2]: { [F1]: 1 }, [G1]: [{ [G2]: { [F1]: 'a' } }, { [G2]: { [F1]: 1 } }] });
    expect(errors.map(({ path, pointer }) => `${path} ${pointer}`)).toEqual([
      `${G2}.${F1} /${G2}/${F1}`,
      `${G1}.${G2}.${F1} /${G1}/1/${G2}/${F1}`,
    ]);
  });
});

test('no form at all is an empty one', () => {
  for (const nothing of [null, {}])
    expect(check(times('1:1', field3(F1, 'text')), nothing).errors).toMatchObject([
      { code: 'required', pointer: `/${F1}` },
    ]);
  for (const wrong of [[], 'x', 5])
    expect(check(times('1:1', field3(F1, 'text')), wrong).errors).toMatchObject([{ code: 'type', pointer: '' }]);
});

test('P6 nesting without end, where a text is expected, is refused', () => {
  let deep: Json = 'x';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const rule = regel([
    {
      effect: 'require',
      target: `self.${F2}`,
      condition: { is_empty: { identifier: `self.${F1}` } },
      message: 'Bitte.',
    },
  ]);
  const inside = rule + times('1:1', field3(F1, 'text')) + times('0:1', field3(F2, 'text'));
  expect(check(inside, { [F1]: { x: deep } }).errors).toMatchObject([{ code: 'type' }]);
});

test('P6 a hundred thousand letters of DIN 91379 are judged, not crashed on', () => {
  expect(one('text_latin', '', 'ü'.repeat(100_000))).toHaveLength(100_000);
  expect(one('text_latin', '', `${'a'.repeat(99_999)}Я`)).toBe('charset');
  expect(one('text', '<praezisierung pattern="[a-z]*"/>', 'a'.repeat(20_000))).toHaveLength(20_000);
  expect(one('text', '<praezisierung pattern="[a-z]*"/>', 'a'.repeat(20_001))).toBe('maxLength');
});

describe('what has no place', () => {
  test('is refused, also in the root, and a foreign key is not repeated', () => {
    const { errors } = check(times('0:1', field3(F1, 'text')), { 'Max Mustermann': 'x', F99: 'y', __proto__x: 1 });
    expect(errors.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'unknownField /?',
      'unknownField /F99',
      'unknownField /?',
    ]);
    expect(JSON.stringify(errors)).not.toContain('Mustermann');
  });

  test('labels and static objects take no data', () => {
    const inside = times('1:1', field3(F1, 'text', { input: 'label' })) + times('1:1', field3(F2, 'obj'));
    expect(check(inside, {}).errors).toEqual([]);
    expect(check(inside, { [F1]: 'x', [F2]: {} }).errors.map((error) => error.code)).toEqual([
      'unknownField',
      'unknownField',
    ]);
  });

  test('a locked field keeps its content', () => {
    const locked = times('1:1', field3(F1, 'num', { input: 'locked', more: '<inhalt>5</inhalt>' }));
    expect(check(locked, { [F1]: '5.0' }).errors).toEqual([]);
    expect(check(locked, { [F1]: 6 }).errors.map((error) => error.code)).toEqual(['locked']);
  });

  test('an initial content is no default', () => {
    const filled = times('1:1', field3(F1, 'text', { more: '<inhalt>vorher</inhalt>' }));
    expect(check(filled, {}).errors.map((error) => error.code)).toEqual(['required']);
  });
});

test('all errors are reported at once, and none repeats what the person wrote', () => {
  const inside = Array.from({ length: 30 }, (_, i) =>
    times('1:1', field3(`F080000001${String(i).padStart(2, '0')}`, 'date')),
  ).join('');
  const filled = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`F080000001${String(i).padStart(2, '0')}`, `geheim ${i}`]),
  );
  const { errors } = check(inside, filled);
  expect(errors).toHaveLength(30);
  expect(JSON.stringify(errors)).not.toContain('geheim');
});

test('the instance is left as it was', () => {
  const instance = Object.freeze({ [F1]: ' a ' });
  expect(check(times('1:1', field3(F1, 'text')), instance).value).toEqual({ [F1]: 'a' });
});

test('P6 a million wrong items cost little and give a bounded answer', () => {
  const instance = { [F1]: Array.from({ length: 1_000_000 }, () => 5) };
  const before = cpuTime();
  expect(check(times('0:*', field3(F1, 'text')), instance).errors).toHaveLength(500);
  expect(cpuTime() - before).toBeLessThan(2_000);
});

test('locked with a list has its one code', () => {
  const more = `${values(['01', 'Ja'], ['02', 'Nein'])}<inhalt>01</inhalt>`;
  const inside = times('0:1', field3(F1, 'text', { input: 'locked', more }));
  expect(check(inside, { [F1]: '01' }).errors).toEqual([]);
  expect(check(inside, { [F1]: '02' }).errors.map(({ code }) => code)).toEqual(['locked']);
});

describe('what a person writes and reads', () => {
  const of = (type: string, value: Json, more = '', input = 'input') => {
    const { value: normal, errors } = check(times('0:1', field3(F1, type, { more, input })), { [F1]: value });
    return errors[0]?.message ?? (normal as JsonObject)[F1];
  };

  test.each<[string, Json, Json]>([
    ['num', '9,5', 9.5],
    ['num_currency', '9,50', '9.50'],
    ['num_currency', '-1.234,50', 'Erwartet wird ein Geldbetrag wie 9,50. Bitte korrigieren Sie die Angabe.'],
    ['date', '1.2.2020', '2020-02-01'],
    ['date', '01.02.2020', '2020-02-01'],
    ['date', '31.02.2020', 'Erwartet wird ein Datum wie 01.02.2020. Bitte prüfen Sie, ob es diesen Wert gibt.'],
    [
      'text_latin',
      'Łódź Яn',
      'Das 6. Zeichen (U+042F) ist kein lateinischer Buchstabe und kein erlaubtes Zeichen. ' +
        'Bitte schreiben Sie die Angabe in lateinischer Schrift.',
    ],
    ['text', 'ab\u0007', 'Das 3. Zeichen ist ein unsichtbares Steuerzeichen. Bitte geben Sie die Angabe neu ein.'],
  ])('%s %j', (type, value, expected) => expect(of(type, value)).toBe(expected));

  test('a pattern is explained by an example, a limit as people write it, a list by names', () => {
    expect(of('text', 'x', '<praezisierung pattern="[^@ ]+@[a-z]+\\.de"/>')).toContain('„abc@abc.de“');
    expect(of('text', 'x', '<praezisierung pattern="D-[0-9]{5}"/>')).toContain('„D-12345“');
    expect(of('date', '1.1.1899', '<praezisierung minValue="1900-01-01"/>')).toContain('vor 01.01.1900');
    expect(of('num', 1, '<praezisierung minValue="2.5"/>')).toContain('mindestens 2,5');
    const codes = Array.from({ length: 9 }, (_, i): [string, string] => [String(i), `Name ${i}`]);
    expect(of('text', 'x', values(...codes), 'select')).toContain(
      '„Name 0“, „Name 1“, „Name 2“, „Name 3“, „Name 4“ und 4 weitere.',
    );
    const file = { attachmentId: '1', filename: 'a', mimetype: 'text/html', size: 3_000_000 };
    expect(of('file', file, '<mediaType>application/pdf</mediaType><mediaType>image/*</mediaType>')).toContain(
      'PDF, Bild',
    );
    expect(of('file', file, '<maxSize>2500000</maxSize>')).toContain('höchstens 2,5 MB');
  });
});
