import type { Unpacked } from '../kit/fixture.js';
import { placeFixtures } from '../kit/places.js';
import { stringsIn, stringsInXml } from '../kit/strings.js';

/** The key in a message's file name. Attachments have a number behind it, so they have none. */
const keyOf = (name: string) => /^([\w-]+)\.(?:json|xml|csv)$/.exec(name)?.[1];

/** Whatever is no message is an attachment. */
function unpack(writes: Buffer[]): Unpacked {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const text = bytes.toString();
    if (text.startsWith('<?xml')) texts.push(...stringsInXml(text));
    else if (text.startsWith('\ufeff')) texts.push(text.replaceAll('""', '"'));
    else if (/^[[{]/.test(text)) texts.push(...stringsIn(JSON.parse(text)));
    else files.push(bytes);
  }
  return { texts: texts.join('\n'), files };
}

export const fixtures = {
  ...placeFixtures('file-drop', { keyOf, unpack }),
  folder: {
    withoutTarget: 'Ein Ordner auf dem Rechner des Workers; ihn prüft place.test.ts.',
    values: { 'file-drop.place': 'folder', 'file-drop.folder': 'steuer' },
    ends: 'misconfigured',
  },
};
