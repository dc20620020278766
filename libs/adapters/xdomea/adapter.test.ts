import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import type { Json } from '#submission/vocabulary.js';
import { all, at, child, type Element, readXml, textAt } from '#xoev/read.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { attachment, delivery } from '../../../test/contract/samples.js';
import { Trial } from '../../../test/contract/trial.js';
import { corpusFolder } from '../../../test/corpus.js';
import type { Delivery } from '../contract.js';
import { adapter } from './adapter.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? describe : describe.skip;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xdomea-'));
  mkdirSync(join(home, 'dms'));
  mkdirSync(join(home, 'zurueck'));
});
afterEach(() => rmSync(home, { recursive: true }));

function trial(values: Record<string, Json> = {}, more: Partial<Delivery> = {}): Trial {
  const place = { 'xdomea.place': 'folder', 'xdomea.folder': 'dms' };
  const parties = { 'xdomea.sender': 'Stadt Beispiel', 'xdomea.recipient': 'Registratur' };
  const tried = new Trial(adapter, { ...place, ...parties, ...values }, undefined, home);
  tried.question = { call: 'deliver', delivery: delivery(more) };
  return tried;
}
const checkedBy = (tried: Trial) => {
  tried.surroundings = { ...tried.surroundings, schemas: openSchemas(corpus) };
  return tried;
};

const nameOf = (key: string, kind = 'SGOAblegen.0605') => `${key}_FVDaten.${kind}`;
function filed(key: string) {
  const files = unzipSync(readFileSync(join(home, 'dms', `${nameOf(key)}.zip`)));
  return { files, message: readXml(files[`${nameOf(key)}.xml`]!) };
}
const primaries = (element: Element): string[] =>
  element.name === 'Primaerdokument' ? [textAt(element, 'Dateiname')!] : element.children.flatMap(primaries);

describe('the ZIP', () => {
  test('holds the message and just the files that it names, under names that no person chose', async () => {
    const one = trial(
      {},
      {
        submissionId: '3f0c7f5e-6f0b-4f57-9a35-0b4f6f4f8d11',
        receivedAt: '2026-11-25T23:30:00Z',
        attachments: [
          { ...attachment('Plan Müller.pdf', Buffer.from('a')), label: 'Lageplan' },
          attachment('b.dwg', Buffer.alloc(0)),
          { ...attachment('c.pdf', Buffer.from('c')), label: 'Lageplan' },
        ],
      },
    );
    expect(await one.attempt()).toMatchObject({
      kind: 'delivered',
      note: { public: expect.stringContaining('Nicht gegen') },
    });
    const { files, message } = filed(one.key);
    expect(primaries(message).sort()).toEqual(
      Object.keys(files)
        .filter((name) => !name.endsWith('0605.xml'))
        .sort(),
    );
    expect(Object.keys(files).join()).not.toContain('Müller');
    expect(readdirSync(join(home, 'dms')).sort()).toEqual([`.${one.key}.sent`, `${nameOf(one.key)}.zip`]);
    const vorgang = at(message, 'SchriftgutobjektZumAblegen/Schriftgutobjekt/Vorgang');
    expect(textAt(vorgang, 'AllgemeineMetadaten/Betreff')).toBe(
      'Hundesteuer: Hund anmelden – Eingang 6f4f8d11 vom 26.11.2026',
    );
    const documents = all(vorgang, 'Dokument');
    expect(documents.map((one) => textAt(one, 'AllgemeineMetadaten/Betreff'))).toEqual([
      'Antrag',
      'Lageplan 1',
      'Anlage',
      'Lageplan 2',
    ]);
    expect(all(child(documents[0], 'Version'), 'Format').map((one) => textAt(one, 'Name/code'))).toEqual([
      '018',
      '100',
    ]);
  });

  test('P2 is the same, byte by byte, for the same delivery', async () => {
    const one = trial();
    await one.attempt();
    const before = readFileSync(join(home, 'dms', `${nameOf(one.key)}.zip`));
    for (const name of readdirSync(join(home, 'dms'))) rmSync(join(home, 'dms', name));
    await one.attempt();
    expect(readFileSync(join(home, 'dms', `${nameOf(one.key)}.zip`)).equals(before)).toBe(true);
  });

  test('P2 that the DMS has taken away is not filed again', async () => {
    const one = trial();
    await one.attempt();
    rmSync(join(home, 'dms', `${nameOf(one.key)}.zip`));
    expect(await one.find()).toMatchObject({ kind: 'delivered' });
    expect(await one.attempt()).toMatchObject({ kind: 'delivered' });
    expect(readdirSync(join(home, 'dms'))).toEqual([`.${one.key}.sent`]);
  });
});

describe('without a schema', () => {
  test('nothing is filed where the region demands one', async () => {
    const one = trial({ 'xdomea.validation': 'required' });
    expect(await one.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'xdomea.validation' });
    expect((await one.check()).at(-1)).toMatchObject({ step: 'schema', ok: false });
    expect(readdirSync(join(home, 'dms'))).toEqual([]);
  });
});

describe('the connection test', () => {
  test('looks into the folder of the confirmations, and blames it', async () => {
    const step = async (returns: string) =>
      (await trial({ 'xdomea.returns': returns }).check()).find(({ step }) => step === 'returns');
    expect(await step('zurueck')).toMatchObject({ ok: true });
    expect(await step('nirgends')).toMatchObject({ ok: false, parameter: 'xdomea.returns' });
  });

  test('and while it is away, it is what the task waits for', async () => {
    const one = trial({ 'xdomea.returns': 'nirgends' });
    expect(await one.attempt()).toMatchObject({ kind: 'pending' });
    expect(await one.status(one.key)).toMatchObject({ kind: 'misconfigured', parameter: 'xdomea.returns' });
  });
});

describe('the confirmation of the DMS', () => {
  const answered = (key: string, codes: string[], name = 'FVDaten.ImportBestaetigen.0630') =>
    [
      `<?xml version="1.0"?><x:${name} xmlns:x="urn:xoev-de:xdomea:schema:3.0.0">`,
      `<x:Kopf><x:ProzessID>${key}</x:ProzessID></x:Kopf><x:ErfolgOderMisserfolg>`,
      ...codes.map(
        (code) =>
          `<x:Rueckmeldung><x:AllgemeineRueckmeldung><code>${code}</code></x:AllgemeineRueckmeldung></x:Rueckmeldung>`,
      ),
      `</x:ErfolgOderMisserfolg></x:${name}>`,
    ].join('');
  const put = (key: string, content: string | Uint8Array, extension = 'xml') =>
    writeFileSync(join(home, 'zurueck', `${nameOf(key, 'ImportBestaetigen.0630')}.${extension}`), content);

  async function waiting() {
    const one = trial({ 'xdomea.returns': 'zurueck' });
    expect(await one.attempt()).toMatchObject({ kind: 'pending', externalReference: one.key });
    expect(await one.status(one.key)).toMatchObject({ kind: 'pending' });
    return one;
  }

  test('ends it, as XML or packed', async () => {
    for (const packed of [false, true]) {
      const one = await waiting();
      const xml = answered(one.key, ['0000000']);
      if (packed)
        put(one.key, zipSync({ [`${nameOf(one.key, 'ImportBestaetigen.0630')}.xml`]: Buffer.from(xml) }), 'zip');
      else put(one.key, xml);
      expect(await one.status(one.key)).toMatchObject({ kind: 'delivered' });
    }
  });

  test('as a DMS may write it: capitals, a broken file beside the good one, its own number', async () => {
    const shouted = await waiting();
    put(shouted.key.toUpperCase(), answered(shouted.key.toUpperCase(), ['0000000']));
    expect(await shouted.status(shouted.key)).toMatchObject({ kind: 'delivered' });

    const twice = await waiting();
    put(twice.key, '');
    const name = `${nameOf(twice.key, 'ImportBestaetigen.0630')}.xml`;
    const id = '<x:Rueckgabeparameter><x:IDSGO>11111111-2222-4333-8444-555555555555</x:IDSGO></x:Rueckgabeparameter>';
    const xml = answered(twice.key, ['0000000']).replace('</x:ErfolgOderMisserfolg>', `${id}$&`);
    put(twice.key, zipSync({ [name]: Buffer.from(xml) }), 'zip');
    expect(await twice.status(twice.key)).toMatchObject({
      kind: 'delivered',
      note: { public: expect.stringMatching(/^Kennung im DMS: 11111111-2222-4333-8444-555555555555\. Nicht gegen/) },
    });
  });

  test.each<[string, string, RegExp]>([
    ['0000004', 'AllgemeineRueckmeldung', /^Das DMS erlaubt die Ablage nicht\.$/],
    ['0605001', 'SpezifischeFehlermeldung0605', /Akte nicht.* container nennt/],
    ['0605007', 'SpezifischeFehlermeldung0605', /In einer Angabe .*Zeichen/],
    ['', 'SonstigeFehlermeldung', /den Grund nennt nur seine Bestätigung\.$/],
  ])('that names the failure %s makes it a dead letter that says why', async (code, element, why) => {
    const one = await waiting();
    const feedback = `<x:${element}>${code ? `<code>${code}</code>` : 'Erika Muster'}</x:${element}>`;
    put(
      one.key,
      answered(one.key, ['0000000']).replace(
        '</x:ErfolgOderMisserfolg>',
        `<x:Rueckmeldung>${feedback}</x:Rueckmeldung>$&`,
      ),
    );
    const answer = await one.status(one.key);
    expect(answer).toMatchObject({ kind: 'rejected', reasons: [{ public: expect.stringMatching(why) }] });
    expect(JSON.stringify(answer)).not.toContain('Erika');
  });

  test('tells each time that nothing was checked', async () => {
    const note = { public: expect.stringContaining('Nicht gegen') };
    const one = await waiting();
    expect([await one.status(one.key), await one.find()]).toEqual([
      expect.objectContaining({ kind: 'pending', note }),
      expect.objectContaining({ kind: 'pending', note }),
    ]);
    put(one.key, answered(one.key, ['0000000']));
    expect(await one.status(one.key)).toMatchObject({ kind: 'delivered', note });
  });

  test('P1 P2 that says the object failed is a failure, that says it is there already is none', async () => {
    let one = await waiting();
    const about = (successful: boolean, code: string) =>
      `<x:Rueckgabeparameter><x:Erfolgreich>${successful}</x:Erfolgreich>` +
      `<x:Rueckmeldung><x:SpezifischeFehlermeldung0605><code>${code}</code></x:SpezifischeFehlermeldung0605>` +
      '</x:Rueckmeldung></x:Rueckgabeparameter>';
    const put0630 = (codes: string[], more = '') =>
      put(one.key, answered(one.key, codes).replace('</x:ErfolgOderMisserfolg>', `${more}</x:ErfolgOderMisserfolg>`));
    put0630(['0000000'], about(false, '0605005'));
    expect(await one.status(one.key)).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('0605005') }],
    });
    one = await waiting();
    put0630(['0000000'], '<x:Rueckgabeparameter><x:Erfolgreich>0</x:Erfolgreich></x:Rueckgabeparameter>');
    expect(await one.status(one.key)).toMatchObject({ kind: 'rejected' });
    one = await waiting();
    put0630([], '<x:Rueckgabeparameter><x:Erfolgreich>false</x:Erfolgreich></x:Rueckgabeparameter>');
    expect(await one.status(one.key)).toMatchObject({ kind: 'rejected' });
    for (const processed of ['0000009', '0000509']) {
      one = await waiting();
      put0630([processed]);
      expect(await one.status(one.key)).toMatchObject({ kind: 'delivered' });
    }
  });

  test('P1 P2 that was a refusal: a replay files it anew under another ProzessID, else nothing', async () => {
    const one = await waiting();
    const zips = () => readdirSync(join(home, 'dms')).filter((name) => name.endsWith('.zip'));
    one.checkpoints.clear();
    expect(await one.attempt()).toMatchObject({ kind: 'pending', externalReference: one.key });
    expect(zips()).toHaveLength(1);
    put(one.key, answered(one.key, ['0000004']));
    one.checkpoints.clear();
    const again = await one.attempt();
    if (again.kind !== 'pending') throw new Error(`it ended as ${again.kind}`);
    const { externalReference: second } = again;
    expect(second).not.toBe(one.key);
    expect(zips()).toHaveLength(2);
    expect(textAt(filed(second).message, 'Kopf/ProzessID')).toBe(second);
    const names = (key: string) => Object.keys(filed(key).files);
    expect(names(second).filter((name) => names(one.key).includes(name))).toEqual([]);
    // from now on this one counts, whatever happens in between
    expect(await one.find()).toMatchObject({ kind: 'pending', externalReference: second });
    expect(await one.attempt()).toMatchObject({ externalReference: second });
    one.checkpoints.clear();
    expect(await one.attempt()).toMatchObject({ externalReference: second });
    expect(zips()).toHaveLength(2);
    put(second, answered(second, ['0000000']));
    expect(await one.status(second)).toMatchObject({ kind: 'delivered', externalReference: second });
  });

  const zips = (folder = 'dms') => readdirSync(join(home, folder)).filter((name) => name.endsWith('.zip'));
  async function refused() {
    const one = await waiting();
    put(one.key, answered(one.key, ['0000004']));
    expect(await one.status(one.key)).toMatchObject({ kind: 'rejected' });
    return one;
  }

  test.each<[string, (one: Trial) => void]>([
    [
      'the confirmation is tidied away',
      ({ key }) => rmSync(join(home, 'zurueck', `${nameOf(key, 'ImportBestaetigen.0630')}.xml`)),
    ],
    ['nobody waits for confirmations any more', ({ values }) => delete values['xdomea.returns']],
    [
      'the folder is another',
      ({ values }) => {
        mkdirSync(join(home, 'dms2'));
        values['xdomea.folder'] = 'dms2';
      },
    ],
    ['it is replayed as it ran, with all that it kept', () => {}],
  ])('P1 P2 that was a refusal is remembered: a replay files anew, once, when %s', async (what, change) => {
    const one = await refused();
    if (!what.includes('as it ran')) one.checkpoints.clear();
    change(one);
    const again = await one.attempt();
    const second = 'externalReference' in again ? again.externalReference : '';
    expect(again).toMatchObject({ kind: one.values['xdomea.returns'] ? 'pending' : 'delivered' });
    expect(second).not.toBe(one.key);
    expect(await one.attempt()).toMatchObject({ externalReference: second });
    expect(await one.status(second)).toMatchObject({ kind: again.kind });
    expect([...zips(), ...(existsSync(join(home, 'dms2')) ? zips('dms2') : [])].sort()).toEqual(
      [`${nameOf(one.key)}.zip`, `${nameOf(second)}.zip`].sort(),
    );
  });

  test('P1 that was a refusal does not answer for a replay that died before it filed anything', async () => {
    const one = await refused();
    expect(await one.find()).toMatchObject({ kind: 'absent' });
    expect(await one.attempt()).toMatchObject({ kind: 'pending' });
    expect(zips()).toHaveLength(2);
  });

  test('P2 that was a refusal is remembered also where only the replay saw it', async () => {
    const one = await waiting();
    put(one.key, answered(one.key, ['0000004']));
    const again = await one.attempt();
    rmSync(join(home, 'zurueck', `${nameOf(one.key, 'ImportBestaetigen.0630')}.xml`));
    one.checkpoints.clear();
    expect(await one.attempt()).toEqual({ ...again, askAgainAt: expect.anything(), note: undefined });
    expect(zips()).toHaveLength(2);
  });

  test('P2 that was a refusal is none any more once the DMS has taken it after all', async () => {
    const one = await refused();
    put(one.key, answered(one.key, ['0000000']));
    one.checkpoints.clear();
    expect(await one.attempt()).toMatchObject({ kind: 'pending', externalReference: one.key });
    expect(await one.status(one.key)).toMatchObject({ kind: 'delivered' });
    expect(zips()).toHaveLength(1);
  });

  test('is not looked for while a parameter of the place is missing', async () => {
    const one = await waiting();
    one.values['xdomea.place'] = 'webdav';
    expect(await one.status(one.key)).toMatchObject({ kind: 'misconfigured', parameter: 'xdomea.url' });
  });

  const part = (done: boolean) => `<x:Rueckgabeparameter><x:Erfolgreich>${done}</x:Erfolgreich></x:Rueckgabeparameter>`;
  const unclear = ['0000001', '0000002', '0000015', '0000499', '0000501', '0000502', '0000513', '0000999'];
  test.each<[string, string[], string]>([
    ...unclear.map((code): [string, string[], string] => [code, [code], '']),
    ['what of it', ['0000000'], part(true) + part(false)],
    ['whether at all', ['0000009'], part(false)],
  ])('P2 that does not know (%s) files nothing anew on a replay', async (_, codes, parts) => {
    const one = await waiting();
    put(one.key, answered(one.key, codes).replace('</x:ErfolgOderMisserfolg>', `${parts}$&`));
    expect(await one.status(one.key)).toMatchObject({
      kind: 'rejected',
      reasons: [expect.anything(), { public: 'Was davon angelegt ist, zeigt nur das DMS.' }],
    });
    one.checkpoints.clear();
    mkdirSync(join(home, 'dms2'));
    for (const folder of ['dms', 'dms2']) {
      one.values['xdomea.folder'] = folder;
      expect(await one.attempt()).toMatchObject({ kind: 'pending', externalReference: one.key });
    }
    expect([...zips(), ...zips('dms2')]).toEqual([`${nameOf(one.key)}.zip`]);
  });

  const corrected = 'what the region corrected reaches a message that was kept and did not arrive';
  test(`P5 ${corrected}; else the same goes out`, async () => {
    const one = trial();
    await one.attempt();
    const before = readFileSync(join(home, 'dms', `${nameOf(one.key)}.zip`));
    const lose = () => {
      for (const name of readdirSync(join(home, 'dms'))) rmSync(join(home, 'dms', name));
    };
    lose();
    await one.attempt();
    expect(readFileSync(join(home, 'dms', `${nameOf(one.key)}.zip`)).equals(before)).toBe(true);
    expect(one.checkpoints.size).toBe(1);
    lose();
    one.values['xdomea.validation'] = 'required';
    expect(await one.attempt()).toMatchObject({ kind: 'misconfigured' });
    one.values['xdomea.validation'] = 'available';
    one.values['xdomea.container'] = 'A-1';
    await one.attempt();
    expect(textAt(filed(one.key).message, 'SchriftgutobjektZumAblegen/IDContainer')).toBe('A-1');
    lose();
    one.values['xdomea.returns'] = 'zurueck';
    await one.attempt();
    expect(textAt(filed(one.key).message, 'Kopf/Empfangsbestaetigung')).toBe('true');
    delete one.values['xdomea.returns'];
    lose();
    one.values['xdomea.recipient'] = 'Bauregistratur';
    await one.attempt();
    expect(textAt(filed(one.key).message, 'Kopf/Empfaenger/Institution/Name')).toBe('Bauregistratur');
  });

  test.each<[string, (key: string) => string | Uint8Array, string]>([
    ['is about another process', () => answered('00000000-0000-4000-8000-000000000000', ['0000000']), 'xml'],
    ['is another message', (key) => answered(key, ['0000000'], 'FVDaten.EmpfangBestaetigen.0629'), 'xml'],
    ['says nothing', (key) => answered(key, []), 'xml'],
    [
      'is of another standard',
      (key) => answered(key, ['0000000']).replace('urn:xoev-de:xdomea:schema:3.0.0', 'urn:example:other'),
      'xml',
    ],
    ['has a DTD', (key) => `<!DOCTYPE a [<!ENTITY b "c">]>${answered(key, ['0000000'])}`, 'xml'],
    ['is no XML', () => 'Guten Tag', 'xml'],
    ['is too large', () => Buffer.alloc(2 << 20), 'xml'],
    ['is no ZIP', () => 'Guten Tag', 'zip'],
    ['is a ZIP of something else', () => zipSync({ '../../a.xml': Buffer.from('<a/>') }), 'zip'],
    [
      'is a bomb',
      (key) => zipSync({ [`${nameOf(key, 'ImportBestaetigen.0630')}.xml`]: Buffer.alloc(50 << 20) }),
      'zip',
    ],
  ])('P6 that %s is none: it is asked for again', async (_, make, extension) => {
    const one = await waiting();
    put(one.key, make(one.key), extension);
    expect(await one.status(one.key)).toMatchObject({ kind: 'later' });
  });
});

withCorpus('by the XSD of xdomea 3.0', () => {
  test('is valid whatever was handed in', async () => {
    const file = fc.record({
      name: fc
        .string({ unit: 'grapheme', maxLength: 40 })
        .map((name) => name.replace(/[\p{Cc}\ufffe\uffff]|\p{Cs}/gu, '')),
      size: fc.nat({ max: 3 }),
    });
    const given = fc.record({
      files: fc.array(file, { maxLength: 20 }),
      title: fc.constantFrom('Bauantrag', 'Hundesteuer: <Hund> & „Katze“'),
      values: fc.constantFrom<Record<string, Json>>(
        {},
        { 'xdomea.returns': 'zurueck', 'xdomea.system': 'DMS', 'xdomea.container': 'A-1' },
        {
          'xdomea.senderAuthority': 'bab:081150000000',
          'xdomea.reference': 'BA-{jahr}-{ags}-{antrag}',
          'xdomea.filePlan': '632.6',
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ files, title, values }) => {
        const attachments = files.map(({ name, size }) => attachment(name, Buffer.alloc(size)));
        const one = checkedBy(trial(values, { title, attachments }));
        const answer = await one.attempt();
        expect([answer.kind, 'note' in answer]).toEqual([values['xdomea.returns'] ? 'pending' : 'delivered', false]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('what is not valid is not filed, and nobody is named', async () => {
    const one = checkedBy(trial());
    one.surroundings = {
      ...one.surroundings,
      schemas: {
        knows: () => true,
        validate: () => ({ kind: 'invalid', schema: 'x.xsd', faults: ['Element Kopf, Zeile 3: fehlt.'] }),
      },
    };
    expect(await one.attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ public: 'Element Kopf, Zeile 3: fehlt.' }],
    });
    expect(readdirSync(join(home, 'dms'))).toEqual([]);
  });
});
