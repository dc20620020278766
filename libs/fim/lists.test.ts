import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { field3, findingsOf, model, schema3, times } from '../../test/fim/handmade.js';
import { codeColumn, nameColumn, noLists, openListFolder, readCodeList } from './lists.js';
import type { Field } from './model.js';
import { readSchema } from './read.js';
import { compileValidator } from './validator.js';

interface Text {
  version?: string;
  keys?: string;
  rows?: string;
  uri?: string;
}
const key = (id: string, column: string, mark = '') =>
  `<Key Id="${id}">${mark && `<Annotation><AppInfo><${mark} xmlns="urn:x"/></AppInfo></Annotation>`}` +
  `<ColumnRef Ref="${column}"/></Key>`;
const cell = (text: string | undefined, i: number) =>
  text === undefined ? '' : `<Value ColumnRef="c${i}">${text && `<SimpleValue>${text}</SimpleValue>`}</Value>`;
const row = (...cells: (string | undefined)[]) => `<Row>${cells.map(cell).join('')}</Row>`;
const list = ({
  version = '1',
  keys = key('codeKey', 'c0'),
  rows = row('08', 'acht') + row('8', 'acht'),
  uri = 'urn:de:test:liste',
}: Text = {}) =>
  '<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">' +
  `<Identification><ShortName>L</ShortName><Version>${version}</Version><CanonicalUri>${uri}</CanonicalUri>` +
  `</Identification><ColumnSet><Column Id="c0"/><Column Id="c1"/><Column Id="c2"/>${keys}</ColumnSet>` +
  `<SimpleCodeList>${rows}</SimpleCodeList></gc:CodeList>`;

const dir = mkdtempSync(join(tmpdir(), 'lists-'));
afterAll(() => rmSync(dir, { recursive: true }));
for (const version of ['1.9', '1.10', '1.2']) writeFileSync(join(dir, `${version}.xml`), list({ version }));

const select = (version: string, more = '') =>
  schema3(
    times(
      '1:1',
      field3('F08000000001', 'text', {
        input: 'select',
        more:
          '<codelisteReferenz><canonicalIdentification>urn:de:test:liste</canonicalIdentification>' +
          `${version}</codelisteReferenz>${more}`,
      }),
    ),
  );
const options = (xml: string) => (model(xml, openListFolder(dir)).edges[0]!.element as Field).options!;

describe('the column to transmit', () => {
  test.each([
    ['what the schema names', list({ keys: key('aKey', 'c0') }), 'c2', 'c2'],
    ['a key that the schema names', list({ keys: key('aKey', 'c0') + key('bKey', 'c1') }), 'bKey', 'c1'],
    [
      'the recommended key (handbook 1.2)',
      list({ keys: key('codeKey', 'c0') + key('bKey', 'c1', 'recommendedKeyColumn') }),
      undefined,
      'c1',
    ],
    [
      'the recommended key (handbook 1.1)',
      list({ keys: key('codeKey', 'c0') + key('bKey', 'c1', 'empfohleneCodeSpalte') }),
      undefined,
      'c1',
    ],
    [
      'the recommended key (older)',
      list({ keys: key('codeKey', 'c0') + key('bKey', 'c1', 'xoev-code') }),
      undefined,
      'c1',
    ],
    ['the key named codeKey', list({ keys: key('aKey', 'c0') + key('CodeKey', 'c1') }), undefined, 'c1'],
    ['the first key', list({ keys: key('aKey', 'c2') + key('bKey', 'c1') }), undefined, 'c2'],
    ['the first column', list({ keys: '' }), undefined, 'c0'],
  ])('is %s', (_, xml, wanted, column) => expect(codeColumn(readCodeList(xml), wanted)).toBe(column));

  test('and the name is the first column that is no key', () => {
    const two = readCodeList(list({ keys: key('codeKey', 'c0') + key('nameKey', 'c1') }));
    expect([nameColumn(two, 'c0'), nameColumn(two, 'c0', 'c1')]).toEqual(['c2', 'c1']);
  });
});

describe('codes', () => {
  test('are texts: leading zeros and equal names make two entries', () => {
    const xml = select('<version>1.9</version>');
    expect([...options(xml).codes]).toEqual([
      ['08', 'acht'],
      ['8', 'acht'],
    ]);
    const { validate } = compileValidator(model(xml, openListFolder(dir)));
    const codes = (value: string | number) => validate({ F08000000001: value }).errors.map((error) => error.code);
    expect([codes('08'), codes('8'), codes('008'), codes(8)]).toEqual([[], [], ['codeList'], ['type']]);
  });

  test('that are double or missing are a warning, missing names are the code', () => {
    writeFileSync(
      join(dir, 'odd.xml'),
      list({ uri: 'urn:de:test:odd', rows: row('1', '') + row('1', 'x') + row(undefined, 'y') + row('2') }),
    );
    const xml = select('').replace('urn:de:test:liste', 'urn:de:test:odd');
    const { model: read, findings } = readSchema(xml, { lists: openListFolder(dir) });
    expect([...(read!.edges[0]!.element as Field).options!.codes]).toEqual([
      ['1', '1'],
      ['2', '2'],
    ]);
    expect(findings.map((finding) => finding.code)).toEqual(['1045', '1045']);
  });
});

describe('a reference', () => {
  test('with a version gets that version', () =>
    expect(options(select('<version>1.2</version>')).list).toMatchObject({
      versionUri: 'urn:de:test:liste_1.2',
      how: 'pinned',
    }));

  test('without a version gets the newest by number, and that is recorded', () =>
    expect(options(select('')).list).toMatchObject({
      versionUri: 'urn:de:test:liste_1.10',
      how: 'newest',
      size: 2,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    }));

  test('to a missing list or version is an error that names it and what is there', () => {
    expect(findingsOf(select('<version>3</version>'))).toContain('error 1115 F08000000001');
    const [finding] = readSchema(select('<version>3</version>'), { lists: openListFolder(dir) }).findings;
    expect(finding!.message).toContain('urn:de:test:liste in Version 3 fehlt. Vorhanden: 1.10, 1.9, 1.2.');
  });

  test('may be bound explicitly, by URI or version URI; that is recorded and said', () => {
    const other = readCodeList(list({ version: '2', rows: row('x', 'y') }));
    for (const urn of ['urn:de:test:liste', 'urn:de:test:liste_3']) {
      const { model: read, findings } = readSchema(select('<version>3</version>'), {
        lists: noLists,
        bind: { [urn]: other },
      });
      expect(read!.lists).toMatchObject([
        { how: 'bound', version: '3', versionUri: 'urn:de:test:liste_2', codeColumn: 'c0' },
      ]);
      expect(findings.map((finding) => finding.code)).toEqual(['listBound']);
    }
  });

  test('to a column that does not exist is refused', () => {
    const { findings } = readSchema(select('', '<codeKey>Farbe</codeKey>'), { lists: openListFolder(dir) });
    expect(findings).toMatchObject([{ severity: 'error', code: '1122' }]);
  });
});

test.each([
  ['another root', '<a/>'],
  ['no identification', list().replace(/<Identification>.*<\/Identification>/, '')],
  ['no columns', list().replace(/<Column Id="c."\/>/g, '')],
  ['a DTD', `<!DOCTYPE a>${list()}`],
])('a file with %s is no code list', (_, xml) => expect(() => readCodeList(xml)).toThrow());
