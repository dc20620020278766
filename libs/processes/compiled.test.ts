import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonata from 'jsonata';
import type { Json } from '#submission/vocabulary.js';
import { type Compiled, compiled } from './compiled.js';
import { patternOf } from './compiled-pattern.js';
import { Left } from './compiled-values.js';
import { examplesOf, tryExample } from './examples.js';
import { openProcesses, shipped } from './load.js';

const compile = (source: string) => compiled(jsonata(source).ast());

function functionOf(source: string): Compiled {
  const made = compile(source);
  if ('outside' in made) throw new Error(made.outside);
  return made.run;
}

const parsed = new Map<string, jsonata.Expression>();

/** The result as its process gives it, or `failed`. */
async function byJsonata(source: string, input: unknown): Promise<string> {
  try {
    const program = parsed.get(source) ?? jsonata(source);
    parsed.set(source, program);
    return JSON.stringify(await program.evaluate(structuredClone(input))) ?? 'null';
  } catch {
    return 'failed';
  }
}

/** `left` where its process decides. The input stays as it is. */
function byFunction(run: Compiled, input: unknown): string {
  const before = JSON.stringify(input);
  try {
    return JSON.stringify(run(input));
  } catch (error) {
    return error instanceof Left ? 'left' : 'failed';
  } finally {
    expect(JSON.stringify(input)).toBe(before);
  }
}

const odd = ['', ' ', 'ß', '$1', '{jahr}', '.', 'a.b.PDF', '\n\t', '\u{1F415}', '\ud800', '08111', '<&">'];
const scalar = fc.constantFrom<Json>(...odd, 0, -0, 1, 2, -1.5, 0.1 + 0.2, 1e21, true, false, null);

/** Changes what stands at one place, counted from the top. */
type Change = [place: number, to: (value: unknown) => unknown];
const change: fc.Arbitrary<Change> = fc.tuple(
  fc.nat(400),
  fc.oneof(
    scalar.map((value) => () => value),
    fc.constantFrom<Change[1][]>(
      () => undefined,
      () => [],
      () => ({}),
      (value) => [value],
      (value) => [value, value],
      (value) => [[value], value],
      (value) => ({ filename: value }),
    ) as unknown as fc.Arbitrary<Change[1]>,
  ),
);

function changed(value: unknown, changes: Change[]): unknown {
  let place = 0;
  const visit = (node: unknown): unknown => {
    const here = place++;
    let made = node;
    if (Array.isArray(node)) made = node.map(visit).filter((entry) => entry !== undefined);
    else if (node !== null && typeof node === 'object')
      made = Object.fromEntries(
        Object.entries(node).flatMap(([key, entry]) => {
          const to = visit(entry);
          return to === undefined ? [] : [[key, to]];
        }),
      );
    return changes.filter(([at]) => at === here && here > 0).reduce((entry, [, to]) => to(entry), made);
  };
  return visit(value);
}

const answer = {
  outcome: 'found',
  origin: { source: 'register', at: '2026-11-20' },
  attributes: {
    anschrift: { strasse: 'Weg', hausnummer: '1', plz: '70173', ort: 'Stuttgart' },
    familienname: ['Muster', 'Muster'],
    vornamen: ['Erika', 'Max'],
    firma: 'Muster GmbH',
    kennzeichen: 'S-AB 1',
  },
  differences: [{ label: 'Ort', form: 'Ulm', register: 'Stuttgart' }],
};

interface Case {
  source: string;
  run: Compiled;
  input: unknown;
}

/** Every expression of the processes with what it may see: the valid examples, all parameters and an answer. */
async function cases(): Promise<Case[]> {
  const found: Case[] = [];
  for (const process of openProcesses().all()) {
    const templates = [...process.templates.values()].flatMap((named) => [...named.values()]);
    const programs = [...process.programs.values(), ...templates.map(({ program }) => program)];
    const parameters = Object.entries(process.parameters).map(([name, { default: given }]) => [name, given ?? '{ags}']);
    const registers = process.steps.flatMap(({ kind, name }) => (kind === 'register' ? [[name, answer]] : []));
    for (const example of examplesOf(process)) {
      const admission = example.expected ? undefined : await tryExample(process, example);
      if (!admission || !('data' in admission)) continue;
      const input = {
        data: admission.data,
        parameters: Object.fromEntries(parameters),
        registers: Object.fromEntries(registers),
        submission: { submissionId: 's', caseId: 'c', ars: '081110000000', receivedAt: '2026-11-20T08:00:00Z' },
      };
      for (const { source } of programs) found.push({ source, run: functionOf(source), input });
    }
  }
  return found;
}

const files = readdirSync(shipped, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonata'));

test.each(files)('%s is compiled', (file) => {
  expect(compile(readFileSync(join(shipped, file), 'utf8'))).toHaveProperty('run');
});

describe('a compiled expression gives what JSONata gives, and fails where JSONata fails', () => {
  test('for each process, whatever its fields hold', async () => {
    const all = await cases();
    let [runs, left] = [0, 0];
    for (const { source, run, input } of all) expect(byFunction(run, input)).toBe(await byJsonata(source, input));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...all),
        fc.array(change, { maxLength: 6 }),
        async ({ source, run, input }, changes) => {
          const given = changed(input, changes);
          const made = byFunction(run, given);
          runs += 1;
          if (made === 'left') left += 1;
          else expect(made).toBe(await byJsonata(source, given));
        },
      ),
      { numRuns: 300 },
    );
    expect(left).toBeLessThan(runs / 10);
  });

  test('for whatever can be written in the part of the language that is compiled', async () => {
    const runs = { compiled: 0, outside: 0, left: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.gen().map((draw) => new Writer((most) => draw(fc.nat, { max: most })).expression(3)),
        fc.array(document, { minLength: 3, maxLength: 3 }),
        async (source, inputs) => {
          fc.pre(isJsonata(source));
          const made = compile(source);
          runs['run' in made ? 'compiled' : 'outside'] += 1;
          if ('outside' in made) return;
          for (const input of inputs) {
            const result = byFunction(made.run, input);
            if (result === 'left') runs.left += 1;
            else expect(result).toBe(await byJsonata(source, input));
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(runs.compiled).toBeGreaterThan(5 * runs.outside);
    expect(runs.compiled).toBeGreaterThan(5 * runs.left);
  });
});

/** A slash after `[]` begins a regular expression. */
function isJsonata(source: string): boolean {
  try {
    return Boolean(jsonata(source));
  } catch {
    return false;
  }
}

const { document } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('document'),
  ),
  document: fc.record({ a: tie('value'), b: tie('value'), c: tie('value') }, { requiredKeys: [] }),
}));

const patterns = ['/a/', '/[a.]+/i', '/^(.*)\\.([A-Z]{1,3})$/', '/x?(a*)/', '/\\s|ß/', '/\\.([^.]*)$/m'];
const operators = ['+', '-', '*', '/', '%', '&', '=', '!=', '<', '<=', '>', '>=', 'and', 'or'];

/** Writes expressions; `pick` gives a number from 0 to `most`. */
class Writer {
  #variables = ['$', '$$'];
  #functions: string[] = [];
  #names = 0;

  constructor(readonly pick: (most: number) => number) {}

  #one(choices: readonly (string | (() => string))[]): string {
    const chosen = choices[this.pick(choices.length - 1)]!;
    return typeof chosen === 'string' ? chosen : chosen();
  }

  /** Names that `write` makes end with it. */
  #within(write: () => string): string {
    const [variables, functions] = [[...this.#variables], [...this.#functions]];
    const written = write();
    [this.#variables, this.#functions] = [variables, functions];
    return written;
  }

  expression(depth: number): string {
    if (depth === 0) return this.#leaf();
    const part = () => this.expression(depth - 1);
    return this.#one([
      () => this.#leaf(),
      () => this.#path(depth),
      () => this.#path(depth),
      () => `(${part()} ${this.#one(operators)} ${part()})`,
      () => `(${part()} ? ${part()}${this.#one(['', () => ` : ${part()}`])})`,
      () => `[${part()}, ${part()}]`,
      () => `[${part()}]`,
      () => this.#object(depth),
      () => this.#block(depth),
      () => this.#call(depth),
      () => this.#call(depth),
      () => `(${part()})${this.#predicate(depth)}`,
      () => `-(${part()})`,
    ]);
  }

  #leaf(): string {
    return this.#one([
      () => this.#one(['a', 'b', 'c']),
      () => this.#one(this.#variables),
      () => JSON.stringify(this.#one(odd.filter((text) => text !== '\ud800'))),
      () => this.#one(['0', '1', '2.5', 'true', 'false', 'null', '[]', '{}', '()']),
    ]);
  }

  #predicate(depth: number): string {
    return this.#one(['', '[0]', '[-1]', '[1]', '[]', () => `[${this.expression(depth - 1)}]`]);
  }

  #path(depth: number): string {
    const first = this.#one(['a', () => this.#one(this.#variables), () => `(${this.expression(depth - 1)})`]);
    const step = () =>
      this.#one([
        () => this.#one(['a', 'b', 'c', '`a`']) + this.#predicate(depth),
        () => this.#object(depth),
        () => `(${this.expression(depth - 1)})`,
        () => `[${this.expression(depth - 1)}]`,
        () => this.#call(depth),
      ]);
    return this.#within(() => {
      let written = first;
      for (let i = this.pick(2); i >= 0; i--) {
        if (this.pick(7) === 7) {
          this.#variables.push(`$i${++this.#names}`);
          written += `.a#$i${this.#names}`;
        }
        written += `.${step()}`;
      }
      return `${written}${this.#one(['', '', '', '[0]', '[]', '{a: b}'])}`;
    });
  }

  #object(depth: number): string {
    const key = () => this.#one(['"x"', '"y"', '"1"', '"z"', 'a', 'b', '$string(a)']);
    const member = () => `${key()}: ${this.expression(depth - 1)}`;
    return `{ ${this.#one([member, () => `"p": ${this.expression(depth - 1)}, ${member()}`])} }`;
  }

  #block(depth: number): string {
    return this.#within(() => {
      const name = `$v${++this.#names}`;
      const bound = `${name} := ${this.expression(depth - 1)}`;
      this.#variables.push(name);
      const called = `$f${++this.#names}`;
      const made = `${called} := ${this.#lambda(depth, 2)}`;
      this.#functions.push(called);
      return `(${bound}; ${made}; ${this.expression(depth - 1)})`;
    });
  }

  #lambda(depth: number, parameters: number): string {
    return this.#within(() => {
      const names = Array.from({ length: parameters }, () => `$p${++this.#names}`);
      this.#variables.push(...names);
      return `function(${names.join(', ')}) { ${this.expression(depth - 1)} }`;
    });
  }

  #call(depth: number): string {
    const part = () => this.expression(depth - 1);
    const applied = () => this.#one([() => this.#lambda(depth, 1 + this.pick(2)), ...this.#functions]);
    const pattern = () => this.#one(patterns);
    const one = ['exists', 'count', 'lowercase', 'uppercase', 'trim', 'length', 'string', 'number', 'boolean', 'not'];
    const other = ['sum', 'merge', 'join', 'floor', 'ceil', 'abs', 'round'];
    const two = ['lookup', 'append', 'join', 'substring', 'substringBefore', 'substringAfter', 'round'];
    return this.#one([
      () => `$${this.#one([...one, ...other])}(${part()})`,
      () => `$${this.#one(two)}(${part()}, ${part()})`,
      () => `$substring(${part()}, ${this.#one(['0', '1', '-2', 'a'])}, ${part()})`,
      () => `$${this.#one(['map', 'filter'])}(${part()}, ${applied()})`,
      () => `$replace(${part()}, ${this.#one([pattern, part, '"a"'])}, ${this.#one([part, '"$1$0$$"', '"b"'])})`,
      () => `(${part()} ~> $replace(${this.#one([pattern, '"a"'])}, ${part()}, ${part()}))`,
      () => `$match(${part()}, ${pattern()}${this.#one(['', ', 1', () => `, ${part()}`])})`,
      () => (this.#functions.length > 0 ? `${this.#one(this.#functions)}(${part()}, ${part()})` : `(${part()})`),
      () => `(${this.#one(['a', 'b', part])} ~> $${this.#one(one)}())`,
    ]);
  }
}

test.each([
  ['a function that calls itself', '($f := function($n) { $f($n + 1) }; $f(0))'],
  ['a function that is handed over', '($f := function($g) { $g($g) }; $f($f))'],
  ['a name given twice', '($f := function() { 1 }; ($g := function() { $f() }; $f := function() { $g() }; $f()))'],
  ['a range', '[1..9999999]'],
  ['a regular expression that backtracks', '$match(a, /^(a+)+$/)'],
  ['alternatives in a repetition', '$match(a, /(?:a|a)*$/)'],
  ['look-around', '$match(a, /(?=a*)b/)'],
  ['a function that makes more than it is given', '$pad(a, 100000000)'],
  ['an expression in the data', '$eval(a)'],
  ['the clock', '$now()'],
])('%s is left to the process with its limits', (_, source) => {
  expect(compile(source)).toHaveProperty('outside');
});

test.each([
  ['a text that doubles', `(${doubled('$v & $v')})`],
  ['a list that doubles', `(${doubled('[$v, $v]')})`],
  ['an object that doubles', `(${doubled('{ "a": $v, "b": $v }')})`],
  ['calls that double', `(${doubledCalls()})`],
  ['loops in loops', 'a.($$.a.($$.a.($$.a.($$.a))))'],
  ['replacements that grow', '($b := $replace(b, "x", b); $c := $replace($b, "x", $b); $replace($c, "x", $c))'],
  ['a slow regular expression', '$match(b & b & b & b, /x*x*x*y/)'],
])('%s ends soon and goes to the process', (_, source) => {
  const run = functionOf(source);
  const input = { a: Array.from({ length: 1000 }, (_, i) => i), b: 'x'.repeat(1000) };
  const begun = performance.now();
  expect(byFunction(run, input)).toBe('left');
  expect(performance.now() - begun).toBeLessThan(1_000);
});

function doubled(by: string): string {
  const lines = Array.from({ length: 60 }, (_, i) => `$v${i + 1} := ${by.replaceAll('$v', `$v${i}`)}`);
  return ['$v0 := b', ...lines, '$v60'].join('; ');
}

function doubledCalls(): string {
  const lines = Array.from({ length: 60 }, (_, i) => `$f${i + 1} := function($x) { $f${i}($x) + $f${i}($x) }`);
  return ['$f0 := function($x) { $x }', ...lines, '$f60(1)'].join('; ');
}

test('the time of a regular expression is known before', () => {
  expect(patternOf(/^(.*)\.([a-z]{1,10})$/)!.cost(100)).toBeLessThan(5_000);
  expect(patternOf(/[\t\r\n]+/)!.cost(1000)).toBeLessThan(5_000);
  expect(patternOf(/a*a*b/)!.cost(1000)).toBeGreaterThan(1e8);
});
