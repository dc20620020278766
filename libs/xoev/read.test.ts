import { describe, expect, test } from '@jest/globals';
import { readXml, Unreadable } from './read.js';

describe('P6 XML of others', () => {
  test.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an empty DTD', '<?xml version="1.0"?><!-- a --><!DOCTYPE a><a/>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['two roots', '<a/><b/>'],
    ['no root', '  '],
    ['crossed tags', '<a><b></a></b>'],
    ['an undeclared prefix', '<x:a/>'],
    ['depth', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['breadth', `<a>${'<b/>'.repeat(60_000)}</a>`],
    ['size', `<a>${'x'.repeat(11_000_000)}</a>`],
    ['NUL', '<a>\0</a>'],
    ['many attributes', `<a ${Array.from({ length: 300 }, (_, n) => `b${n}=""`).join(' ')}/>`],
    ['many declarations', `<a ${Array.from({ length: 300 }, (_, n) => `xmlns:b${n}="urn:b"`).join(' ')}/>`],
    ["a long attribute's name", `<a ${'b'.repeat(600)}=""/>`],
    ["a long attribute's value", `<a b="${'c'.repeat(200_000)}"/>`],
    ["a long element's name", `<${'a'.repeat(600)}/>`],
  ])('%s is refused, and not quoted', (_, xml) => expect(() => readXml(xml)).toThrow(Unreadable));

  test('is taken where it only speaks of a DTD', () => {
    const xml = '<!-- <!DOCTYPE --><a><![CDATA[<!DOCTYPE a [<!ENTITY b "c">]>]]></a>';
    expect(readXml(xml).text).toContain('<!ENTITY b');
  });

  test('that is no UTF-8 is refused', () => {
    expect(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(Unreadable);
  });
});

test('a declaration of a namespace is no attribute, whatever its prefix', () => {
  const xml = '<a xmlns="urn:a" xmlns:type="urn:t" xmlns:nr="urn:n" type="x"/>';
  expect(readXml(xml).attributes).toEqual({ type: 'x' });
});
