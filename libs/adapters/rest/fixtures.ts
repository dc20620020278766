import { type FakeReply, startFake } from '../kit/fake.js';
import type { Fixture } from '../kit/fixture.js';

const token = 'a-token-of-the-fixture';

export const fixture: Fixture = {
  address: 'rest.baseUrl',
  schema: 'delivery.schema.json',
  wrongCredentials: { values: { 'rest.token': 'another-token-of-the-fixture' }, blames: 'rest.token' },
  start: () =>
    startFake(
      ({ method, path, headers }, effects): FakeReply => {
        if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
        const found = /^\/deliveries\/(.+)$/.exec(path)?.[1];
        if (method === 'GET' && found)
          return effects.includes(found) ? { status: 200, body: { reference: `ref-${found}` } } : { status: 404 };
        if (method !== 'POST' || path !== '/deliveries') return { status: 404 };
        const key = String(headers['idempotency-key']);
        if (!effects.includes(key)) effects.push(key);
        return { status: 201, body: { reference: `ref-${key}` } };
      },
      (url) => ({ 'rest.baseUrl': url, 'rest.authentication': 'bearer', 'rest.token': token }),
    ),
};
