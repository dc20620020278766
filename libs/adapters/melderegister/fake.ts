import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import type { FakeReply, FakeRequest } from '../kit/fake.js';
import { encode } from '../tools/formats.js';
import { namespace } from './mapping.js';

export const token = 'a-token-of-the-fixture';

const named = z.object({ name: z.string() });
const requestSchema = z.object({
  'datenabruf.anfrage': z.object({
    'nachrichtenkopf.g2g': z.object({ 'identifikation.nachricht': z.object({ nachrichtenUUID: z.string() }) }),
    suchprofil: z.array(z.object({ auswahldaten: z.object({ name: z.object({ nachname: named }) }) })),
  }),
});

/** A register in which everybody lives at Beispielweg 7, but nobody called Niemand, and two called Doppelt. */
export function answerInXml({ path, headers, body }: FakeRequest): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  if (path === '/ping') return { status: 200, body: { status: 'ok' } };
  if (path !== '/datenabruf') return { status: 404 };
  const request = requestSchema.parse(toPlain(readXml(body), { lists: ['suchprofil'] }))['datenabruf.anfrage'];
  const uuid = request['nachrichtenkopf.g2g']['identifikation.nachricht'].nachrichtenUUID;
  const names = request.suchprofil.map(({ auswahldaten }) => auswahldaten.name.nachname.name);
  return { status: 200, headers: { 'content-type': 'application/xml' }, text: answerTo(uuid, names) };
}

function answerTo(uuid: string, names: string[]): string {
  const message = {
    'mr:datenabruf.antwort': {
      '@xmlns:mr': namespace,
      'nachrichtenkopf.g2g': { 'identifikation.nachricht': { bezug: { nachrichtenUUID: uuid } } },
      'mr:ergebnis': names.map((name, index) => ({ '@nummer': String(index + 1), ...resultFor(name) })),
    },
  };
  return encode(message, 'xml').bytes.toString();
}

function resultFor(nachname: string): Record<string, Json> {
  if (nachname === 'Niemand') return { 'mr:trefferart': { code: 'keinTreffer' } };
  if (nachname === 'Doppelt') return { 'mr:trefferart': { code: 'mehrdeutig' } };
  return {
    'mr:trefferart': { code: 'eindeutig' },
    'mr:person': {
      name: { nachname: { name: nachname } },
      religion: 'not asked for',
      wohnung: {
        anschrift: { strasse: 'Beispielweg', hausnummer: '7', postleitzahl: '70173', wohnort: 'Stuttgart' },
        einzugsdatum: '2019-04-01',
      },
    },
  };
}
