import { unzipSync } from 'fflate';
import { type Element, readXml } from '#xoev/read.js';
import type { Unpacked } from '../kit/fixture.js';
import { placeFixtures } from '../kit/places.js';

const keyOf = (name: string) => /^([\w-]{36})_FVDaten\.SGOAblegen\.0605\.zip$/.exec(name)?.[1];

/** Takes the ZIPs apart: the texts of message and data, and the attachments. */
function unpack(writes: Buffer[]): Unpacked {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const zip of writes)
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      const text = Buffer.from(bytes).toString();
      if (name.endsWith('0605.xml') || text.startsWith('<?xml')) texts.push(...textsOf(readXml(text)));
      else if (name.endsWith('.json')) texts.push(...strings(JSON.parse(text)));
      else if (text.startsWith('\ufeff')) texts.push(text.replaceAll('""', '"'));
      else files.push(Buffer.from(bytes));
    }
  return { texts: texts.join('\n'), files };
}

const textsOf = ({ text, children }: Element): string[] => [text, ...children.flatMap(textsOf)];
const strings = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [String(value)];

const values = { 'xdomea.sender': 'Stadt Beispiel', 'xdomea.recipient': 'Registratur' };

export const fixtures = {
  ...placeFixtures('xdomea', { keyOf, unpack, values }),
  folder: {
    withoutTarget: 'Ein Ordner auf dem Rechner des Workers; ihn prüft adapter.test.ts.',
    values: { ...values, 'xdomea.place': 'folder', 'xdomea.folder': 'dms' },
    ends: 'misconfigured',
  },
};
