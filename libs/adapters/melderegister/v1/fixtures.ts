import { startFake } from '../../kit/fake.js';
import type { Fixture } from '../../kit/fixture.js';
import { answer, token } from './fake.js';

export const fixture: Fixture = {
  address: 'melderegister.baseUrl',
  wrongCredentials: {
    values: { 'melderegister.token': 'another-token-of-the-fixture' },
    blames: 'melderegister.token',
  },
  start: () => startFake(answer, (url) => ({ 'melderegister.baseUrl': url, 'melderegister.token': token })),
};
