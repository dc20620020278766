import { describe, expect, test } from '@jest/globals';
import { message } from './message.js';
import type { Process } from './process.js';
import { compile, ProgramError } from './program.js';
import { pathsUnder } from './program-paths.js';
import { stepProgram, templateProgram } from './step-program.js';

const submission = {
  submissionId: 's',
  caseId: 'c',
  leistung: '99102013104000',
  ars: '081110000000',
  receivedAt: '2026-11-20T08:15:00.000Z',
  schema: { id: 'S', version: '1' },
};
const given = (parameters: Record<string, unknown> = {}) => ({
  data: { F1: 'Wert' },
  parameters,
  registers: {},
  submission,
});
const processWith = (source: string, parameters: Process['parameters'] = {}) =>
  ({
    parameters,
    steps: [],
    programs: new Map([['zustellung', stepProgram(source, parameters)]]),
  }) as unknown as Process;

describe('an expression', () => {
  test('sees data, parameters, registers and submission, and what it leaves out is not there', async () => {
    const process = processWith('{ "a": data.F1, "b": data.F2, "c": submission.ars, "d": [registers.x.y] }');
    await expect(message(process, 'zustellung', given())).resolves.toEqual({ a: 'Wert', c: '081110000000', d: [] });
  });

  test('P3 sees its own parameters with their defaults, and never an adapter’s secret', async () => {
    const process = processWith('parameters', {
      frist: { title: 'Frist', type: 'integer', required: false, default: 14 },
      satz: { title: 'Satz', type: 'number', required: true },
    });
    await expect(message(process, 'zustellung', given({ satz: 108, 'rest.token': 'geheim' }))).resolves.toEqual({
      frist: 14,
      satz: 108,
    });
  });

  test('does not run without a parameter that it needs: half a message is worse than none', async () => {
    const satz = { title: 'Satz', type: 'number', required: true } as const;
    const rabatt = { title: 'Rabatt', type: 'number', required: false } as const;
    const process = processWith('{ "satz": parameters.satz, "rabatt": parameters.rabatt }', {
      satz,
      rabatt,
      anderes: satz,
    });
    await expect(message(process, 'zustellung', given({ satz: 108 }))).resolves.toEqual({ satz: 108 });
    await expect(message(process, 'zustellung', given())).rejects.toMatchObject({ parameter: 'satz' });
  });

  test('that never ends is stopped', async () => {
    await expect(compile('($f := function($n) { $f($n + 1) }; $f(0))').run({})).rejects.toThrow(ProgramError);
  });

  test.each([
    ['a text of 100 MB', '$pad("x", 100000000)'],
    ['a regular expression that backtracks', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /^(a+)+$/)'],
    ['a text that doubles', '$reduce([1..60], function($t) { $t & $t }, "ab") ~> $length()'],
    ['ten million numbers', '[1..9999999] ~> $map(function($n) { [$n, $n] }) ~> $count()'],
    ['a result of 40 MB', '$join([1..2000].$pad("x", 20000))'],
  ])('that makes %s ends by itself, and harms nobody', async (_, source) => {
    const before = process.memoryUsage().rss;
    const begun = performance.now();
    await expect(compile(source, 200).run({})).rejects.toThrow(ProgramError);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    expect(await compile('1 + 1').run({})).toBe(2);
  });

  test('P3 that fails says code and place, and no value of the person', async () => {
    const failure = await compile('$number(data.F1)')
      .run(given())
      .catch((error: Error) => error);
    expect(failure).toBeInstanceOf(ProgramError);
    expect(String(failure)).toContain('D3030');
    expect(String(failure)).not.toContain('Wert');
  });

  test('that is not JSONata is refused when it is compiled', () => {
    expect(() => compile('{ "a": ')).toThrow(ProgramError);
  });

  test('runs many times at once without mixing up its inputs', async () => {
    const program = compile('$map([1..20], function($i) { $$.name }) ~> $distinct()');
    const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
    await expect(Promise.all(names.map((name) => program.run({ name })))).resolves.toEqual(names);
  });

  test('without one, the FIM data travels as it is', async () => {
    await expect(
      message({ parameters: {}, programs: new Map() } as unknown as Process, 'zustellung', given()),
    ).resolves.toEqual({ F1: 'Wert' });
  });
});

test('the parameters an expression reads can be listed without running it', () => {
  expect(pathsUnder('parameters.`a.b` + $$.parameters.c.d', 'parameters')).toEqual([['a.b'], ['c', 'd']]);
  expect(pathsUnder('$lookup(parameters, data.x)', 'parameters')).toEqual([['*']]);
});

describe('a template', () => {
  const csv = { title: 'T', format: 'csv' as const, columns: ['a', 'b'] };

  test('as CSV has all columns in every row, in their order', async () => {
    const program = templateProgram({ ...csv, message: '[{ "b": 1 }, { "a": data.F1 }]' }, {});
    expect(JSON.stringify(await program.run(given()))).toBe('[{"a":null,"b":1},{"a":"Wert","b":null}]');
  });

  test('as CSV that makes one row makes a list of it', async () => {
    const program = templateProgram({ ...csv, message: '{ "a": 1, "b": 2 }' }, {});
    await expect(program.run(given())).resolves.toEqual([{ a: 1, b: 2 }]);
  });

  test('P3 sees no more than its step, and misses a parameter as its step does', async () => {
    const definitions = { satz: { title: 'Satz', type: 'number', required: true } } as const;
    const program = templateProgram({ title: 'T', format: 'xml', message: '{ "a": parameters }' }, definitions);
    await expect(program.run(given({ satz: 1, 'rest.token': 'geheim' }))).resolves.toEqual({ a: { satz: 1 } });
    await expect(program.run(given())).rejects.toMatchObject({ parameter: 'satz' });
  });
});
