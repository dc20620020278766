import { type FakeReply, startFake } from '../../kit/fake.js';
import type { Fixture } from '../../kit/fixture.js';

const known = {
  familienname: 'Muster',
  vornamen: 'Mia',
  geburtsdatum: '1984-05-12',
  anschrift: 'Beispielweg 7',
  einzugsdatum: '2019-04-01',
};
const token = 'a-token-of-the-fixture';

export const fixture: Fixture = {
  address: 'melderegister.baseUrl',
  wrongCredentials: {
    values: { 'melderegister.token': 'another-token-of-the-fixture' },
    blames: 'melderegister.token',
  },
  start: () =>
    startFake(
      ({ path, headers, body }): FakeReply => {
        if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
        if (path === '/ping') return { status: 200, body: { status: 'ok' } };
        if (path !== '/lookup') return { status: 404 };
        const { subject } = JSON.parse(body.toString()) as { subject: Record<string, string> };
        if (subject['familienname'] === 'Niemand') return { status: 200, body: { result: 'notFound' } };
        return {
          status: 200,
          body: { result: 'found', attributes: { ...known, religion: 'not asked for' } },
        };
      },
      (url) => ({ 'melderegister.baseUrl': url, 'melderegister.token': token }),
    ),
};
