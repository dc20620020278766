import { startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';
import { answer, token } from './fake.js';

export const fixture: Fixture = {
  address: 'handelsregister.baseUrl',
  subject: { gericht: 'Stuttgart', art: 'HRB', nummer: '990001' },
  wrongCredentials: {
    values: { 'handelsregister.token': 'another-token-of-the-fixture' },
    blames: 'handelsregister.token',
  },
  start: () => startFake(answer, (url) => ({ 'handelsregister.baseUrl': url, 'handelsregister.token': token })),
};
