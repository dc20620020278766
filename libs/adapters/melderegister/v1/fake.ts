import type { FakeReply, FakeRequest } from '../../kit/fake.js';

export const token = 'a-token-of-the-fixture';

const known = {
  familienname: 'Muster',
  vornamen: 'Mia',
  geburtsdatum: '1984-05-12',
  anschrift: 'Beispielweg 7',
  einzugsdatum: '2019-04-01',
};

/** A register in which everybody is the same person, but nobody is called Niemand. */
export function answer({ path, headers, body }: FakeRequest): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  if (path === '/ping') return { status: 200, body: { status: 'ok' } };
  if (path !== '/lookup') return { status: 404 };
  const { subject } = JSON.parse(body.toString()) as { subject: Record<string, string> };
  if (subject['familienname'] === 'Niemand') return { status: 200, body: { result: 'notFound' } };
  return { status: 200, body: { result: 'found', attributes: { ...known, religion: 'not asked for' } } };
}
