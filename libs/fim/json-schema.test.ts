import { describe, expect, test } from '@jest/globals';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { field2, field3, group3, model, schema2, schema3, times, values } from '../../test/fim/handmade.js';
import type { Json, JsonObject } from './json.js';
import { toJsonSchema } from './json-schema.js';
import { fimKeywords } from './keywords.js';
import { noLists } from './lists.js';
import { positions, type Schema } from './model.js';
import { readSchema } from './read.js';
import { compileValidator } from './validator.js';
import { isDay } from './values/lexical.js';

/** Each defect was found in a published converter from XDatenfelder to JSON Schema; none may happen here. */

const F1 = 'F08000000001';
const F2 = 'F08000000002';
const G1 = 'G08000000001';

const derived = (inside: string) =>
  toJsonSchema(model(schema3(inside))) as JsonObject & { $defs: Record<string, JsonObject> };
const definition = (type: string, more = '', input = 'input') =>
  derived(times('1:1', field3(F1, type, { more, input }))).$defs[`${F1}V1.0.0`]!;
const verdict = (schema: Schema, instance: Json) =>
  new Ajv2020({ strict: true, formats: { date: isDay }, keywords: fimKeywords(schema) }).compile(
    toJsonSchema(schema, { lists: 'keyword' }) as AnySchema,
  )(instance);

describe('the JSON Schema', () => {
  test('1: is valid JSON whatever comes last, an optional child or a label', () => {
    const last = times('0:1', field3(F2, 'text')) + times('1:1', field3('F08000000003', 'text', { input: 'label' }));
    const schema = JSON.parse(JSON.stringify(derived(times('1:1', field3(F1, 'text')) + last)));
    expect(schema.required).toEqual([F1]);
    expect(Object.keys(schema.properties)).toEqual([F1, F2]);
  });

  test('2: keeps quotes and line ends in labels', () => {
    const label = 'Der &quot;große&quot; \\ Name&#10;hier';
    expect(derived(times('1:1', field3(F1, 'text', { label }))).$defs[`${F1}V1.0.0`]).toMatchObject({
      title: 'Der "große" \\ Name\nhier',
    });
  });

  test('3: never puts minimum on a text; limits of dates and times are checked all the same', () => {
    for (const [type, low, below] of [
      ['date', '2020-01-01', '2019-12-31'],
      ['time', '08:00:00', '07:59:59'],
      ['datetime', '2020-01-01T00:00:00', '2019-12-31T23:59:59'],
    ] as const) {
      const more = `<praezisierung minValue="${low}"/>`;
      expect(definition(type, more)).not.toHaveProperty('minimum');
      const schema = model(schema3(times('1:1', field3(F1, type, { more }))));
      expect([verdict(schema, { [F1]: low }), verdict(schema, { [F1]: below })]).toEqual([true, false]);
      expect(compileValidator(schema).validate({ [F1]: below }).errors).toMatchObject([{ code: 'minimum' }]);
    }
  });

  test('4: says the form of dates and times without any Präzisierung, and no format that is not one', () => {
    expect(definition('date')).toMatchObject({ type: 'string', format: 'date', pattern: expect.any(String) });
    for (const type of ['time', 'datetime']) {
      expect(definition(type)).toMatchObject({ type: 'string', pattern: expect.any(String) });
      expect(definition(type)).not.toHaveProperty('format');
    }
  });

  test('5: keeps codes whose names are equal', () => {
    const more = values(['1', 'gleich'], ['2', 'gleich'], ['3', 'anders']);
    expect(definition('text', more, 'select')).toMatchObject({ enum: ['1', '2', '3'] });
  });

  test('6: does not become permissive when a list is missing, and does not move with time', () => {
    const more =
      '<codelisteReferenz><canonicalIdentification>urn:de:nirgends</canonicalIdentification></codelisteReferenz>';
    const xml = schema3(times('1:1', field3(F1, 'text', { input: 'select', more })));
    expect(readSchema(xml, { lists: noLists }).model).toBeUndefined();
  });

  test('7: takes decimal limits, keeps labels out of the data, and makes no default of an initial content', () => {
    expect(definition('num', '<praezisierung minValue="0.5" maxValue="2.75"/>')).toMatchObject({
      minimum: 0.5,
      maximum: 2.75,
    });
    expect(derived(times('1:1', field3(F1, 'text', { input: 'label' })))).toMatchObject({ properties: {}, $defs: {} });
    expect(definition('text', '<inhalt>vorher</inhalt>')).not.toHaveProperty('default');
    expect(definition('bool', '', 'select')).toMatchObject({ type: 'boolean' });
    expect(definition('text', '', 'select')).toMatchObject({ type: 'string' });
  });

  test('8: keeps two versions of one element apart', () => {
    const older = times('1:1', field3(F1, 'text', { version: '1.0.0' }));
    const newer = times('1:1', group3(G1, times('1:1', field3(F1, 'num', { version: '2.0.0' }))));
    expect(derived(older + newer).$defs).toMatchObject({
      [`${F1}V1.0.0`]: { type: 'string' },
      [`${F1}V2.0.0`]: { type: 'number' },
    });
  });

  test('9: limits money to two places, without multipleOf', () => {
    const schema = model(
      schema3(times('1:1', field3(F1, 'num_currency', { more: '<praezisierung minValue="0" maxValue="20"/>' }))),
    );
    expect(definition('num_currency')).not.toHaveProperty('multipleOf');
    for (const amount of ['19.99', '4.35', '0.29']) expect(verdict(schema, { [F1]: amount })).toBe(true);
    for (const amount of ['19.999', '20.01', '-1.00']) expect(verdict(schema, { [F1]: amount })).toBe(false);
  });

  test('9: checks patterns on numbers, what a file may be, and the letters of DIN 91379', () => {
    const year = model(schema3(times('1:1', field3(F1, 'num_int', { more: '<praezisierung pattern="[0-9]{4}"/>' }))));
    expect([verdict(year, { [F1]: 2026 }), verdict(year, { [F1]: 26 })]).toEqual([true, false]);
    const file = model(
      schema3(
        times('1:1', field3(F1, 'file', { more: '<maxSize>100</maxSize><mediaType>application/pdf</mediaType>' })),
      ),
    );
    const sent = (mimetype: string, size: number) => ({
      [F1]: { attachmentId: 'a', filename: 'b.pdf', mimetype, size },
    });
    expect(
      [sent('application/pdf', 100), sent('text/html', 100), sent('application/pdf', 101)].map((one) =>
        verdict(file, one),
      ),
    ).toEqual([true, false, false]);
    const latin = model(schema3(times('1:1', field3(F1, 'text_latin'))));
    expect(['Straße Nº 7', 'Ž\u0327', 'Я', 'x\u0327'].map((text) => verdict(latin, { [F1]: text }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('10: anchors patterns and reads their dialect', () => {
    expect(definition('text', '<praezisierung pattern="[a-z-[x]]{2}|\\d"/>')).toMatchObject({
      allOf: [{ pattern: '^(?:(?:[a-wyz]{2}|[0-9]))$' }],
    });
  });

  test('of 0:* does not require the key, and an array is only where something repeats', () => {
    expect(derived(times('0:*', field3(F1, 'text')))).not.toHaveProperty('required');
    expect(derived(times('2:5', field3(F1, 'text')))).toMatchObject({
      required: [F1],
      properties: { [F1]: { type: 'array', minItems: 2, maxItems: 5 } },
    });
    expect(derived(times('1:1', field3(F1, 'text')))).toMatchObject({
      properties: { [F1]: { $ref: `#/$defs/${F1}V1.0.0` } },
    });
  });
});

test('limits as numbers and as texts are the same in 2.0', () => {
  const limits = (json: string) =>
    [
      ...positions(
        model(schema2(times('1:1', field2('F08000001', 'num', { more: `<praezisierung>${json}</praezisierung>` })))),
      ),
    ][0]!.edge.element;
  expect(limits('{"minValue":0.5}')).toEqual(limits('{"minValue":"0.5"}'));
});
