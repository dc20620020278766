import { XMLParser } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';
import { shelves } from '../kit/shelf.js';

/** Of a message; attachments have a number behind it. */
const keyOf = (name: string) => /^([\w-]+)\.(?:json|xml|csv)$/.exec(name)?.[1];

/** What is no message is an attachment. */
function unpack(writes: Buffer[]) {
  const texts: string[] = [];
  const files: Buffer[] = [];
  for (const bytes of writes) {
    const text = bytes.toString();
    if (text.startsWith('<?xml')) texts.push(JSON.stringify(xml.parse(text)));
    else if (text.startsWith('\ufeff')) texts.push(JSON.stringify(text.replaceAll('""', '"')));
    else if (/^[[{]/.test(text)) texts.push(text);
    else files.push(bytes);
  }
  return { texts: texts.map((text) => strings(JSON.parse(text)).join('\n')).join('\n'), files };
}

const xml = new XMLParser({ trimValues: false, htmlEntities: true, parseTagValue: false });
const strings = (value: Json): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [String(value)];

export const fixtures = {
  ...shelves('file-drop', { keyOf, unpack }),
  folder: {
    withoutTarget: 'a folder on the worker’s own host; place.test.ts tries it',
    values: { 'file-drop.place': 'folder', 'file-drop.folder': 'steuer' },
    ends: 'misconfigured',
  },
};
