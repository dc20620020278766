import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { JsonObject } from '#fim/json.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { openListFolder } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { nearMisses, sample } from '#fim/sample.js';
import { root } from '#settings/root.js';
import { anySchema } from './arbitrary.js';
import { field3, model, schema3, times } from './handmade.js';

/** The derived JSON Schema in the hands of a validator whose regular expressions are not JavaScript's. */

const program = `
import json, sys
from jsonschema import Draft202012Validator as Validator
def verdicts(case):
    Validator.check_schema(case["schema"])
    validator = Validator(case["schema"])
    return [validator.is_valid(instance) for instance in case["instances"]]
json.dump([verdicts(case) for case in json.load(sys.stdin)], sys.stdout)`;

const hasPython = spawnSync('python3', ['-c', 'import jsonschema']).status === 0;
const why = 'python3-jsonschema is not installed (Debian: python3-jsonschema)';
if (!hasPython) process.stderr.write(`JSON Schema read by Python: skipped, ${why}.\n`);

/** What JSON Schema's own words cannot say. */
const unsaid = new Set(['rule', 'minimum', 'maximum', 'pattern']);

interface Case {
  schema: JsonObject;
  instances: JsonObject[];
  /** What each verdict must be; `undefined` where the standard's words do not reach. */
  expected: (boolean | undefined)[];
}

function caseOf(schema: Schema): Case {
  const samples = [0, 0.5, 1].map((fill, seed) => sample(schema, { seed, fill }));
  const misses = nearMisses(schema);
  return {
    schema: toJsonSchema(schema),
    instances: [...samples, ...misses.map((miss) => miss.instance)],
    expected: [...samples.map(() => true), ...misses.map(({ code }) => (unsaid.has(code) ? undefined : false))],
  };
}

const inPython = (cases: Case[]): boolean[][] => {
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { input: JSON.stringify(cases), encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
};

function processSchemas(): Schema[] {
  const lists = openListFolder(join(root, 'schemas', 'lists'));
  return globSync(join(root, 'schemas', 'processes', '*', 'S*.xml'))
    .map((file) => readSchema(readFileSync(file), { lists }).model)
    .filter((schema) => schema !== undefined);
}

(hasPython ? describe : describe.skip)(`JSON Schema read by Python${hasPython ? '' : `: skipped, ${why}`}`, () => {
  test('gets the verdicts that it gets in JavaScript', () => {
    const schemas = [...processSchemas(), ...fc.sample(anySchema, { numRuns: 15, seed: 91_379 })];
    const cases = schemas.map(caseOf);
    const verdicts = inPython(cases);
    cases.forEach(({ schema, instances, expected }, i) => {
      const validate = new Ajv2020({ strict: true, formats: { date: true } }).compile(schema);
      expect(verdicts[i]).toEqual(instances.map((instance) => validate(instance)));
      expect(verdicts[i]).toEqual(expected.map((one, j) => one ?? verdicts[i]![j]));
    });
    expect(processSchemas().length).toBeGreaterThanOrEqual(6);
  });

  test('gets every character right', () => {
    const rows: [type: string, pattern: string, right: string[], wrong: string[]][] = [
      ['text_latin', '', ['Straße Nº 7', 'Ž\u0327', 'K\u035Fh', 'Łęcki\u2019'], ['Я', 'x\u0327', '\u0327', 'K\u035F']],
      ['text', '', ['Я', '𝒳', '\uE000'], ['\u0001', 'a\u000B', '\uFFFE']],
      ['text', '\\d{2}', ['07'], ['٣٤', '7', '007']],
      ['text', '[\\w-]+', ['Größe_1-a'], ['a b', 'a.b']],
      ['text', '\\p{Lu}\\P{Lu}*', ['Äpfel', 'Ж1'], ['äpfel', 'ÄÄ']],
      ['text', '[a-z-[aeiou]]+|\\S&amp;&amp;', ['xyz', '€&&'], ['xay', ' &&']],
      ['text', '[^\\s]+[\\]\\[^\\\\-]', ['x]', 'x[', 'x^', 'x\\', 'x-'], ['x y]', ']']],
      ['date', '', ['2024-12-31'], ['2024-13-01', '٢٠٢٤-12-31']],
    ];
    const cases = rows.map(([type, pattern, right, wrong]) => {
      const more = pattern === '' ? '' : `<praezisierung pattern="${pattern}"/>`;
      return {
        schema: toJsonSchema(model(schema3(times('1:1', field3('F08000000001', type, { more }))))),
        instances: [...right, ...wrong].map((text) => ({ F08000000001: text })),
        expected: [...right.map(() => true), ...wrong.map(() => false)],
      };
    });
    expect(inPython(cases)).toEqual(cases.map(({ expected }) => expected));
  });
});
