import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '#fim/json.js';
import { toJsonSchema } from '#fim/json-schema.js';
import type { Schema } from '#fim/model.js';
import { sample } from '#fim/sample.js';
import { compileValidator } from '#fim/validator.js';
import { isDay } from '#fim/values/lexical.js';
import { field3, group3, model, schema3, times, values } from '../fim/handmade.js';
import { testLists } from '../fim/lists.js';
import type { Figure } from './figure.js';
import { brief } from './scale.js';

const german = new Intl.NumberFormat('de-DE', { maximumFractionDigits: 2 });

/** Figures of the FIM engine, on a synthetic schema of the size of S00000121 (88 fields in 29 groups). */
export async function benchFim(): Promise<Figure[]> {
  const xml = bigSchema();
  const first = importTime(xml);
  const schema = model(xml, testLists);
  const instance = sample(schema, { seed: 1, fill: 0.9 });
  const accepts = new Ajv2020({ formats: { date: isDay } }).compile(toJsonSchema(schema));
  const { validate } = compileValidator(schema);
  const [ours, ajv] = rates(
    () => validate(instance).errors.length === 0,
    () => accepts(instance),
  );
  const list = costOfLongList();
  const memory = memoryPerSchema(xml);
  return [
    { name: 'FIM: gültige Formulare je Sekunde (88 Felder)', value: german.format(ours), ok: true },
    {
      name: 'FIM: gegenüber ajv auf demselben JSON Schema',
      value: `${german.format(ours / ajv)} ×`,
      bound: '≥ 0,7 ×',
      ok: ours / ajv >= 0.7,
    },
    {
      name: 'FIM: Import bis zur ersten Prüfung',
      value: `${german.format(first)} ms`,
      bound: '≤ 300 ms',
      ok: first <= 300,
    },
    {
      name: 'FIM: Mehraufwand einer Liste mit 11.000 Einträgen',
      value: `${german.format(list * 100)} %`,
      bound: '< 10 %',
      ok: list < 0.1,
    },
    { name: 'FIM: Speicher je geladenem Schema', value: `${german.format(memory / 1024)} kB`, ok: true },
  ];
}

function bigSchema(): string {
  const groups = Array.from({ length: 29 }, (_, g) => {
    const fields = Array.from({ length: 88 }, (_, n) => n + 1).filter((n) => n % 29 === g);
    return times(
      g % 7 === 0 ? '1:3' : '1:1',
      group3(idOf('G', g + 1), fields.map((n) => times(n % 3 === 0 ? '0:1' : '1:1', fieldOf(n))).join('')),
    );
  });
  return schema3(groups.join(''));
}

const idOf = (letter: string, n: number) => `${letter}08${String(n).padStart(9, '0')}`;

const kinds = [
  ['text', '<praezisierung minLength="1" maxLength="120"/>'],
  ['text', '<praezisierung pattern="[0-9]{5}"/>'],
  ['date', '<praezisierung minValue="1900-01-01"/>'],
  ['bool', ''],
  ['num_int', '<praezisierung minValue="0" maxValue="9999"/>'],
  ['text', ''],
] as const;

/** Every eighteenth field is chosen from a list. */
function fieldOf(n: number): string {
  const codes = values(['01', 'ja'], ['02', 'nein'], ['03', 'unbekannt']);
  if (n % 18 === 0) return field3(idOf('F', n), 'text', { input: 'select', more: codes });
  const [type, more] = kinds[n % kinds.length]!;
  return field3(idOf('F', n), type, { more });
}

/** Milliseconds from the file to the first validation. */
function importTime(xml: string): number {
  const before = performance.now();
  compileValidator(model(xml, testLists)).validate({});
  return performance.now() - before;
}

/** Calls per second of each. They alternate, and the best round counts: other work on the machine only slows. */
function rates(a: () => boolean, b: () => boolean): [number, number] {
  const rounds = Array.from({ length: brief ? 1 : 15 }, () => [rateOf(a), rateOf(b)] as const);
  return [Math.max(...rounds.map(([first]) => first)), Math.max(...rounds.map(([, second]) => second))];
}

function rateOf(call: () => boolean): number {
  const calls = brief ? 100 : 3_000;
  const before = performance.now();
  for (let i = 0; i < calls; i++) if (!call()) throw new Error('the instance must be valid');
  return (calls * 1000) / (performance.now() - before);
}

/** What a list of 11,000 codes costs more than one of three, as a share of the time of a validation. */
function costOfLongList(): number {
  const codes = (size: number) => new Map(Array.from({ length: size }, (_, i) => [String(i).padStart(5, '0'), 'Name']));
  const withList = (size: number): Schema => {
    const schema = model(bigSchema(), testLists);
    for (const { element } of schema.edges)
      if (element.kind === 'group')
        for (const edge of element.edges)
          if (edge.element.kind === 'field' && edge.element.options !== undefined)
            edge.element.options = { codes: codes(size) };
    return schema;
  };
  const run = (schema: Schema) => {
    const { validate } = compileValidator(schema);
    const instance: JsonObject = sample(schema, { seed: 1, fill: 0.9 });
    return () => validate(instance).errors.length === 0;
  };
  const [large, small] = rates(run(withList(11_000)), run(withList(3)));
  return Math.max(0, small / large - 1);
}

/** Heap of a model with its validator, in bytes. */
function memoryPerSchema(xml: string): number {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  const kept: unknown[] = [];
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 20; i++) {
    const schema = model(xml, testLists);
    kept.push(schema, compileValidator(schema));
  }
  gc();
  return (process.memoryUsage().heapUsed - before) / (kept.length / 2);
}
