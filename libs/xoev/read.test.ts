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
  ])('%s is refused, and not quoted', (_, xml) => expect(() => readXml(xml)).toThrow(Unreadable));

  test('is taken where it only speaks of a DTD', () => {
    const xml = '<!-- <!DOCTYPE --><a><![CDATA[<!DOCTYPE a [<!ENTITY b "c">]>]]></a>';
    expect(readXml(xml).text).toContain('<!ENTITY b');
  });

  test('that is no UTF-8 is refused', () => {
    expect(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(Unreadable);
  });
});

test('a declaration is an attribute only where somebody wants it', () => {
  const xml = '<a xmlns="urn:a" xmlns:type="urn:t" type="x"/>';
  expect(readXml(xml, { declarations: false }).attributes).toEqual({ type: 'x' });
});
