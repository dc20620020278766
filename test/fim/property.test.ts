import { validate as hyperjump, registerSchema, unregisterSchema } from '@hyperjump/json-schema/draft-2020-12';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { decodeXml, encodeXml } from '#fim/instance-xml.js';
import type { JsonObject } from '#fim/json.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { fimKeywords } from '#fim/keywords.js';
import type { Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { nearMisses, sample } from '#fim/sample.js';
import { compileValidator } from '#fim/validator.js';
import { isDay } from '#fim/values/lexical.js';
import { anySchema } from './arbitrary.js';
import { testLists } from './lists.js';
import { writeXdatenfelder } from './write.js';

const seed = 20_261;
const runs = (numRuns: number) => ({ numRuns, seed, endOnFailure: true });
const formats = { date: isDay };

/** What JSON Schema's own words cannot say; rules are no part of it at all. */
const beyond = new Set(['rule']);
const beyondStandard = new Set([...beyond, 'minimum', 'maximum', 'pattern']);

describe('any schema', () => {
  test('written as XDatenfelder and read again is the same model', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const { model, findings } = readSchema(writeXdatenfelder(schema), { lists: testLists });
        expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
        expect(model).toEqual(schema);
      }),
      runs(150),
    );
  });

  test('has a sample that its validator accepts and leaves as it is', () => {
    fc.assert(
      fc.property(anySchema, fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (schema, seed, fill) => {
        const instance = sample(schema, { seed, fill });
        expect(compileValidator(schema).validate(instance)).toEqual({ value: instance, errors: [] });
        expect(sample(schema, { seed, fill })).toEqual(instance);
      }),
      runs(100),
    );
  });

  test('has near misses that produce their own error and no other', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const { validate } = compileValidator(schema);
        for (const { instance, code, path, pointer } of nearMisses(schema))
          expect(validate(instance).errors).toEqual([expect.objectContaining({ code, path, pointer })]);
      }),
      runs(30),
    );
  });

  test('survives the way through XML instances', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const instance = sample(schema, { seed: 5, fill: 0.8 });
        const { value, errors } = compileValidator(schema).validate(decodeXml(schema, encodeXml(schema, instance)));
        expect(errors).toEqual([]);
        expect(value).toEqual(instance);
      }),
      runs(60),
    );
  });
});

describe('the JSON Schema of any schema', () => {
  test('in standard words is taken by ajv in strict mode, accepts samples and refuses near misses', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const accepts = new Ajv2020({ strict: true, formats }).compile(toJsonSchema(schema));
        agrees(schema, (instance) => accepts(instance), beyondStandard);
      }),
      runs(30),
    );
  });

  test('with our keywords says everything but the rules', () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const ajv = new Ajv2020({ strict: true, formats, keywords: fimKeywords(schema) });
        const accepts = ajv.compile(toJsonSchema(schema, { lists: 'keyword' }));
        agrees(schema, (instance) => accepts(instance), beyond);
      }),
      runs(30),
    );
  });

  test('gets the same verdicts from a second, independent validator', async () => {
    await fc.assert(
      fc.asyncProperty(anySchema, async (schema) => {
        const json = toJsonSchema(schema);
        const ajv = new Ajv2020({ strict: true, formats: { date: true } }).compile(json);
        const uri = 'https://example.org/schema';
        registerSchema({ ...json, $id: uri } as never, uri);
        try {
          const second = await hyperjump(uri);
          for (const instance of [sample(schema), ...nearMisses(schema).map((miss) => miss.instance)].slice(0, 60))
            expect(second(JSON.parse(JSON.stringify(instance))).valid).toBe(ajv(instance));
        } finally {
          unregisterSchema(uri);
        }
      }),
      runs(15),
    );
  });
});

function agrees(schema: Schema, accepts: (instance: JsonObject) => boolean, unsaid: ReadonlySet<string>): void {
  expect(accepts(sample(schema, { seed: 3 }))).toBe(true);
  const wrongly = nearMisses(schema).filter(({ code, instance }) => !unsaid.has(code) && accepts(instance));
  expect(wrongly.map(({ code, path }) => `${code} ${path}`)).toEqual([]);
}
