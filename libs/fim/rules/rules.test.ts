import { describe, expect, test } from '@jest/globals';
import { field3, findingsOf, group3, model, regel, schema3, times, values } from '../../../test/fim/handmade.js';
import type { Json } from '../json.js';
import { report } from '../report.js';
import { nearMisses, sample } from '../sample.js';
import { compileValidator } from '../validator.js';
import type { Statement } from './statements.js';

const kind = 'F08000000001';
const street = 'F08000000002';
const box = 'F08000000003';
const paid = 'F08000000004';
const inland = 'G08000000001';
const outer = 'G08000000002';
const message = 'Bitte geben Sie die Straße an.';
const is = (code: Json) => ({ equal: [{ identifier: `self.${kind}` }, code] as never });

/** An address: where it is decides what must be given. */
const parts =
  times('0:1', field3(kind, 'text', { input: 'select', more: values(['001', 'Straße'], ['002', 'Postfach']) })) +
  times('0:1', field3(street, 'text')) +
  times('0:*', field3(box, 'text')) +
  times('0:1', field3(paid, 'num_currency'));
const address = (...statements: Statement[]) => group3(inland, parts, { more: regel(statements) });
const errorsOf = (xml: string, instance: Json) =>
  compileValidator(model(xml))
    .validate(instance)
    .errors.map(({ code, pointer, path }) => `${code} ${pointer} ${path}`);
const within = (statement: Statement, value: Json) =>
  errorsOf(schema3(times('0:1', address(statement))), { [inland]: value });

const at = (id: string) => [`rule /${inland}/${id} ${inland}.${id}`];

describe('a statement', () => {
  test('requires its target while its condition holds', () => {
    const statement: Statement = { effect: 'require', target: `self.${street}`, condition: is('001'), message };
    expect(within(statement, { [kind]: '001' })).toEqual(at(street));
    expect(within(statement, { [kind]: '001', [street]: 'Hauptstraße' })).toEqual([]);
    expect(within(statement, { [kind]: '001', [street]: '  ' })).toEqual(at(street));
    expect(within(statement, { [kind]: '002' })).toEqual([]);
  });

  test('forbids its target while its condition holds', () => {
    const statement: Statement = { effect: 'forbid', target: `self.${box}`, condition: is('001'), message };
    expect(within(statement, { [kind]: '001', [box]: ['1'] })).toEqual(at(box));
    expect(within(statement, { [kind]: '002', [box]: ['1'] })).toEqual([]);
  });

  test('declares what must hold', () => {
    const statement: Statement = { effect: 'valid', target: `self.${kind}`, condition: is('001'), message };
    expect(within(statement, { [kind]: '002' })).toEqual(at(kind));
    expect(within(statement, { [kind]: '001' })).toEqual([]);
  });

  test('carries its own sentence and the label of its target', () => {
    const xml = schema3(times('1:1', address({ effect: 'require', target: `self.${street}`, message })));
    const [error] = compileValidator(model(xml)).validate({ [inland]: { [kind]: '001' } }).errors;
    expect(error).toEqual({
      pointer: `/${inland}/${street}`,
      path: `${inland}.${street}`,
      fimField: street,
      label: `Feld ${street}`,
      code: 'rule',
      message,
    });
  });

  test('is silent where the group it hangs on is absent', () =>
    expect(
      errorsOf(schema3(times('0:1', address({ effect: 'require', target: `self.${street}`, message }))), {}),
    ).toEqual([]));
});

describe('a condition', () => {
  const holds = (condition: Statement['condition'], value: Json) =>
    within({ effect: 'forbid', target: 'self', condition, message }, value).length > 0;
  const given = { identifier: `self.${street}` };

  test.each<[string, Statement['condition'], Json, boolean]>([
    ['true', true, { [kind]: '001' }, true],
    ['a filled field', given, { [street]: 'x' }, true],
    ['an empty field', given, { [kind]: '001' }, false],
    ['not_equal, of an absent value too', { not_equal: [given, 'x'] }, { [kind]: '001' }, true],
    ['and', { and: [is('001'), given] }, { [kind]: '001' }, false],
    ['or', { or: [is('001'), given] }, { [kind]: '001' }, true],
    ['xor of both', { xor: [is('001'), given] }, { [kind]: '001', [street]: 'x' }, false],
    ['xor of one', { xor: [is('001'), given] }, { [kind]: '001' }, true],
    ['not', { not: is('001') }, { [kind]: '002' }, true],
    ['is_empty', { is_empty: given }, { [kind]: '001' }, true],
    ['any of repeated values', { equal: [{ identifier: `self.${box}` }, '7'] }, { [box]: ['1', '7'] }, true],
    ['two fields', { equal: [given, { identifier: `self.${box}` }] }, { [street]: 'a', [box]: ['a'] }, true],
    ['money as a decimal', { equal: [{ identifier: `self.${paid}` }, 5] }, { [paid]: '5.0' }, true],
  ])('%s', (_, condition, value, expected) => expect(holds(condition, value)).toBe(expected));
});

describe('paths', () => {
  test('are relative to the position: each item of a repeated group is judged by itself', () => {
    const xml = schema3(
      times('0:*', address({ effect: 'require', target: `self.${street}`, condition: is('001'), message })),
    );
    expect(
      errorsOf(xml, { [inland]: [{ [kind]: '001', [street]: 'x' }, { [kind]: '001' }, { [kind]: '002' }] }),
    ).toEqual([`rule /${inland}/1/${street} ${inland}.${street}`]);
  });

  test('without self are looked for upwards, so one group at two positions finds its own neighbours', () => {
    const inner = address({
      effect: 'require',
      target: `self.${street}`,
      condition: { equal: [{ identifier: 'F08000000009' }, 'ja'] },
      message,
    });
    const flag = times('0:1', field3('F08000000009', 'text'));
    const xml = schema3(flag + times('0:1', inner) + times('0:1', group3(outer, flag + times('0:1', inner))));
    const here = { [kind]: '002' };
    expect(
      errorsOf(xml, { F08000000009: 'ja', [inland]: here, [outer]: { F08000000009: 'nein', [inland]: here } }),
    ).toEqual([`rule /${inland}/${street} ${inland}.${street}`]);
    expect(errorsOf(xml, { [inland]: here, [outer]: { F08000000009: 'ja', [inland]: here } })).toEqual([
      `rule /${outer}/${inland}/${street} ${outer}.${inland}.${street}`,
    ]);
  });

  test('on a field mean the field itself, present or not', () => {
    const rule = regel([
      { effect: 'require', target: 'self', condition: { equal: [{ identifier: kind }, '001'] }, message },
    ]);
    const xml = schema3(times('0:1', field3(kind, 'text')) + times('0:1', field3(street, 'text', { more: rule })));
    expect(errorsOf(xml, { [kind]: '001' })).toEqual([`rule /${street} ${street}`]);
  });

  test('may require a group that is absent', () => {
    const rule = regel([{ effect: 'require', target: `self.${inland}.${street}`, message }]);
    expect(errorsOf(schema3(times('0:1', group3(inland, parts)), rule), {})).toEqual([
      `rule /${inland}/${street} ${inland}.${street}`,
    ]);
  });

  test('that lead nowhere are a warning, and the rule is left to people', () => {
    const xml = schema3(
      times('0:1', group3(inland, parts)),
      regel([{ effect: 'require', target: 'self.G08000000077', message }]),
    );
    expect(findingsOf(xml)).toContain('warning 1001');
    expect(errorsOf(xml, {})).toEqual([]);
    expect(report(model(xml)).rules).toMatchObject({ checked: 0, unchecked: [{ id: 'R08000000001' }] });
  });
});

describe('a rule above a repeated group', () => {
  const rule = (statement: Statement, more = '') =>
    schema3(
      times('0:*', group3(inland, parts)) + times('0:1', field3('F08000000009', 'text')) + more,
      regel([statement]),
    );
  const path = (id: string) => `self.${inland}.${id}`;
  const inItem = (code: string): Statement['condition'] => ({ equal: [{ identifier: path(kind) }, code] });

  test('judges item by item', () => {
    const xml = rule({ effect: 'require', target: path(street), condition: inItem('001'), message });
    expect(
      errorsOf(xml, { [inland]: [{ [kind]: '001' }, { [kind]: '002' }, { [kind]: '001', [street]: 'x' }] }),
    ).toEqual([`rule /${inland}/0/${street} ${inland}.${street}`]);
    expect(errorsOf(xml, {})).toEqual([]);
  });

  test('declares valid only what holds in every item', () => {
    const xml = rule({ effect: 'valid', target: path(kind), condition: inItem('001'), message });
    expect(errorsOf(xml, { [inland]: [{ [kind]: '001' }, { [kind]: '002' }, { [street]: 'x' }] })).toEqual([
      `rule /${inland}/1/${kind} ${inland}.${kind}`,
    ]);
    const outside = rule({ effect: 'valid', target: 'self.F08000000009', condition: inItem('001'), message });
    const items = (...codes: string[]) => ({ [inland]: codes.map((code) => ({ [kind]: code })), F08000000009: 'x' });
    expect(errorsOf(outside, items('001', '002', '002'))).toEqual(['rule /F08000000009 F08000000009']);
    expect(errorsOf(outside, items('001', '001'))).toEqual([]);
  });

  test('declares valid only what holds for every value', () => {
    const condition = {
      or: [{ equal: [{ identifier: `self.${box}` }, '1'] }, { equal: [{ identifier: `self.${box}` }, '7'] }],
    };
    const xml = schema3(
      times('0:1', address({ effect: 'valid', target: `self.${box}`, condition: condition as never, message })),
    );
    expect(errorsOf(xml, { [inland]: { [box]: ['1', '7', '2'] } })).toEqual([
      `rule /${inland}/${box}/2 ${inland}.${box}`,
    ]);
    expect(errorsOf(xml, { [inland]: { [box]: ['7', '1'] } })).toEqual([]);
  });

  test('that hangs on an item and names it from above means that item', () => {
    const statement: Statement = {
      effect: 'require',
      target: `${inland}.${street}`,
      condition: { equal: [{ identifier: `${inland}.${kind}` }, '001'] },
      message,
    };
    expect(
      errorsOf(schema3(times('0:*', address(statement))), { [inland]: [{ [kind]: '001' }, { [kind]: '002' }] }),
    ).toEqual([`rule /${inland}/0/${street} ${inland}.${street}`]);
  });

  test('about two repeated groups is left to people, with a warning', () => {
    const condition: Statement['condition'] = { identifier: `self.${outer}.F08000000008` };
    const second = times('0:*', group3(outer, times('0:1', field3('F08000000008', 'text'))));
    const xml = rule({ effect: 'require', target: path(street), condition, message }, second);
    expect(findingsOf(xml)).toContain('warning rule');
    expect(report(model(xml)).rules).toMatchObject({
      checked: 0,
      unchecked: [{ reason: expect.stringContaining('mehrere') }],
    });
    expect(errorsOf(xml, { [inland]: [{ [kind]: '001' }], [outer]: [{ F08000000008: 'x' }] })).toEqual([]);
  });
});

test('an unknown operator voids its statement, not the rule, and is named', () => {
  const odd = { effect: 'require', target: `self.${box}`, condition: { and: [{ greater: [1, 2] }] }, message };
  const statement: Statement = { effect: 'require', target: `self.${street}`, message };
  const xml = schema3(times('0:1', address(odd as never, statement)));
  expect(errorsOf(xml, { [inland]: { [kind]: '001' } })).toEqual(at(street));
  expect(report(model(xml)).rules).toMatchObject({
    checked: 1,
    unchecked: [{ reason: expect.stringContaining('„greater“') }],
  });
});

test('valid says nothing about what is not there', () => {
  const statement: Statement = { effect: 'valid', target: `self.${kind}`, condition: is('001'), message };
  expect(within(statement, { [street]: 'x' })).toEqual([]);
});

test('money equals a number of the same value', () => {
  const condition = { equal: [{ identifier: `self.${paid}` }, { identifier: 'self.F08000000007' }] } as never;
  const statement: Statement = { effect: 'valid', target: `self.${paid}`, condition, message };
  const xml = schema3(
    times('0:1', group3(inland, parts + times('0:1', field3('F08000000007', 'num')), { more: regel([statement]) })),
  );
  expect(errorsOf(xml, { [inland]: { [paid]: '5.50', F08000000007: 5.5 } })).toEqual([]);
  expect(errorsOf(xml, { [inland]: { [paid]: '5.50', F08000000007: 5.51 } })).toEqual(at(paid));
});

test('a value that is missing or wrong by itself is reported once', () => {
  const xml = schema3(
    times('1:1', field3(street, 'date')),
    regel([
      { effect: 'require', target: `self.${street}`, message },
      { effect: 'valid', target: `self.${street}`, condition: false, message },
    ]),
  );
  expect(errorsOf(xml, {})).toEqual([`required /${street} ${street}`]);
  expect(errorsOf(xml, { [street]: 'gestern' })).toEqual([`format /${street} ${street}`]);
});

test('P6 errors of rules count among the 500 of an answer', () => {
  const xml = schema3(times('0:*', address({ effect: 'require', target: `self.${street}`, message })));
  const items = Array.from({ length: 600 }, (_, i): Json => (i < 300 ? { [paid]: 'x' } : { [kind]: '002' }));
  const errors = errorsOf(xml, { [inland]: items });
  expect(errors).toHaveLength(500);
  expect(errors.filter((error) => error.startsWith('rule'))).toHaveLength(200);
});

test('samples keep the rules, and near misses break them one by one', () => {
  const xml = schema3(
    times(
      '1:1',
      address(
        { effect: 'require', target: `self.${street}`, condition: is('001'), message },
        { effect: 'forbid', target: `self.${street}`, condition: is('002'), message },
        { effect: 'require', target: `self.${kind}`, message },
      ),
    ),
  );
  const { validate } = compileValidator(model(xml));
  for (let seed = 0; seed < 50; seed++) expect(validate(sample(model(xml), { seed })).errors).toEqual([]);
  const broken = nearMisses(model(xml))
    .filter(({ code }) => code === 'rule')
    .map(({ path }) => path);
  expect(new Set(broken)).toEqual(new Set([`${inland}.${street}`, `${inland}.${kind}`]));
});

test('a schema that contradicts itself has no sample, and says where', () => {
  const rules = regel([
    { effect: 'require', target: `self.${street}`, message },
    { effect: 'forbid', target: `self.${street}`, message },
  ]);
  expect(() => sample(model(schema3(times('0:1', field3(street, 'text')), rules)))).toThrow(
    `no valid instance of S08000000001V1.0.0 found; unsatisfied: ${street} (rule)`,
  );
});
