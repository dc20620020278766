import { startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';
import { answerInXml, token } from './fake.js';

export const fixture: Fixture = {
  address: 'melderegister.baseUrl',
  authority: 'melderegister.authority',
  wrongCredentials: {
    values: { 'melderegister.token': 'another-token-of-the-fixture' },
    blames: 'melderegister.token',
  },
  start: () => startFake(answerInXml, (url) => ({ 'melderegister.baseUrl': url, 'melderegister.token': token })),
};
