import { startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';
import { slowService, token } from './fake.js';

export const fixture: Fixture = {
  address: 'nachweis.baseUrl',
  subject: { nachweistyp: 'fahrzeughaltung', gegenstand: { kennzeichen: 'S-ST 1234' } },
  wrongCredentials: { values: { 'nachweis.token': 'another-token-of-the-fixture' }, blames: 'nachweis.token' },
  words: { refuse: () => ({ status: 200, body: { id: 'N-1', status: 'ERROR', code: 'E-1' } }) },
  start: () => startFake(slowService(), (url) => ({ 'nachweis.baseUrl': url, 'nachweis.token': token })),
};
