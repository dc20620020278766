import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, readXml } from '#xoev/read.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { delivery } from '../../../../test/contract/samples.js';
import { corpusFolder } from '../../../../test/corpus.js';
import type { Attachment } from '../../contract.js';
import { parameters } from '../parameters.js';
import { compose } from './message.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? describe : describe.skip;

const given = parameters.parse({
  place: 'folder',
  sender: 'Stadt Heilbronn',
  recipient: 'DMS der Stadt Heilbronn',
  filePlan: '632.6',
  reference: 'BA-{jahr}-{antrag}',
});
const key = '3f0c7f5e-6f0b-4f57-9a35-0b4f6f4f8d11';
const now = new Date('2026-11-26T08:00:00Z');

const file = (filename: string, label?: string): Attachment => ({
  attachmentId: filename,
  filename,
  ...(label !== undefined && { label }),
  mimetype: 'application/octet-stream',
  size: 0,
  sha256: '',
  content: async () => new Uint8Array(),
  async *chunks() {},
});
const withFiles = (filenames: string[]) => ({ ...delivery(), attachments: filenames.map((name) => file(name)) });

test.each([
  ['Lageplan', 'application/pdf', /\.pdf$/, '018'],
  ['Lageplan', 'application/x-other', /\.bin$/, '100'],
  ['Lageplan.TIFF', 'application/pdf', /\.tiff$/, '024'],
])('%s of type %s has the extension %s', async (filename, mimetype, extension, format) => {
  const one = { ...delivery(), attachments: [{ ...file(filename), mimetype }] };
  const { attachments, xml } = await compose(one, given, key, now);
  expect(attachments[0]!.name).toMatch(extension);
  expect(xml.match(/<code>(\d{3})<\/code>\s*<\/xdomea:Name>/g)!.at(-1)).toContain(format);
});

test('an authority has its key and the list of its prefix', async () => {
  const { xml } = await compose(delivery(), { ...given, senderAuthority: 'ags:08121000' }, key, now);
  const praefix = at(readXml(xml), 'Kopf/Absender/Behoerdenkennung/Praefix');
  expect(praefix).toMatchObject({
    attributes: { listURI: 'urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix', listVersionID: '51' },
    children: [{ text: 'ags' }],
  });
});

describe('an xdomea message', () => {
  test('is the same for the same delivery and key', async () => {
    const one = withFiles(['a.pdf']);
    const [first, second] = [await compose(one, given, key, now), await compose(one, given, key, now)];
    expect(second.xml).toBe(first.xml);
    expect(second.pdf.bytes.equals(first.pdf.bytes)).toBe(true);
  });

  test('names each file by a UUID, and what it is by the code list', async () => {
    const { name, xml, attachments } = await compose(withFiles(['Frau Müller.PNG', 'plan.dwg']), given, key, now);
    expect(name).toBe(`${key}_FVDaten.SGOAblegen.0605`);
    expect(attachments.map((attachment) => attachment.name)).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}\.png$/),
      expect.stringMatching(/^[0-9a-f-]{36}\.dwg$/),
    ]);
    expect(xml).toMatch(/<code>019<\/code>\s*<\/xdomea:Name>/);
    expect(xml).toMatch(/<code>100<\/code>\s*<\/xdomea:Name>\s*<xdomea:SonstigerName>dwg</);
  });
});

withCorpus('by the XSD of xdomea 3.0.0', () => {
  const schemas = openSchemas(corpus);

  test('a message is valid, whatever the attachments are called', async () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 300 });
    const names = fc.array(fc.tuple(word, fc.option(word, { nil: undefined })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom('', '.pdf', '.PDF', '.constructor', '.x'), async (stems, extension) => {
        const attachments = stems.map(([stem, label]) => file(stem + extension, label));
        const { xml } = await compose({ ...delivery(), attachments }, given, key, now);
        expect(schemas.validate(Buffer.from(xml))).toMatchObject({ kind: 'valid' });
      }),
      { numRuns: 200 },
    );
  });
});
