import { describe, expect, test } from '@jest/globals';
import type { Json } from '#submission/vocabulary.js';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import { encode } from './formats.js';

const text = (message: Json, format: 'json' | 'xml' | 'csv') => encode(message, format).bytes.toString();

describe('XML', () => {
  test('has a declaration; keys become elements, @keys attributes, lists repeat', () => {
    const message = { antrag: { '@nr': 7, hund: [{ '@art': 'a', '#text': 'Bello' }, 'Rex'], leer: null, ja: true } };
    expect(text(message, 'xml')).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<antrag nr="7">',
        '  <hund art="a">Bello</hund>',
        '  <hund>Rex</hund>',
        '  <leer/>',
        '  <ja>true</ja>',
        '</antrag>',
        '',
      ].join('\n'),
    );
  });

  test('comes back as it was written, whatever people type', () => {
    const odd = [
      `"doppelt" 'einfach' \\ & &amp; < > ]]> <!-- <![CDATA[`,
      ' Zeile\r\nund\tTab ',
      '𝔖 👩‍👩‍👧 ẞ',
      'Äöü'.normalize('NFD'),
    ];
    const written = text({ a: { '@x': odd.join(), b: odd } }, 'xml');
    const { a } = toPlain(readXml(written), { trim: false }) as { a: { '@x': string; b: string[] } };
    expect([a['@x'], a.b]).toEqual([odd.join(), odd]);
    expect(written.includes('\r')).toBe(false);
  });

  test.each<[string, Json, string]>([
    ['two roots', { a: 1, b: 2 }, 'genau ein Wurzelelement'],
    ['a list as the root', { a: [1] }, 'genau ein Wurzelelement'],
    ['a name that is none', { a: { 'b c': 1 } }, 'kein XML-Name'],
    ['markup as a name', { a: { 'b><c': 1 } }, 'kein XML-Name'],
    ['a processing instruction', { a: { '?php': 1 } }, 'kein XML-Name'],
    ['an attribute that is no plain value', { a: { '@b': { c: 1 } } }, 'nur einen einfachen Wert'],
    ['a list in a list', { a: { b: [[1]] } }, 'Liste in einer Liste'],
    ['a forbidden character', { a: { geheim: 'Kanaria\u0007' } }, 'geheim: Der Text enthält ein Zeichen'],
    ['half a surrogate pair', { a: '\ud800' }, 'Der Text enthält ein Zeichen'],
  ])('refuses %s, and tells no value', (_, message, said) => {
    expect(() => text(message, 'xml')).toThrow(said);
    expect(() => text(message, 'xml')).not.toThrow('Kanaria');
  });
});

describe('CSV', () => {
  test('has a byte order mark, semicolons, decimal commas and one line for each row', () => {
    const rows = [
      { name: 'Bello', satz: 96.5, neu: true, text: null },
      { name: 'a;"b"\nc', satz: 108, neu: false, text: '' },
    ];
    expect(text(rows, 'csv')).toBe('\ufeffname;satz;neu;text\r\nBello;96,5;true;\r\n"a;""b""\nc";108;false;\r\n');
  });

  test('a text that a spreadsheet would compute is only a text; telephone numbers stay', () => {
    const rows = ['=1+1', '@SUM(A1)', '+cmd|x', '-2+3', '+49 711 1234-5', '-12,5'].map((a) => ({ a }));
    expect(text(rows, 'csv').split('\r\n').slice(1, -1)).toEqual([
      "'=1+1",
      "'@SUM(A1)",
      "'+cmd|x",
      "'-2+3",
      '+49 711 1234-5',
      '"-12,5"'.replaceAll('"', ''),
    ]);
  });

  test('a formula hides neither behind blanks nor in full-width signs', () => {
    const rows = [' =1+1', '\u00a0@SUM(A1)', '\u200b=1', '\n=1', '＝1+1', '　＋cmd|x', '＠A1', '－2+3', '\ufeff=1'];
    for (const a of rows) expect(text([{ a }], 'csv')).toContain(`'${a}`);
    for (const a of [' +49 711 1234-5', ' a=1', '＋49 711', '', ' ']) expect(text([{ a }], 'csv')).not.toContain("'");
  });

  test.each<[string, Json, string]>([
    ['what is no list of rows', { a: 1 }, 'Liste von Zeilen'],
    ['no row at all', [], 'mindestens einer'],
    ['a nested value', [{ a: { b: 1 } }], 'Die Spalte a nimmt nur einfache Werte auf'],
    ['rows of different columns', [{ a: 1 }, { a: 1, b: 2 }], 'dieselben Spalten'],
  ])('refuses %s', (_, message, said) => {
    expect(() => text(message, 'csv')).toThrow(said);
  });
});

test('JSON is the message as it is', () => {
  expect(text({ b: ['ä', null], a: 1 }, 'json')).toBe('{"b":["ä",null],"a":1}');
});
