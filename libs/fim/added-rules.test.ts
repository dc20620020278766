import { describe, expect, test } from '@jest/globals';
import { field3, group3, regel, schema3, times, values } from '../../test/fim/handmade.js';
import { catalogue } from './catalogue.js';
import { diffSchemas } from './diff.js';
import { noLists } from './lists.js';
import { readSchema } from './read.js';
import { report } from './report.js';
import { compileValidator } from './validator.js';

const text = 'Nur  Hunde\n brauchen eine Rasse.';
const other = 'Die Rasse ist glaubhaft.';
const [kind, breed, age] = ['F08000000001', 'F08000000002', 'F08000000003'];
const xml = schema3(
  times(
    '1:*',
    group3(
      'G08000000001',
      times('1:1', field3(kind!, 'text', { input: 'select', more: values(['h', 'Hund'], ['k', 'Katze']) })) +
        times('0:1', field3(breed!, 'text')) +
        times('0:1', field3(age!, 'num_int')),
      { more: regel(undefined, { text }) + regel(undefined, { id: 'R08000000002', text: other }) },
    ),
  ),
);

const isDog = { equal: [{ identifier: `self.${kind}` }, 'h'] };
const forbid = { effect: 'forbid', target: `self.${breed}`, condition: { not: isDog }, message: 'Nur bei Hunden.' };
const rule = (statements: unknown[], more = {}) => ({
  id: 'rasse',
  rule: 'R08000000001',
  text: 'Nur Hunde brauchen eine Rasse.',
  statements,
  ...more,
});
const file = (rules: unknown[], more = {}) =>
  JSON.stringify({ schema: 'S08000000001', schemaVersion: '1.0.0', version: '1.0', rules, ...more }, null, 1);
const read = (rules?: string) => readSchema(xml, { lists: noLists, rules });
/** What is wrong with rules, with the line's text. */
const wrong = (rules: string) =>
  read(rules).findings.map(({ file, line, message, severity }) => {
    expect(file).toBe('rules');
    return `${severity} ${line === undefined ? '' : rules.split('\n')[line - 1]!.trim()} ${message}`;
  });

describe('rules beside a schema', () => {
  test('enforce a text of it, item by item', () => {
    const { model, findings } = read(file([rule([forbid])]));
    expect(findings).toEqual([]);
    const form = {
      G08000000001: [
        { [kind!]: 'h', [breed!]: 'Mops' },
        { [kind!]: 'k', [breed!]: 'Mops' },
      ],
    };
    expect(compileValidator(read().model!).validate(form).errors).toEqual([]);
    expect(compileValidator(model!).validate(form).errors).toMatchObject([
      { pointer: `/G08000000001/1/${breed}`, code: 'rule', message: 'Nur bei Hunden.' },
    ]);
  });

  test('are named in report, catalogue page and differences, beside the texts that are left', () => {
    const { model } = read(file([rule([forbid])]));
    expect(report(model!).rules).toMatchObject({
      checked: 1,
      version: '1.0',
      added: [{ position: 'G08000000001', id: 'R08000000001', text, by: ['rasse'] }],
      unchecked: [{ id: 'R08000000002', reason: expect.stringContaining(other) }],
    });
    expect(catalogue(model!, 'html')).toMatch(/Fassung 1\.0.*zusätzliche Regel rasse.*R08000000002, nur als Text/s);
    expect(diffSchemas(read().model!, model!)).toMatchObject([{ what: 'rule', breaking: true }]);
  });

  test('may translate one text in two parts', () => {
    const second = { ...forbid, effect: 'require', condition: isDog };
    const { model } = read(file([rule([forbid]), rule([second], { id: 'rasse-2' })]));
    expect(report(model!).rules).toMatchObject({ checked: 2, added: [{ by: ['rasse', 'rasse-2'] }] });
  });

  test('lose a statement with an unknown operator, which is named, and keep the others', () => {
    const odd = { ...forbid, condition: { greater: [{ identifier: `self.${age}` }, 3] } };
    const { model, findings } = read(file([rule([odd, forbid])]));
    expect(findings).toMatchObject([
      { severity: 'warning', file: 'rules', message: expect.stringContaining('greater') },
    ]);
    expect(report(model!).rules).toMatchObject({
      checked: 1,
      unchecked: [{ reason: expect.stringContaining('greater') }, { id: 'R08000000002' }],
    });
  });

  test.each([
    ['no JSON', 'rules:', /^error {2}.*kein JSON/],
    ['another schema', file([], { schema: 'S08000000002' }), /^error "schema".*gehören zu S08000000002V1.0.0/],
    ['another version of it', file([], { schemaVersion: '1.1.0' }), /gehören zu S08000000001V1.1.0/],
    ['no version of its own', file([], { version: '0' }), /^error "version".*größer als 0/],
    ['an unknown member', file([], { regeln: [] }), /^error "regeln".*gibt es hier nicht/],
    ['an unknown member of a rule', file([rule([forbid], { effect: '' })]), /^error "effect": "".*gibt es hier nicht/],
    ['a member twice', file([]).replace('"rules"', '"version": "2",\n"rules"'), /^error "version": "2".*zweimal/],
    ['an unknown rule', file([rule([forbid], { rule: 'R08000000009' })]), /^error "rule".*hat das Schema nicht/],
    ['another text', file([rule([forbid], { text: 'Alle.' })]), /^error "text": "Alle.".*lautet im Schema anders/],
    ['an id twice', file([rule([forbid]), rule([forbid])]), /^error "id".*schon eine andere Regel/],
    ['a malformed statement', file([rule([{ ...forbid, when: 1 }])]), /^error \{ Eine Anweisung/],
    [
      'a path that does not exist',
      file([rule([{ ...forbid, target: 'self.F08000000009' }])]),
      /self.F08000000009 gibt/,
    ],
    [
      'a value that cannot be',
      file([rule([{ ...forbid, condition: { equal: [{ identifier: age }, 'alt'] } }])]),
      /„alt“/,
    ],
    [
      'a code that the list does not have',
      file([rule([{ ...forbid, condition: { equal: [{ identifier: kind }, 'x'] } }])]),
      /„x“ kann/,
    ],
    ['a condition that never holds', file([rule([{ ...forbid, condition: false }])]), /^error \{ .*bewirkt nichts/],
    ['what is mandatory', file([rule([{ effect: 'require', target: kind, message: 'x' }])]), /schon im Schema verpf/],
    ['nothing to enforce', file([rule([])]), /^error "statements".*setzt nichts durch/],
  ])('are refused, with the line, for %s', (_, rules, message) => {
    expect(read(rules).model).toBeUndefined();
    expect(wrong(rules).join('\n')).toMatch(message);
  });

  test('leave alone what the schema enforces itself', () => {
    const executable = schema3(
      times('1:1', field3(breed!, 'text')),
      regel([{ effect: 'require', target: breed, message: 'x' }]),
    );
    const rules = file([rule([{ effect: 'require', target: breed, message: 'x' }], { text: 'Eine Regel.' })]);
    expect(readSchema(executable, { lists: noLists, rules }).findings).toMatchObject([
      { severity: 'error', message: expect.stringContaining('schon auswertbar') },
    ]);
  });
});
