import { describe, expect, test } from '@jest/globals';
import { field3, group3, model, regel, schema3, times, values } from '../../test/fim/handmade.js';
import { testLists } from '../../test/fim/lists.js';
import { seedFiles } from '../../test/fim/seeds.js';
import { catalogue } from './catalogue.js';
import { diffSchemas } from './diff.js';
import { errorCodes } from './errors.js';
import { decodeXml, encodeXml } from './instance-xml.js';
import { positions } from './model.js';
import { report } from './report.js';
import { nearMisses, sample } from './sample.js';
import { toTypeScript } from './typescript.js';

const F1 = 'F08000000001';
const F2 = 'F08000000002';
const G1 = 'G08000000001';
const rich = () => model(seedFiles[0]!, testLists);

describe('samples', () => {
  test('the same seed gives the same instance, another seed another', () => {
    expect(sample(rich(), { seed: 4 })).toEqual(sample(rich(), { seed: 4 }));
    expect(sample(rich(), { seed: 4 })).not.toEqual(sample(rich(), { seed: 5 }));
  });

  test('near misses know every way to be wrong', () => {
    const codes = new Set(nearMisses(rich()).map((miss) => miss.code));
    const unused = errorCodes.filter((code) => !codes.has(code));
    expect(unused).toEqual(['minLength']);
    const two = model(schema3(times('1:1', field3(F1, 'text', { more: '<praezisierung minLength="2"/>' }))));
    expect(nearMisses(two).map((miss) => miss.code)).toContain('minLength');
  });
});

describe('the difference of two versions', () => {
  const field = (anzahl: string, type = 'text', more = '') => times(anzahl, field3(F1, type, { more }));
  const limits = (attributes: string) => field('1:1', 'text', `<praezisierung ${attributes}/>`);
  const list = (...codes: string[]) =>
    field('1:1', 'text', values(...codes.map((code): [string, string] => [code, code])));
  const other = times('0:1', field3(F2, 'text'));
  const statement = regel([{ effect: 'require', target: `self.${F1}`, message: 'Bitte angeben.' }]);
  const diff = (old: string, young: string) =>
    diffSchemas(model(schema3(old)), model(schema3(young))).map(
      ({ what, path, breaking }) => `${breaking ? '! ' : ''}${what} ${path}`,
    );

  test.each([
    ['nothing', field('1:1'), field('1:1'), []],
    ['a new optional field', field('1:1'), field('1:1') + other, [`added ${F2}`]],
    ['a new mandatory field', other, other + field('1:1'), [`! added ${F1}`]],
    ['a field gone', field('1:1') + other, field('1:1'), [`! removed ${F2}`]],
    ['a whole group gone', field('1:1') + times('0:1', group3(G1, other)), field('1:1'), [`! removed ${G1}`]],
    ['optional to mandatory', field('0:1'), field('1:1'), [`! multiplicity ${F1}`]],
    ['mandatory to optional', field('1:1'), field('0:1'), [`multiplicity ${F1}`]],
    ['value to list', field('1:1'), field('1:*'), [`! multiplicity ${F1}`]],
    ['a wider list', field('1:2'), field('1:*'), [`multiplicity ${F1}`]],
    ['another type', field('1:1'), field('1:1', 'num'), [`! type ${F1}`]],
    ['a wider type', field('1:1', 'num_int'), field('1:1', 'num'), [`type ${F1}`]],
    ['a shorter text', limits('maxLength="9"'), limits('maxLength="8"'), [`! limit ${F1}`]],
    ['a longer text', limits('maxLength="9"'), limits('maxLength="10"'), [`limit ${F1}`]],
    ['a new limit', field('1:1'), limits('minLength="2"'), [`! limit ${F1}`]],
    ['a limit gone', limits('minLength="2"'), field('1:1'), [`limit ${F1}`]],
    ['another pattern', limits('pattern="a"'), limits('pattern="b"'), [`! limit ${F1}`]],
    ['codes come and go', list('1', '2'), list('2', '3'), [`! list ${F1}`, `list ${F1}`]],
    ['a rule more', field('0:1'), statement + field('0:1'), ['! rule ']],
    ['a rule less', statement + field('0:1'), field('0:1'), ['rule ']],
  ])('%s', (_, old, young, expected) => expect(diff(old, young)).toEqual(expected));

  test('is said in German', () => {
    const [change] = diffSchemas(model(schema3(field('0:1'))), model(schema3(field('1:*'))));
    expect(change!.message).toBe(`„Feld ${F1}“: Anzahl 0:1 wird 1:*; jetzt als Liste zu senden.`);
  });
});

describe('the field catalogue', () => {
  test('has a row for every position, in Markdown and HTML', () => {
    const count = [...positions(rich())].length;
    const markdown = catalogue(rich());
    expect(markdown.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(count + 2);
    expect(markdown).toContain('| G08000000001.F08000000002 | · Feld F08000000002 | Geldbetrag | 1:1 | 0–99.5 |');
    expect(catalogue(rich(), 'html').match(/<tr/g)).toHaveLength(count + 1);
  });

  test('as a page has help texts, rules with what is checked, and the entries of short lists', () => {
    const message = 'Bitte wählen.';
    const rules = regel([{ effect: 'require', target: `self.${F1}`, message }]);
    const help = '<hilfetextEingabe>So geht es.</hilfetextEingabe>';
    const field = field3(F1, 'text', { input: 'select', more: help + values(['01', 'Ja'], ['02', 'Nein']) });
    const page = catalogue(model(schema3(times('0:1', field), rules)), 'html');
    for (const expected of ['So geht es.', 'Eine Regel.', 'wird geprüft', message, '<b>01</b> Ja', 'freiwillig'])
      expect(page).toContain(expected);
  });

  test('lets no text of the schema become markup', () => {
    const schema = model(schema3(times('1:1', field3(F1, 'text', { label: '&lt;script&gt;|*x*' }))));
    expect(catalogue(schema)).toContain('\\<script\\>\\|\\*x\\*');
    expect(catalogue(schema, 'html')).not.toContain('<script>');
  });
});

test('TypeScript types name every data position and offer choices as unions', () => {
  const types = toTypeScript(rich());
  expect(types).toContain('export interface S08000000001V1_0_0 {');
  expect(types).toContain('  G08000000001?: (G08000000001V1_0_0)[];');
  expect(types).toContain('  | { F08000000004: string }\n  | { F08000000005: string };');
  expect(types).toContain('"01" | "02"');
  expect(types).toContain('(Attachment)[]');
  expect(types).not.toContain('F08000000008');
});

test('the report says how much is enforced and what is left to people', () => {
  const unreadable = times('0:1', field3(F1, 'text', { more: '<praezisierung pattern="(?=a)"/>' }));
  const text =
    '<regel><identifikation><id>R08000000002</id></identifikation><name>R</name>' +
    '<freitextRegel>Nur für Menschen.</freitextRegel></regel>';
  const answer = report(model(schema3(unreadable, text)));
  expect(answer.constraints).toMatchObject({ checked: 0, unchecked: [{ position: F1 }] });
  expect(answer.rules).toEqual({
    checked: 0,
    unchecked: [{ position: '', id: 'R08000000002', reason: 'nur als Text: Nur für Menschen.' }],
    added: [],
  });
  expect(report(rich())).toMatchObject({
    released: true,
    rules: { checked: 1 },
    positions: { fields: 11, groups: 2, labels: 1 },
    lists: [{ how: 'newest' }],
  });
});

describe('instances as XML', () => {
  test('escape what XML needs, keep order, and refuse another root', () => {
    const schema = model(schema3(times('1:1', field3(F1, 'text')) + times('0:*', field3(F2, 'text'))));
    const xml = encodeXml(schema, { [F2]: ['a\rb', '<&>'], [F1]: 'x' });
    expect(xml).toContain(
      `<S08000000001 version="1.0.0"><${F1}>x</${F1}>` +
        `<${F2}>a&#13;b</${F2}><${F2}>&#60;&#38;&#62;</${F2}></S08000000001>`,
    );
    expect(decodeXml(schema, xml)).toEqual({ [F1]: 'x', [F2]: ['a\nb', '<&>'] });
    expect(() => decodeXml(schema, '<S1/>')).toThrow('S08000000001');
  });

  test('keep what has no place, so that validation can refuse it', () => {
    const schema = model(schema3(times('0:1', field3(F1, 'text'))));
    expect(decodeXml(schema, `<S08000000001><X>1</X><${F1}>a</${F1}><${F1}>b</${F1}></S08000000001>`)).toEqual({
      X: '1',
      [F1]: ['a', 'b'],
    });
  });
});
