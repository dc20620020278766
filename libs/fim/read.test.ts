import { describe, expect, test } from '@jest/globals';
import { cpuTime } from '../../test/fim/clock.js';
import { field2, field3, findingsOf, group3, model, schema2, schema3, times } from '../../test/fim/handmade.js';
import { noLists } from './lists.js';
import { compareVersions, isReleased, isValidOn, positions } from './model.js';
import { readSchema } from './read.js';

const F1 = 'F08000000001';
const F2 = 'F08000000002';
const G1 = 'G08000000001';
const G2 = 'G08000000002';
const one = schema3(times('1:1', field3(F1, 'text')));
const codes = (xml: string | Uint8Array) => readSchema(xml, { lists: noLists }).findings.map((finding) => finding.code);

describe('a file is recognised', () => {
  test('by namespace, whatever its prefix, and with or without a namespace on code', () => {
    const prefixed = one
      .replaceAll(/<(\/?)(?!code)(?=[a-z])/g, '<$1ns0:')
      .replace('xmlns=', 'xmlns:ns0=')
      .replaceAll(' xmlns=""', '');
    expect(model(prefixed)).toEqual(model(one));
  });

  test('and XDatenfelder 1 is refused with a sentence that says so', () => {
    const [finding] = readSchema(one.replace('xdatenfelder_3.0.0', 'xdatenfelder_1'), { lists: noLists }).findings;
    expect(finding).toMatchObject({
      severity: 'error',
      code: 'standard',
      message: expect.stringContaining('XDatenfelder 1 '),
    });
  });

  test('and a lone group or field becomes a schema with one position', () => {
    const inner = group3(G1, times('0:1', field3(F1, 'text')));
    const namespace = 'urn:xoev-de:fim:standard:xdatenfelder_3.0.0';
    const root = `x:xdatenfelder.datenfeldgruppe.0103 xmlns:x="${namespace}" xmlns="${namespace}"`;
    const xml = `<${root}>${inner}</x:xdatenfelder.datenfeldgruppe.0103>`;
    expect([...positions(model(xml))].map(({ path }) => path)).toEqual([G1, `${G1}.${F1}`]);
    const alone = one.replace(
      /.*(<datenfeld>.*<\/datenfeld>).*/,
      `<xdatenfelder.datenfeld.0104 xmlns="${namespace}">$1</xdatenfelder.datenfeld.0104>`,
    );
    expect(model(alone)).toMatchObject({ message: '0104', edges: [{ min: 1, max: 1, element: { id: F1 } }] });
  });

  test('in UTF-8 only', () => expect(codes(new Uint8Array([0x3c, 0xff, 0x3e]))).toEqual(['xml']));
});

describe('hostile files are refused with one sentence', () => {
  test.each([
    ['a DTD', `<!DOCTYPE x [<!ENTITY a "b">]>${one}`],
    ['NUL', one.replace('Name', 'Na\0me')],
    ['a mismatched tag', one.replace('</name>', '</nam>')],
    ['two roots', `${one}${one}`],
    ['nothing', ''],
    ['an unknown entity', one.replace('Name', '&uuml;')],
    ['an entity named like a method', one.replace('Name', '&constructor;')],
    ['a raw control character', one.replace('Name', 'Na\u0001me')],
    ['half a character', one.replace('Name', 'Na\ud800me')],
    ['a forbidden character', one.replace('Name', '&#1;')],
    ['a bare ampersand', one.replace('Name', 'A & B')],
    ['an unbound prefix', one.replace('<name>', '<q:name>').replace('</name>', '</q:name>')],
    ['a prototype as name', one.replace('<header/>', '<__proto__/>')],
    ['depth', schema3('<a>'.repeat(200) + '</a>'.repeat(200))],
    ['width', schema3('<a/>'.repeat(400_001))],
  ])('%s', (_, xml) => {
    const { model, findings } = readSchema(xml, { lists: noLists });
    expect(model).toBeUndefined();
    expect(findings.filter((finding) => finding.severity === 'error')).toHaveLength(1);
  });

  test('seventeen million bytes', () => expect(codes(' '.repeat(17_000_000))).toEqual(['size']));

  test('a schema that asks for millions of values at one place', () => {
    const deep = times('900:900', group3(G1, times('900:900', group3(G2, times('1:1', field3(F1, 'text'))))));
    expect(codes(schema3(deep))).toContain('limit');
  });

  test('one element in thousands of shapes', () => {
    const inside = Array.from({ length: 3_000 }, (_, i) => {
      const id = `G09${String(i).padStart(9, '0')}`;
      return times('1:1', group3(id, times('1:1', field3(F1, 'text', { label: `Gestalt ${i}` }))));
    });
    const before = cpuTime();
    expect(codes(schema3(inside.join('')))).toContain('differentCopies');
    expect(cpuTime() - before).toBeLessThan(5_000);
  });

  test('a group inside itself', () => {
    const inner = group3(G1, times('1:1', field3(F1, 'text')));
    expect(codes(schema3(times('1:1', group3(G1, times('1:1', inner)))))).toContain('1026');
  });
});

describe('what is wrong is reported with its position', () => {
  test.each([
    [`error 1046 ${F1}`, times('1..2', field3(F1, 'text'))],
    [`error 1047 ${F1}`, times('2:1', field3(F1, 'text'))],
    [`error 1046 ${F1}`, times('0:0', field3(F1, 'text'))],
    [`error 1027 ${F1}`, times('1:1', field3(F1, 'text', { input: 'sonstwas' }))],
    [`error 1028 ${F1}`, times('1:1', field3(F1, 'zahl'))],
    [`error 1061 ${F1}`, times('1:1', field3(F1, 'text', { more: '<praezisierung minLength="9" maxLength="3"/>' }))],
    [`error 1060 ${F1}`, times('1:1', field3(F1, 'text', { more: '<praezisierung maxLength="viele"/>' }))],
    [`error 1064 ${F1}`, times('1:1', field3(F1, 'num', { more: '<praezisierung minValue="9" maxValue="3"/>' }))],
    [`error 1067 ${F1}`, times('1:1', field3(F1, 'date', { more: '<praezisierung minValue="gestern"/>' }))],
    [`error 1040 ${F1}`, times('1:1', field3(F1, 'text', { input: 'select', more: '<codelisteReferenz/>' }))],
    [`error 1023 ${G1}`, times('1:1', group3(G1, ''))],
    [
      `error 1118 ${G1}`,
      times(
        '1:1',
        group3(G1, times('1:1', field3(F1, 'text')) + times('0:1', field3(F2, 'text')), {
          more: '<art><code>X</code></art>',
        }),
      ),
    ],
    [
      `error 1042 ${G1}`,
      times('1:1', group3(G1, times('1:1', field3(F1, 'text')), { more: '<art><code>Y</code></art>' })),
    ],
    [`warning 1011 ${F1}`, times('1:1', field3(F1, 'bool', { input: 'select' }))],
    [`warning 1018 ${F1}`, times('1:1', field3(F1, 'text', { input: 'select' }))],
    [`warning 1015 ${F1}`, times('1:1', field3(F1, 'bool', { more: '<praezisierung maxLength="3"/>' }))],
    [`warning 1016 ${F1}`, times('1:1', field3(F1, 'text', { more: '<praezisierung minValue="3"/>' }))],
    [`warning 1056 ${F1}`, times('1:1', field3(F1, 'text', { more: '<maxSize>3</maxSize>' }))],
    [
      `warning 1075 ${F1}`,
      times('1:1', field3(F1, 'text', { more: '<praezisierung maxLength="2"/><inhalt>lang</inhalt>' })),
    ],
    [`warning unknownElement ${F1}`, times('1:1', field3(F1, 'text', { more: '<farbe>rot</farbe>' }))],
    [
      `warning 1003 ${G1}.${F1}`,
      times('1:1', field3(F1, 'text')) +
        times('1:1', group3(G1, times('1:1', field3(F1, 'text', { version: '2.0.0' })))),
    ],
  ])('%s', (finding, inside) => expect(findingsOf(schema3(inside))).toContain(finding));
});

test('nothing is dropped in silence: what is unknown has its line, wherever it is', () => {
  const field = field3(F1, 'text').replace('</datenfeld>', '\n<praezisierung><x/></praezisierung>\n</datenfeld>');
  const xml = schema3(times('1:1', field.replace('<id>', '\n<id>')))
    .replace('</identifikation>', '\r\n<farbe/></identifikation>')
    .replace('<enthaelt>', '<enthaelt>\n\n<anhang/><f:eigen xmlns:f="urn:f"/>');
  const { findings } = readSchema(xml, { lists: noLists });
  const lines = xml.split('\n');
  const at = (tag: string) => lines.findIndex((line) => line.includes(tag)) + 1;
  const found = findings.filter(({ code }) => /Element$/.test(code)).map(({ code, line }) => `${code} ${line}`);
  expect(found.sort()).toEqual(
    [
      `foreignElement ${at('<f:eigen')}`,
      `unknownElement ${at('<farbe/>')}`,
      `unknownElement ${at('<anhang/>')}`,
      `unknownElement ${at('<x/>')}`,
    ].sort(),
  );
});

test('limits with zones are compared by the instant they name', () => {
  const limits = '<praezisierung minValue="2024-01-01T00:30:00+01:00" maxValue="2024-01-01T00:00:00Z"/>';
  expect(findingsOf(schema3(times('1:1', field3(F1, 'datetime', { more: limits }))))).toEqual([]);
});

describe('the model', () => {
  test('shares equal copies of one element and keeps unequal ones apart', () => {
    const same = model(
      schema3(
        times('1:1', group3(G1, times('1:1', field3(F1, 'text')))) +
          times('1:1', group3(G2, times('0:1', field3(F1, 'text')))),
      ),
    );
    const [a, b] = [...positions(same)].filter(({ edge }) => edge.element.id === F1);
    expect(a!.edge.element).toBe(b!.edge.element);
    const other = model(
      schema3(
        times('1:1', group3(G1, times('1:1', field3(F1, 'text')))) +
          times('1:1', group3(G2, times('0:1', field3(F1, 'num')))),
      ),
    );
    expect([...positions(other)].map(({ edge }) => edge.element.key)).toContain(`${F1}V1.0.0~2`);
  });

  test('folds equal twins of one position and refuses unequal ones', () => {
    const twice = times('1:1', field3(F1, 'text'));
    expect(model(schema3(twice + twice)).edges).toHaveLength(1);
    expect(findingsOf(schema3(twice + times('0:*', field3(F1, 'text'))))).toContain('error 1025');
  });

  test('reads 2.0 limits as strings, as numbers, and reports junk', () => {
    const read = (json: string) =>
      model(schema2(times('1:1', field2('F08000001', 'text', { more: `<praezisierung>${json}</praezisierung>` }))));
    expect(read('{"minLength":"1","maxLength":"250"}').edges[0]!.element).toMatchObject({
      limits: { minLength: 1, maxLength: 250 },
    });
    expect(read('{"maxLength":20}').edges[0]!.element).toMatchObject({ limits: { maxLength: 20 } });
    expect(
      findingsOf(schema2(times('1:1', field2('F08000001', 'text', { more: '<praezisierung>Anrede</praezisierung>' })))),
    ).toEqual(['warning praezisierung F08000001']);
  });

  test('turns carriage returns into line feeds, also escaped ones', () => {
    const xml = one.replace('<bezeichnungEingabe>', '<bezug>§ 1&#13;\n§ 2\r\n§ 3</bezug><bezeichnungEingabe>');
    expect(model(xml).edges[0]!.element.references).toEqual([{ text: '§ 1\n§ 2\n§ 3' }]);
  });

  test('knows both spellings of a script, and keeps free text for people', () => {
    const rule = (name: string, script: string) =>
      schema3(
        times('0:1', field3(F1, 'text')),
        '<regel><identifikation><id>R08000000001</id></identifikation><name>R</name>' +
          `<freitextRegel>Text</freitextRegel><${name}>${script}</${name}></regel>`,
      );
    const statement = [{ effect: 'require', target: `self.${F1}`, message: 'Bitte angeben.' }];
    for (const name of ['skript', 'script'])
      expect(model(rule(name, JSON.stringify(statement))).rules[0]!.statements).toEqual(statement);
    expect(model(rule('script', 'function script() {}')).rules).toEqual([
      { id: 'R08000000001', version: undefined, name: 'R', text: 'Text' },
    ]);
    expect(findingsOf(rule('skript', '[{"effect":"explode"}]'))).toContain('warning rule');
  });

  test('orders versions by number, a working copy last', () => {
    expect(['1.10', undefined, '1.9', '2.0.0', '1.9.1'].sort((a, b) => compareVersions(a, b))).toEqual([
      '1.9',
      '1.9.1',
      '1.10',
      '2.0.0',
      undefined,
    ]);
    expect(compareVersions(undefined, '1.0')).toBe(1);
  });

  test('knows release and validity', () => {
    const dated = model(
      one.replace('<bezeichnung>', '<gueltigAb>2026-01-01</gueltigAb><gueltigBis>2026-12-31</gueltigBis><bezeichnung>'),
    );
    expect([isReleased(dated), isValidOn(dated, '2026-06-01'), isValidOn(dated, '2027-01-01')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isReleased(model(schema2(times('1:1', field2('F08000001', 'text')))))).toBe(false);
  });
});
