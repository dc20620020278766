import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { openSchemas } from './validate.js';

test('without schemas nobody says that a message is valid', () => {
  expect(openSchemas(undefined).validate(Buffer.from('<a/>'))).toMatchObject({ kind: 'unchecked' });
  for (const folder of ['/nowhere', join(root, 'package.json')])
    expect(openSchemas(folder).validate(Buffer.from('<a/>'))).toMatchObject({ kind: 'unchecked' });
  expect(openSchemas(undefined).knows('urn:a')).toBe(false);
});

describe('a folder of schemas', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xsd-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, content: string, namespace = 'urn:a') => {
    const own = namespace && ` targetNamespace="${namespace}" xmlns="${namespace}"`;
    const others = 'xmlns:b="urn:b" xmlns:c="urn:c" elementFormDefault="qualified"';
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${own} ${others}>${content}</xs:schema>`,
    );
  };
  const root = (name: string, of: string) =>
    `<xs:element name="${name}"><xs:complexType><xs:sequence>${of}</xs:sequence></xs:complexType></xs:element>`;
  const load = (namespace: string, from = '') =>
    `<xs:import namespace="${namespace}"${from && ` schemaLocation="${from}"`}/>`;
  const judge = (xml: string) => openSchemas(folder).validate(Buffer.from(xml)).kind;

  test('puts together what is spread over files: whoever includes them does', () => {
    // the root needs a type that only its includer brings along; another root has no namespace of its own
    put('wurzel.xsd', '<xs:element name="antrag" type="Antrag"/>');
    put(
      'typen.xsd',
      '<xs:complexType name="Antrag"><xs:sequence><xs:element name="zahl" type="xs:int"/></xs:sequence>' +
        '</xs:complexType>',
    );
    put('fremd.xsd', '<xs:element name="notiz" type="xs:string"/>', '');
    put('alles.XSD', ['wurzel', 'typen', 'fremd'].map((name) => `<xs:include schemaLocation="${name}.xsd"/>`).join(''));
    put('anderes.xsd', '<xs:element name="anderes"/>');
    expect(judge('<antrag xmlns="urn:a"><zahl>1</zahl></antrag>')).toBe('valid');
    expect(judge('<antrag xmlns="urn:a"><zahl>eins</zahl></antrag>')).toBe('invalid');
    expect(judge('<notiz xmlns="urn:a">x</notiz>')).toBe('valid');
    expect(judge('<sonst xmlns="urn:a"/>')).toBe('unchecked');
    expect(openSchemas(folder).knows('urn:a')).toBe(true);
  });

  test('may import a namespace file by file, from the net, or without saying where', () => {
    put('b1.xsd', '<xs:element name="eins" type="xs:int"/>', 'urn:b');
    put('b2.xsd', '<xs:element name="zwei" type="xs:int"/>', 'urn:b');
    put('c/code.xsd', '<xs:element name="code" type="xs:int"/>', 'urn:c');
    put('code.xsd', '<xs:element name="code" type="xs:string"/>', 'urn:anderes');
    put(
      'a.xsd',
      load('urn:b', 'b1.xsd') +
        load('urn:b', 'b2.xsd') +
        load('urn:c', 'https://example.org/1.0/code.xsd') +
        root('a', '<xs:element ref="b:eins"/><xs:element ref="b:zwei"/><xs:element ref="c:code"/>'),
    );
    put('ohne.xsd', load('urn:c') + root('ohne', '<xs:element ref="c:code"/>'));
    const [b, c] = ['xmlns="urn:b"', 'xmlns="urn:c"'];
    expect(judge(`<a xmlns="urn:a"><eins ${b}>1</eins><zwei ${b}>2</zwei><code ${c}>3</code></a>`)).toBe('valid');
    expect(judge(`<a xmlns="urn:a"><eins ${b}>1</eins><zwei ${b}>2</zwei><code ${c}>x</code></a>`)).toBe('invalid');
    expect(judge(`<ohne xmlns="urn:a"><code ${c}>3</code></ohne>`)).toBe('valid');
  });

  test('may have a namespace twice, under two names', () => {
    put('b.xsd', '<xs:element name="eins" type="xs:int"/>', 'urn:b');
    const copy =
      '<xs:element name="eins" type="xs:int"/>' +
      '<xs:simpleType name="Art"><xs:restriction base="xs:int"/></xs:simpleType>';
    put('b_1.0.xsd', copy, 'urn:b');
    put('c.xsd', load('urn:b', 'b_1.0.xsd') + root('c', '<xs:element ref="b:eins"/>'), 'urn:c');
    put('a.xsd', load('urn:b', 'b.xsd') + load('urn:c', 'c.xsd') + root('a', '<xs:element ref="b:eins"/>'));
    expect(judge('<a xmlns="urn:a"><eins xmlns="urn:b">1</eins></a>')).toBe('valid');
    expect(judge('<a xmlns="urn:a"><eins xmlns="urn:b">x</eins></a>')).toBe('invalid');
  });

  test('may have a file name twice, in two folders', () => {
    put('1/b.xsd', '<xs:element name="eins" type="xs:int"/>', 'urn:b');
    put('2/b.xsd', '<xs:element name="zwei" type="xs:int"/>', 'urn:b');
    const both = '<xs:element ref="b:eins"/><xs:element ref="b:zwei"/>';
    put('a.xsd', load('urn:b', '1/b.xsd') + load('urn:b', '2/b.xsd') + root('a', both));
    expect(judge('<a xmlns="urn:a"><eins xmlns="urn:b">1</eins><zwei xmlns="urn:b">2</zwei></a>')).toBe('valid');
  });

  test('judges a long text, and refuses depth without end', () => {
    put('a.xsd', '<xs:element name="a"/>');
    expect(judge(`<a xmlns="urn:a">${'x'.repeat(11_000_000)}</a>`)).toBe('valid');
    expect(judge(`<a xmlns="urn:a">${'<b>'.repeat(100_000)}${'</b>'.repeat(100_000)}</a>`)).toBe('invalid');
    expect(judge(`<a xmlns="urn:a">${'<b>'.repeat(2_000)}${'</b>'.repeat(2_000)}</a>`)).toBe('valid');
  });

  test('may include in a circle', () => {
    put('a.xsd', '<xs:include schemaLocation="typ.xsd"/><xs:element name="a" type="Typ"/>');
    const typ = '<xs:simpleType name="Typ"><xs:restriction base="xs:int"/></xs:simpleType>';
    put('typ.xsd', `<xs:include schemaLocation="a.xsd"/>${typ}`);
    expect([judge('<a xmlns="urn:a">1</a>'), judge('<a xmlns="urn:a">x</a>')]).toEqual(['valid', 'invalid']);
  });

  test('asks whoever includes the root: it may say more, or less', () => {
    put('kopf.xsd', `<xs:element name="kopf" abstract="true"/>${root('a', '<xs:element ref="kopf"/>')}`);
    put(
      'glied.xsd',
      '<xs:include schemaLocation="kopf.xsd"/><xs:element name="glied" type="xs:int" substitutionGroup="kopf"/>',
    );
    put(
      'enger.xsd',
      '<xs:simpleType name="Zahl"><xs:restriction base="xs:int"/></xs:simpleType><xs:element name="z" type="Zahl"/>',
    );
    const five = '<xs:restriction base="Zahl"><xs:maxInclusive value="5"/></xs:restriction>';
    put(
      'neu.xsd',
      `<xs:redefine schemaLocation="enger.xsd"><xs:simpleType name="Zahl">${five}</xs:simpleType></xs:redefine>`,
    );
    expect(judge('<a xmlns="urn:a"><glied>1</glied></a>')).toBe('valid');
    expect(judge('<a xmlns="urn:a"><glied>x</glied></a>')).toBe('invalid');
    expect([judge('<z xmlns="urn:a">3</z>'), judge('<z xmlns="urn:a">9</z>')]).toEqual(['valid', 'invalid']);
  });

  test('does not say valid of what was left out, nor unchecked for elements without a namespace', () => {
    const any = '<xs:any namespace="##other" processContents="lax"/>';
    put('1.xsd', '<xs:element name="eins" type="xs:int"/><xs:element name="z"/>', 'urn:b');
    put('2.xsd', '<xs:element name="zwei" type="xs:int"/><xs:element name="z"/>', 'urn:b');
    put('a.xsd', load('urn:b', '1.xsd') + load('urn:b', '2.xsd') + root('a', any));
    put('c.xsd', `<xs:import schemaLocation="weg.xsd"/>${root('c', '<xs:element name="d" form="unqualified"/>')}`);
    expect(judge('<a xmlns="urn:a"><zwei xmlns="urn:b">x</zwei></a>')).toBe('unchecked');
    expect(judge('<x:c xmlns:x="urn:a"><d/></x:c>')).toBe('valid');
  });

  test('does not say valid of what it cannot see', () => {
    const any = '<xs:any namespace="##other" processContents="lax"/>';
    put('a.xsd', load('urn:b', 'fehlt.xsd') + root('a', any));
    expect(judge('<a xmlns="urn:a"><eins xmlns="urn:b">x</eins></a>')).toBe('unchecked');
    expect(judge('<a xmlns="urn:a"><eins xmlns="urn:anderes">x</eins></a>')).toBe('valid');
    expect(judge('<a xmlns="urn:a"/>')).toBe('invalid');
  });

  test('that has a root twice says what both say, and whom it asked where they differ', () => {
    put('1/a.xsd', '<xs:element name="a" type="xs:int"/>');
    put('2/a.xsd', '<xs:element name="a" type="xs:integer"/>');
    put('3/kopie.xsd', '<xs:element name="a" type="xs:int"/>');
    expect(judge('<a xmlns="urn:a">1</a>')).toBe('valid');
    expect(judge('<a xmlns="urn:a">x</a>')).toBe('invalid');
    expect(openSchemas(folder).validate(Buffer.from('<a xmlns="urn:a">99999999999</a>'))).toEqual({
      kind: 'unchecked',
      reason: 'Für diese Nachricht liegen verschiedene Schemas vor: 1/a.xsd und 2/a.xsd.',
    });
  });

  test('counts from the moment that it is filled', () => {
    rmSync(folder, { recursive: true });
    const asked = openSchemas(folder);
    expect(asked.validate(Buffer.from('<a xmlns="urn:a">1</a>'))).toMatchObject({
      reason: expect.stringContaining('gibt es nicht'),
    });
    mkdirSync(folder);
    expect(asked.validate(Buffer.from('<a xmlns="urn:a">1</a>'))).toMatchObject({
      reason: expect.stringContaining('liegt kein Schema'),
    });
    put('a.xsd', '<xs:element name="a" type="xs:int"/>');
    expect(asked.knows('urn:a')).toBe(true);
    expect(judge('<a xmlns="urn:a">1</a>')).toBe('valid');
  });
});
