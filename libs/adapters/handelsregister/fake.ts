import { z } from 'zod';
import type { FakeReply, FakeRequest } from '../kit/fake.js';

export const token = 'a-token-of-the-fixture';

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
const elsewhere = { ...company, gericht: 'Ulm', firma: 'Ulmer Musterwerk GmbH' };

const question = z.object({ nummer: z.string() });

/** A register that answers with all entries of a number, whatever the court. */
export function answer({ path, headers, body }: FakeRequest): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  if (path === '/ping') return { status: 200, body: { status: 'ok' } };
  if (path !== '/suche') return { status: 404 };
  const { nummer } = question.parse(JSON.parse(body.toString()));
  return { status: 200, body: { treffer: nummer === '1' ? [] : [elsewhere, company] } };
}
