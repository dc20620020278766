import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attachment } from '#adapters/contract.js';
import { compose } from '#adapters/xdomea/mapping/message.js';
import { parameters as place } from '#adapters/xdomea/parameters.js';
import { draft } from '#adapters/xta/mapping/draft.js';
import { parameters } from '#adapters/xta/parameters.js';
import { sample } from '#fim/sample.js';
import type { Json } from '#submission/vocabulary.js';
import { fileNames } from '#xoev/file-names.js';
import { all, at, child, type Element, readXml, textAt } from '#xoev/read.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { attachment, delivery } from '../../test/contract/samples.js';
import { corpusFolder } from '../../test/corpus.js';
import { examplesOf, tryExample } from './examples.js';
import { openProcesses } from './load.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? describe : describe.skip;

const bauantrag = openProcesses({ timeout: 10_000 }).find({
  leistung: '99012008001000',
  ars: '081155002015',
  date: new Date('2026-11-26T08:00:00Z'),
})!;
const { program } = bauantrag.templates.get('zustellung')!.get('xbau')!;
const submission = {
  submissionId: '8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b10',
  caseId: 'c1a9a7d4-2f0e-4b63-9a0e-0d8e5a0b7c22',
  leistung: bauantrag.leistung,
  ars: '081155002015',
  receivedAt: '2026-11-26T08:15:00.000Z',
  schema: bauantrag.schema,
};
const landratsamt = parameters.parse({
  baseUrl: 'https://xta.example.org',
  clientCertificate: 'c',
  clientKey: 'k',
  author: 'bap:080000000000',
  authorName: 'Bauportal',
  reader: 'bab:081150000000',
  readerName: 'Landratsamt Böblingen',
  service: 'urn:example:dienst',
});

async function xbau(data: Json): Promise<Buffer> {
  const message = await program.run({ data, parameters: {}, registers: {}, submission });
  const { composed } = draft(delivery({ message, format: 'xml' }), landratsamt, {
    key: 'key',
    attempt: 1,
    now: new Date('2026-11-26T08:15:00Z'),
  });
  return composed.xml;
}

async function dataOf(name: string): Promise<Json> {
  const example = examplesOf(bauantrag).find((one) => one.name.startsWith(name))!;
  const answer = await tryExample(bauantrag, example);
  if (!('data' in answer)) throw new Error(JSON.stringify(answer));
  return answer.data;
}

describe('the Bauantrag as XBau 1200', () => {
  test('says what each plan is by the code lists that the standard offers', async () => {
    const data = (await dataOf('valid-einfamilienhaus')) as { G99005000006: { F99005000011: string }[] };
    const [plan] = data.G99005000006;
    const kinds = ['lageplan', 'bauzeichnung', 'baubeschreibung', 'standsicherheit', 'sonstiges'];
    const plans = kinds.map((kind) => ({ ...plan!, F99005000011: kind }));
    const message = readXml(await xbau({ ...data, G99005000006: plans }));
    const codes = all(child(message, 'anlagen'), 'anlage').map((one) =>
      ['anlageart', 'mimeType'].map((name) => [child(one, name)!.attributes, textAt(one, `${name}/code`)]),
    );
    const ofList = (name: string, code: string) => [
      { listURI: `urn:xoev-de:xbau:codeliste:${name}`, listVersionID: '1.0' },
      code,
    ];
    expect(codes).toEqual(
      ['1803', '2000', '1500', '2801', '0000'].map((code) => [
        ofList('anlagen', code),
        ofList('xbau-mimetypes', 'application/pdf'),
      ]),
    );
  });

  test('names applicant, plots and plans, each plan by its attachment', async () => {
    const data = (await dataOf('valid-einfamilienhaus')) as {
      G99005000006: { F99005000014: { attachmentId: string } }[];
    };
    const message = readXml(await xbau(data as never));
    expect(textAt(message, 'referenzAntragsservice/referenzAntragsservice')).toBe(submission.caseId);
    expect(textAt(message, 'antragsteller/natuerlichePerson/name/familienname/name')).toBe('Muster');
    expect(all(child(message, 'grundstueck'), 'flurstueck')).toHaveLength(2);
    const plans = all(child(message, 'anlagen'), 'anlage').map((plan) => at(plan, 'anhangOderVerlinkung/anhang'));
    expect(plans.map((plan) => [textAt(plan, 'dokumentid'), textAt(plan, 'dateiname')])).toEqual([
      [`urn:uuid:${data.G99005000006[0]!.F99005000014.attachmentId}`, 'Lageplan (Süd).pdf'],
      [`urn:uuid:${data.G99005000006[1]!.F99005000014.attachmentId}`, 'Bauzeichnungen.pdf'],
    ]);
  });

  /** Where the form says something that the message does not. */
  async function lostOf(data: Json): Promise<string[]> {
    const texts = (element: Element): string[] => [element.text, ...element.children.flatMap(texts)];
    const said = texts(readXml(await xbau(data))).join('\n');
    const values = (value: Json, at: string): string[] => {
      if (value === true) return []; // the declaration: without it there is no application
      if (value === null || typeof value !== 'object') return said.includes(String(value)) ? [] : [at];
      return Object.entries(value).flatMap(([key, item]) => values(item as Json, `${at}/${key}`));
    };
    // of a plan: what the file says itself, and its kind, which a code list says
    const plan = ['size', 'sha256', 'filename', 'F99005000011'];
    return values(data, '').filter((at) => !plan.some((key) => at.endsWith(`/${key}`)));
  }
  // who applies: the element that is there says it
  const bySilence = ['/G99005000001/F99005000001'];

  test.each(['valid-einfamilienhaus', 'valid-organisation'])('P1 %s: holds every value of the form', async (name) => {
    expect(await lostOf(await dataOf(name))).toEqual(bySilence);
  });

  test('P1 so do a thousand random applications', async () => {
    const lost = new Set<string>();
    for (let seed = 1; seed <= 1_000; seed++)
      for (const at of await lostOf(sample(bauantrag.model, { seed, fill: (seed % 11) / 10 }))) lost.add(at);
    expect([...lost]).toEqual(bySilence);
  }, 120_000);

  test('calls each plan as the adapter calls its file, and no two alike', async () => {
    const data = (await dataOf('valid-einfamilienhaus')) as { G99005000006: Json };
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
      fc.constantFrom(
        '.pdf',
        'a',
        'plan.',
        'a.verylongextension',
        `${'n'.repeat(190)}.pdf`,
        'Plan 👩.pdf',
        'a/b\\c.PDF',
        'Plan.pdf',
        'plan.PDF',
        'Plan',
      ),
    );
    const mimetype = fc.constantFrom('application/pdf', 'image/tiff', 'application/x-dwg');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ name, mimetype }), { minLength: 1, maxLength: 5 }), async (given) => {
        const plan = { F99005000011: 'lageplan', F99005000012: 'x', F99005000013: '2026-01-01' };
        const files = given.map(({ name, mimetype }, n) => ({
          attachmentId: `8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b1${n}`,
          filename: name.normalize('NFC'), // as the gateway takes it
          mimetype,
        }));
        const message = await program.run({
          parameters: {},
          registers: {},
          submission,
          data: { ...data, G99005000006: files.map((file) => ({ ...plan, F99005000014: file })) },
        });
        const names = [...JSON.stringify(message).matchAll(/"dateiname":("(?:[^"\\]|\\.)*")/g)].map(([, name]) =>
          JSON.parse(name!),
        );
        expect(names).toEqual(fileNames(files));
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(files.length);
        for (const name of names) expect(name.length).toBeLessThanOrEqual(140);
      }),
      { numRuns: 300 },
    );
  });

  test('has nothing empty in it (Schematron of the Kernmodul)', async () => {
    const hollow = (element: Element): string[] =>
      element.children.length === 0 && element.text.trim() === '' ? [element.name] : element.children.flatMap(hollow);
    for (const name of ['valid-einfamilienhaus', 'valid-organisation'])
      expect(hollow(readXml(await xbau(await dataOf(name))))).toEqual([]);
  });
});

withCorpus('by the XSD of XBau-Kernmodul 1.3.0', () => {
  const schemas = openSchemas(corpus);

  /** Of a thousand random applications, and how often; a fault by its seed. */
  async function verdicts(write: (data: Json) => Promise<Buffer>): Promise<[string, number][]> {
    const said = new Map<string, number>();
    for (let seed = 1; seed <= 1_000; seed++) {
      const verdict = schemas.validate(await write(sample(bauantrag.model, { seed, fill: (seed % 11) / 10 })));
      const text = verdict.kind === 'invalid' ? `${seed}: ${verdict.faults[0]}` : verdict.kind;
      said.set(text, (said.get(text) ?? 0) + 1);
    }
    return [...said];
  }

  test.each(['valid-einfamilienhaus', 'valid-organisation'])('%s is valid', async (name) => {
    expect(schemas.validate(await xbau(await dataOf(name)))).toMatchObject({ kind: 'valid' });
  });

  test.each(['\n', '\t', '\r\n'])('so is one whose texts are broken by %j, if the form takes it', async (broken) => {
    const { body } = examplesOf(bauantrag).find(({ name }) => name.startsWith('valid-einfamilienhaus'))!;
    const form = JSON.parse(body.toString()) as { fields: Record<string, unknown> };
    for (const [field, value] of Object.entries(form.fields)) {
      if (typeof value !== 'string' || value === '') continue;
      const fields = { ...form.fields, [field]: `${value.slice(0, 1)}${broken}${value.slice(1)}` };
      const answer = await tryExample(bauantrag, {
        name: field,
        contentType: 'application/json',
        body: Buffer.from(JSON.stringify({ ...form, fields })),
      });
      if ('data' in answer)
        expect([field, schemas.validate(await xbau(answer.data))]).toMatchObject([field, { kind: 'valid' }]);
    }
  });

  test('so are a thousand random applications', async () => {
    expect(await verdicts(xbau)).toEqual([['valid', 1_000]]);
  }, 120_000);

  test('and as they are filed in a DMS, by that of xdomea 3.0', async () => {
    const dms = place.parse({ place: 'folder', folder: 'dms', sender: 'Stadt', recipient: 'Registratur' });
    const files = (value: Json): Attachment[] =>
      value === null || typeof value !== 'object'
        ? []
        : 'attachmentId' in value
          ? [attachment(String(value['filename']), Buffer.from('x'))]
          : Object.values(value).flatMap(files);
    const filed = async (data: Json) => {
      const asked = delivery({ title: bauantrag.title, message: data, attachments: files(data), readable: () => [] });
      return Buffer.from((await compose(asked, dms, crypto.randomUUID(), new Date())).xml);
    };
    expect(await verdicts(filed)).toEqual([['valid', 1_000]]);
  }, 120_000);
});
