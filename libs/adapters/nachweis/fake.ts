import type { Answering, FakeReply } from '../kit/fake.js';

export const token = 'a-token-of-the-fixture';

const evidence = {
  id: 'N-1',
  typ: 'fahrzeughaltung',
  aussteller: 'Zulassungsbehörde Stuttgart',
  ausgestelltAm: '2026-01-31',
  merkmale: { kennzeichen: 'S-ST 1234' },
  dokument: {
    referenz: 'urn:uuid:0f5ac1a6-3c1f-4c55-93d8-9c3f0c1c7a02',
    sha256: 'ab'.repeat(32),
    mimetype: 'application/pdf',
  },
};

/** A service that has the evidence at the second poll, and has forgotten the request `gone`. */
export function slowService(): Answering {
  let polls = 0;
  return ({ method, path, headers }, effects): FakeReply => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
    if (path === '/ping') return { status: 200, body: { status: 'ok' } };
    const asked = /^\/anfragen\/(.+)$/.exec(path)?.[1];
    if (method === 'GET' && asked === 'gone') return { status: 410 };
    if (method === 'GET' && asked) {
      polls++;
      if (polls < 2) return { status: 200, body: { id: asked, status: 'PENDING' } };
      return { status: 200, body: { id: asked, status: 'SUCCESSFUL', nachweis: evidence } };
    }
    if (method !== 'POST' || path !== '/anfragen') return { status: 404 };
    const key = String(headers['idempotency-key']);
    if (!effects.includes(key)) effects.push(key);
    return { status: 202, headers: { 'retry-after': '2' }, body: { id: key, status: 'PENDING' } };
  };
}
