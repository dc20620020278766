import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { root } from '#settings/root.js';
import { corpusFolder } from '../../test/corpus.js';
import { type Datatype, fitAll, fitText } from './characters.js';
import { code } from './code.js';
import { compose } from './compose.js';
import { parseAuthority, prefixes } from './dvdv.js';
import { fileNames } from './file-names.js';
import { type Head, readHead } from './head.js';
import { child, type Element, readXml, textAt, Unreadable } from './read.js';
import { standardOf, standardOn } from './standards.js';
import { openSchemas } from './xsd/validate.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? describe : describe.skip;
const file = (path: string) => readFileSync(join(corpus, path));

const head: Head = {
  uuid: '8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b10',
  at: new Date('2026-03-02T08:00:00Z'),
  reader: { authority: 'bab:081150000000', name: 'Landratsamt Böblingen' },
  author: { authority: 'bap:080000000000', name: 'Bauportal', reachability: { '01': 'bauportal@example.org' } },
};
const product = { name: 'Stellwerk', maker: 'Stellwerk', version: '0.1.0' };
const day = new Date('2026-03-02T08:00:00Z');
const compound = (message: object) => compose(message as never, { head, product, day });

const antrag = (more: object = {}) => ({
  'xbauk:universellerAntrag.antrag.1200': {
    referenzAntragsservice: { referenzAntragsservice: head.uuid },
    artDesAntrags: code('1', { uri: 'urn:example:art', version: '1' }),
    antragsteller: [
      {
        natuerlichePerson: {
          id: head.uuid,
          name: { familienname: { name: 'Mustermann' }, vorname: { name: 'Erika' } },
          anschrift: { ort: 'Böblingen' },
        },
      },
    ],
    grundstueck: [
      {
        flurstueck: [
          {
            bundesland: code('08', {
              uri: 'urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:bundesland',
              version: '2010-04-01',
            }),
            kodierungFlurstueck: { gemarkung: { bezeichnung: 'Böblingen' }, zaehler: '12' },
          },
        ],
      },
    ],
    ...more,
  },
});

describe('versions by date', () => {
  test.each([
    ['2026-04-30T21:59:59Z', '25.11a'],
    ['2026-04-30T22:00:00Z', '26.05'],
    ['2026-10-31T22:59:59Z', '26.05'],
    ['2026-10-31T23:00:00Z', '26.11'],
  ])('at %s XMeld is spoken in %s: it changes at midnight in Berlin', (moment, version) => {
    expect(standardOn('xmeld', new Date(moment))?.version).toBe(version);
  });

  test('the version stands in the namespace', () => {
    expect(standardOf('http://www.osci.de/xmeld2605')?.version).toBe('26.05');
    expect(standardOf('urn:nobody')).toBeUndefined();
    expect(standardOn('xga', new Date('2026-05-01T08:00:00Z'))).toBeUndefined();
    // what comes then nobody knows yet: rather nothing than what has lapsed
    expect(standardOn('xmeld', new Date('2027-04-30T22:00:00Z'))).toBeUndefined();
  });
});

describe('a DVDV key', () => {
  test('has one of 118 prefixes, of which three are not three small letters', () => {
    expect(Object.keys(prefixes)).toHaveLength(118);
    expect(Object.keys(prefixes).filter((prefix) => !/^[a-z]{3}$/.test(prefix))).toEqual(['ag', 'MELDID', 'töj']);
  });

  test.each([
    ['psw:11007007', { prefix: 'psw', key: '11007007' }],
    ['MELDID:12052000', { prefix: 'MELDID', key: '12052000' }],
    ['töj:1'.normalize('NFD'), { prefix: 'töj', key: '1' }],
    ['xyz:11007007', undefined],
    ['meldid:12052000', undefined],
    ['constructor:1', undefined],
    ['psw11007007', undefined],
    ['psw:', undefined],
    ['psw:1 2', undefined],
  ])('%s is %p', (text, parsed) => expect(parseAuthority(text)).toEqual(parsed));
});

describe('characters of DIN 91379', () => {
  test('are composed first, then refused or replaced, never dropped', () => {
    expect(fitText('Mu\u0308ller', 'refuse')).toEqual({ text: 'Müller', changed: 0 });
    expect(fitText('M\u0302', 'refuse')).toEqual({ text: 'M\u0302', changed: 0 });
    expect(fitText('Q\u0302', 'refuse')).toEqual({ refused: 'U+0302' });
    expect(fitText('„Haus“ – 👩', 'transliterate')).toEqual({ text: '"Haus" - [U+1F469]', changed: 4 });
    expect(fitText('ﬁn', 'transliterate')).toEqual({ text: 'fin', changed: 1 });
    expect(fitText('а', 'transliterate', 'E')).toEqual({ text: 'а', changed: 0 });
  });

  test('what is left after transliteration is never refused, and never shorter', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom<Datatype>('A', 'B', 'C', 'D', 'E'),
        (text, datatype) => {
          const fitted = fitText(text, 'transliterate', datatype);
          if ('refused' in fitted) throw new Error('it was refused');
          if (datatype !== 'A') expect(fitText(fitted.text, 'refuse', datatype)).toMatchObject({ changed: 0 });
          expect([...fitted.text].length).toBeGreaterThanOrEqual([...text.normalize('NFC')].length);
        },
      ),
    );
  });

  test('blanks at the edges are characters', () => {
    expect(fitText(' x\n', 'transliterate')).toEqual({ text: ' x\n', changed: 0 });
  });

  test('of a whole message name the place', () => {
    expect(fitAll({ a: { b: ['x', 'y👩'] } }, 'refuse')).toEqual({ refused: { at: '/a/b', character: 'U+1F469' } });
    expect(fitAll({ a: { '@n': '…', b: 7 } }, 'transliterate')).toEqual({
      message: { a: { '@n': '...', b: 7 } },
      changed: 1,
    });
  });
});

test('a file has a name that XBau takes, with the extension of its type, and no other has the same', () => {
  const called = (...names: string[]) =>
    fileNames(
      names.map((filename, n) => ({ filename, attachmentId: `0000000${n}-0000000${n}`, mimetype: 'application/pdf' })),
    );
  expect(called('Plan (1).pdf', 'Lageplan "süd"/1.PDF', 'ohne', '.pdf', `${'a'.repeat(300)}.pdf`)).toEqual([
    ...['Plan (1).pdf', 'Lageplan _süd__1.PDF', 'ohne.pdf', 'datei.pdf', `${'a'.repeat(110)}.pdf`],
  ]);
  expect(called('plan.pdf', 'a.pdf', 'Plan.PDF')).toEqual(['plan-00000000.pdf', 'a.pdf', 'Plan-00000002.PDF']);
});

describe('a message', () => {
  test('gets namespace, attributes and head of the version in force; what is empty is left out', () => {
    const { xml, ...about } = compound(antrag({ bezug: { vorgang: ' ', referenz: null }, anlagen: [] }));
    expect(about).toMatchObject({
      name: 'universellerAntrag.antrag.1200',
      code: '1200',
      standard: { version: '1.3.0' },
    });
    const message = readXml(xml);
    expect(message).toMatchObject({ namespace: about.namespace, attributes: { standard: 'XBau-Kernmodul' } });
    expect(message.children.map(({ name, namespace }) => [name, namespace])).toEqual([
      ...['nachrichtenkopf.g2g', 'referenzAntragsservice', 'artDesAntrags', 'antragsteller', 'grundstueck'].map(
        (name) => [name, ''],
      ),
    ]);
    expect(readHead(message)).toEqual({
      generation: 'basisnachricht',
      uuid: head.uuid,
      code: '1200',
      at: '2026-03-02T08:00:00.000Z',
      reader: 'bab:081150000000',
      author: 'bap:080000000000',
    });
  });

  test('of the older generation has prefix and key as codes, all in its namespace but the codes’ children', () => {
    const older = {
      ...head,
      reader: { authority: 'azr:000100', name: 'Amt' },
      author: { authority: 'MELDID:08115003', name: 'Amt' },
    };
    const { xml } = compose({ 'xga:abh.gewerbemeldung.0500': { 'xga:satz': 'x' } }, { head: older, product, day });
    const message = readXml(xml);
    expect(message.children[0]).toMatchObject({ name: 'nachrichtenkopf', namespace: message.namespace });
    expect(textAt(message, 'nachrichtenkopf/leser/behoerdenname')).toBe('Amt');
    expect(readHead(message)).toMatchObject({
      generation: 'behoerdenkennung',
      code: '0500',
      reader: 'azr:000100',
      author: 'MELDID:08115003',
    });
  });

  test('keeps an element that says something in its attributes; of which list a code would be is nothing', () => {
    const list = { '@listURI': 'urn:x', '@listVersionID': '1' };
    const { xml } = compound(
      antrag({ verweis: { '@ref': 'a1' }, leer: { '@ref': ' ' }, art: list, wert: { ...list, code: '1' } }),
    );
    const message = readXml(xml);
    expect(child(message, 'verweis')?.attributes).toEqual({ ref: 'a1' });
    expect([child(message, 'leer'), child(message, 'art')]).toEqual([undefined, undefined]);
    expect(textAt(message, 'wert/code')).toBe('1');
  });

  test('that declares its own namespace is taken as it is', () => {
    const { xml, ...about } = compound({ 'a:meldung': { '@xmlns:a': 'urn:a', leer: '' } });
    expect(String(xml)).toContain('<leer/>');
    expect(about).toEqual({ namespace: 'urn:a', name: 'meldung', changed: 0 });
    expect(compound({ antrag: { a: 1 } })).toMatchObject({ namespace: '', name: 'antrag' });
  });

  test('that declares the namespace of a standard has only its characters, too', () => {
    const own = { '@xmlns:x': 'http://www.osci.de/xmeld2605', name: 'Müller 👩', leer: '' };
    expect(() => compound({ 'x:meldung.0201': own })).toThrow('U+1F469');
    const { xml, changed } = compose({ 'x:meldung.0201': own } as never, {
      head,
      product,
      day,
      characters: 'transliterate',
    });
    expect(String(xml)).toMatch(/Müller \[U\+1F469\].*<leer\/>/s);
    expect(changed).toBe(1);
  });

  test('is read with either kind of key in either head', () => {
    const party =
      '<leser><behoerdenkennung><praefix>psw</praefix><kennung>11007007</kennung></behoerdenkennung></leser>';
    for (const name of ['nachrichtenkopf', 'nachrichtenkopf.g2g'])
      expect(readHead(readXml(`<m.0001><${name}>${party}</${name}></m.0001>`))).toMatchObject({
        reader: 'psw:11007007',
      });
  });

  test.each([
    ['two roots', { a: {}, b: {} }],
    ['a text for a root', { a: 'x' }],
    ['a prefix that nobody knows', { 'zzz:a.0001': {} }],
    ['no number', { 'xbauk:antrag': { a: 1 } }],
  ])('%s is refused in words', (_, message) => expect(() => compound(message)).toThrow(/[.]$/));

  test('to an authority without a DVDV key is refused', () => {
    const nobody = { ...head, reader: { authority: 'Landratsamt', name: 'x' } };
    expect(() => compose(antrag() as never, { head: nobody, product, day })).toThrow('DVDV');
  });
});

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
      '<xs:complexType name="Antrag"><xs:sequence><xs:element name="zahl" type="xs:int"/></xs:sequence></xs:complexType>',
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
      '<xs:element name="eins" type="xs:int"/><xs:simpleType name="Art"><xs:restriction base="xs:int"/></xs:simpleType>';
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

withCorpus('the standards’ own schemas', () => {
  const schemas = openSchemas(corpus);

  test('take what we compose', () => {
    expect(schemas.validate(compound(antrag()).xml)).toEqual({
      kind: 'valid',
      schema: 'xbau-kernmodul-universellerAntrag.xsd',
    });
  });

  test('P3 say what is wrong without a value of it', () => {
    const wrong = antrag({ artDesAntrags: code('Kanaria Gelbvogel', {}), fremd: 'Kanaria Gelbvogel' });
    const said = schemas.validate(compound(wrong).xml);
    expect(said).toMatchObject({
      kind: 'invalid',
      faults: expect.arrayContaining([expect.stringContaining('artDesAntrags')]),
    });
    expect(JSON.stringify(said)).not.toContain('Kanaria');
  });

  test.each([
    'http://www.xleitstelle.de/xbau/kernmodul/1/3/0',
    'http://xoev.de/transport/xta/211',
    'http://www.osci.eu/ws/2014/10/transport',
    'http://www.w3.org/2003/05/soap-envelope',
    'urn:xoev-de:xdomea:schema:3.0.0',
  ])('compile: %s', (namespace) => expect(schemas.knows(namespace)).toBe(true));

  test('P6 are not asked about what is hostile', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><a>&a;</a>';
    const hidden = `\ufeff<?xml version="1.0"?>\n<!-- <a> -->${bomb}`;
    const behind = `${'<!----><?x?>'.repeat(5_000)}${bomb}`;
    for (const xml of [
      bomb,
      hidden,
      behind,
      `<!--><a -->${bomb}`,
      '<a',
      '',
      '<?xml version="1.0" encoding="UTF-7"?><a/>',
      '<a>\0</a>',
    ])
      expect(schemas.validate(Buffer.from(xml))).toMatchObject({ kind: 'invalid' });
    expect(schemas.validate(Buffer.from(bomb, 'utf16le'))).toMatchObject({ kind: 'invalid' });
    expect(schemas.validate(Buffer.from('<a xmlns="urn:nobody"/>'))).toMatchObject({ kind: 'unchecked' });
    const harmless = '<!-- <!DOCTYPE --><a xmlns="urn:nobody"><![CDATA[<!DOCTYPE]]></a>';
    expect(schemas.validate(Buffer.from(harmless))).toMatchObject({ kind: 'unchecked' });
  });

  test('hold no memory of what they have judged', () => {
    const good = compound(antrag()).xml;
    const bad = compound(antrag({ fremd: 'x'.repeat(500_000) })).xml;
    const round = () => {
      for (let n = 0; n < 300; n++) {
        schemas.validate(good);
        schemas.validate(bad);
      }
    };
    round();
    const before = process.memoryUsage().rss;
    round();
    expect(process.memoryUsage().rss - before).toBeLessThan(60 << 20);
  });

  test('and our table say the same of characters', () => {
    const [before, after] = String(compound(antrag()).xml).split('>Böblingen</ort>') as [string, string];
    const character = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
      fc.constantFrom(...'AKLMSZcklmsz\u00c7\u0113\u1e62'),
      fc.constantFrom('\u0300', '\u0302', '\u0304', '\u0325', '\u0326', '\u031b', '\u035f', '\u0306'),
    );
    fc.assert(
      fc.property(fc.array(character, { minLength: 1, maxLength: 6 }), (pieces) => {
        const text = pieces
          .join('')
          .normalize('NFC')
          .replace(/[\p{Cc}\ufffe\uffff<>&]|\p{Cs}/gu, '');
        const allowed = !('refused' in fitText(text, 'refuse', 'C'));
        const { kind } = schemas.validate(Buffer.from(`${before}>${text}</ort>${after}`));
        expect([text, kind]).toEqual([text, allowed ? 'valid' : 'invalid']);
      }),
      { numRuns: 500 },
    );
  });
});

withCorpus('the official examples', () => {
  test('are read, with their heads', () => {
    const folder = 'xgewerbeanzeige';
    const heads = readdirSync(join(corpus, folder))
      .filter((name) => /xgwa2.*xml$/.test(name))
      .map((name) => readHead(readXml(file(join(folder, name)))));
    expect(heads.length).toBeGreaterThan(4);
    for (const one of heads)
      expect(one).toMatchObject({ generation: 'behoerdenkennung', author: expect.stringMatching(/^\w+:\d+$/) });
    const [xmeld] = readdirSync(join(corpus, 'xmeld/examples'));
    expect(readHead(readXml(file(`xmeld/examples/${xmeld}`)))).toMatchObject({
      generation: 'basisnachricht',
      code: '1332',
      reader: 'ags:09000009',
      author: 'dbs:060030010000',
    });
  });

  test('have the older head as we write it', () => {
    const official = child(readXml(file('xgewerbeanzeige/xgwa2.2-valid.xml')), 'nachrichtenkopf')!;
    const { xml } = compose({ 'xga:abh.gewerbemeldung.0500': { 'xga:satz': 'x' } } as never, {
      product,
      day,
      head: {
        uuid: '00000000-0000-0000-0000-000000000001',
        at: new Date('2019-10-24T00:00:00+02:00'),
        reader: {
          authority: 'azr:000100',
          name: 'Phantasie-Verteilplattform',
          reachability: { '01': 'gewerbe@verteilplattform.cottbus.de', '09': 'https://verteilplattform.cottbus.de' },
          address: { street: 'Testallee', number: '42', postcode: '03046', place: 'Cottbus' },
        },
        author: {
          authority: 'MELDID:12052000',
          name: 'Gewerbeamt Cottbus',
          reachability: { '01': 'miriam.musterfrau@cottbus.de', '02': '0355 - 6122840' },
          address: { street: 'Karl-Marx-Str.', number: '67', postcode: '03044', place: 'Cottbus' },
        },
      },
    });
    /** All but blanks, and the moment, which can be written in many ways. */
    const plain = ({ text, name, children, ...rest }: Element): object => ({
      ...{ ...rest, name, text: name === 'erstellungszeitpunkt' ? new Date(text).getTime() : text.trim() },
      children: children.map(plain),
    });
    expect(plain(child(readXml(xml), 'nachrichtenkopf')!)).toEqual(plain(official));
  });

  test('that are no XÖV message are read without a head, and garbage is refused', () => {
    expect(readHead(readXml(file('xgewerbeanzeige/xgwa1.3-valid.xml')))).toBeUndefined();
    expect(() => readXml(file('xgewerbeanzeige/xy-unknown.xml'))).not.toThrow(TypeError);
  });
});
