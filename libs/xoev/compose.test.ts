import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { corpusFolder } from '../../test/corpus.js';
import { fitText } from './characters.js';
import { code } from './code.js';
import { compose } from './compose.js';
import { type Head, readHead } from './head.js';
import { child, type Element, readXml, textAt } from './read.js';
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
    const names = ['nachrichtenkopf.g2g', 'referenzAntragsservice', 'artDesAntrags', 'antragsteller', 'grundstueck'];
    expect(message.children.map(({ name, namespace }) => [name, namespace])).toEqual(names.map((name) => [name, '']));
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
          address: { street: 'Testallee', number: '42', postcode: '03046', town: 'Cottbus' },
        },
        author: {
          authority: 'MELDID:12052000',
          name: 'Gewerbeamt Cottbus',
          reachability: { '01': 'miriam.musterfrau@cottbus.de', '02': '0355 - 6122840' },
          address: { street: 'Karl-Marx-Str.', number: '67', postcode: '03044', town: 'Cottbus' },
        },
      },
    });
    /** All but blanks, and the moment, which can be written in many ways. */
    const plain = ({ text, name, children, ...rest }: Element): object => ({
      ...rest,
      name,
      text: name === 'erstellungszeitpunkt' ? new Date(text).getTime() : text.trim(),
      children: children.map(plain),
    });
    expect(plain(child(readXml(xml), 'nachrichtenkopf')!)).toEqual(plain(official));
  });

  test('that are no XÖV message are read without a head, and garbage is refused', () => {
    expect(readHead(readXml(file('xgewerbeanzeige/xgwa1.3-valid.xml')))).toBeUndefined();
    expect(() => readXml(file('xgewerbeanzeige/xy-unknown.xml'))).not.toThrow(TypeError);
  });
});
