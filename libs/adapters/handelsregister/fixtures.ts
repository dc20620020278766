import { type FakeReply, startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';

const token = 'a-token-of-the-fixture';

const company = {
  gericht: 'Amtsgericht Stuttgart',
  art: 'HRB',
  nummer: '990001',
  firma: 'Musterwerk GmbH',
  rechtsform: 'GmbH',
  sitz: 'Stuttgart',
  anschrift: { strasse: 'Beispielweg', hausnummer: '7', plz: '70173', ort: 'Stuttgart' },
  vertretung: [{ familienname: 'Grün', vornamen: 'Leo' }],
  status: 'aktiv',
  eintragungsdatum: '2015-03-09',
  bilanz: 'not asked for',
};

/** A register that answers with all entries of a number, whatever the court. */
export const fixture: Fixture = {
  address: 'handelsregister.baseUrl',
  subject: { gericht: 'Stuttgart', art: 'HRB', nummer: '990001' },
  wrongCredentials: {
    values: { 'handelsregister.token': 'another-token-of-the-fixture' },
    blames: 'handelsregister.token',
  },
  start: () =>
    startFake(
      ({ path, headers, body }): FakeReply => {
        if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
        if (path === '/ping') return { status: 200, body: { status: 'ok' } };
        if (path !== '/suche') return { status: 404 };
        const { nummer } = JSON.parse(body.toString()) as { nummer: string };
        const elsewhere = { ...company, gericht: 'Ulm', firma: 'Ulmer Musterwerk GmbH' };
        return { status: 200, body: { treffer: nummer === '1' ? [] : [elsewhere, company] } };
      },
      (url) => ({ 'handelsregister.baseUrl': url, 'handelsregister.token': token }),
    ),
};
