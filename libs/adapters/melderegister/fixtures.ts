import { XMLParser } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';
import { type FakeReply, startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';
import { encode } from '../tools/formats.js';

const token = 'a-token-of-the-fixture';
const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, isArray: (name) => name === 'suchprofil' });

interface Profile {
  auswahldaten: { name: { nachname: { name: string } } };
}

/** A register in which everybody lives at Beispielweg 7, but nobody called Niemand, and two called Doppelt. */
export const fixture: Fixture = {
  address: 'melderegister.baseUrl',
  authority: 'melderegister.authority',
  wrongCredentials: {
    values: { 'melderegister.token': 'another-token-of-the-fixture' },
    blames: 'melderegister.token',
  },
  start: () =>
    startFake(
      ({ path, headers, body }): FakeReply => {
        if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
        if (path === '/ping') return { status: 200, body: { status: 'ok' } };
        if (path !== '/datenabruf') return { status: 404 };
        const request = parser.parse(body.toString())['datenabruf.anfrage'];
        const uuid: string = request['nachrichtenkopf.g2g']['identifikation.nachricht'].nachrichtenUUID;
        const text = answerTo(uuid, request.suchprofil);
        return { status: 200, headers: { 'content-type': 'application/xml' }, text };
      },
      (url) => ({ 'melderegister.baseUrl': url, 'melderegister.token': token }),
    ),
};

function answerTo(uuid: string, profiles: Profile[]): string {
  const results = profiles.map(({ auswahldaten: { name } }, index) => ({
    '@nummer': String(index + 1),
    ...resultFor(name.nachname.name),
  }));
  const root = {
    'nachrichtenkopf.g2g': { 'identifikation.nachricht': { bezug: { nachrichtenUUID: uuid } } },
    'mr:ergebnis': results,
  };
  const message = { 'mr:datenabruf.antwort': { '@xmlns:mr': 'urn:stellwerk:melderegister:2', ...root } };
  return Buffer.from(encode(message, 'xml').bytes).toString();
}

function resultFor(nachname: string): Record<string, Json> {
  if (nachname === 'Niemand') return { 'mr:trefferart': { code: 'keinTreffer' } };
  if (nachname === 'Doppelt') return { 'mr:trefferart': { code: 'mehrdeutig' } };
  return {
    'mr:trefferart': { code: 'eindeutig' },
    'mr:person': {
      name: { nachname: { name: nachname } },
      religion: 'not asked for',
      wohnung: {
        anschrift: { strasse: 'Beispielweg', hausnummer: '7', postleitzahl: '70173', wohnort: 'Stuttgart' },
        einzugsdatum: '2019-04-01',
      },
    },
  };
}
