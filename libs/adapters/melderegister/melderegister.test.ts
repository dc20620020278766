import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '#adapter-host/answer.js';
import { call } from '#adapter-host/call.js';
import { loadAdapters, versionOf } from '#adapter-host/load.js';
import { bare } from '#adapter-host/surroundings.js';
import type { Json } from '#submission/vocabulary.js';
import type { RegisterAdapter } from '../contract.js';
import { startFake } from '../kit/fake.js';
import type { TargetFixture } from '../kit/fixture.js';
import type { Target } from '../kit/target.js';
import { read } from './answers.js';
import { fixture } from './fixtures.js';
import { fixture as fixtureOfVersion1 } from './v1/fixtures.js';

const family = (await loadAdapters()).get('melderegister') as RegisterAdapter;
const uuid = 'a3a5c3f1-1111-4222-8333-444455556666';
const attributes = ['familienname', 'anschrift', 'einzugsdatum'];

function lookup(target: Target, subject: Json, asked = attributes): Promise<Answer> {
  return call(
    {
      adapter: versionOf(family, target.values['melderegister.version'])!,
      values: target.values,
      idempotencyKey: uuid,
      attempt: 1,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      ...bare,
      now: () => new Date(),
      checkpoint: async (_, data) => data,
      log() {},
    },
    {
      call: 'lookup',
      request: {
        submissionId: 's',
        leistung: '99115005104000',
        ars: '081110000000',
        subject,
        attributes: asked,
        purpose: 'Wohnsitz <anmelden> & "prüfen"',
        legalBasis: '§ 34 BMG',
      },
    },
  );
}

describe('the Melderegister, version 2,', () => {
  let target: Target;
  beforeEach(async () => {
    target = await (fixture as TargetFixture).start({ startFake });
  });
  afterEach(() => target.close());

  const address = { strasse: 'Beispielweg', hausnummer: '7', plz: '70173', ort: 'Stuttgart' };
  const person = (familienname: string) => ({ familienname, geburtsdatum: '1984-05-12', nebenbei: 'nicht gefragt' });

  test('asks about several persons in one message, and answers in their order', async () => {
    const answer = await lookup(target, [person('Łukaszewska-D’Angelo'), person('Niemand'), person('Nguyễn')]);
    expect(answer).toEqual({
      kind: 'found',
      source: 'Melderegister',
      attributes: {
        familienname: ['Łukaszewska-D’Angelo', null, 'Nguyễn'],
        anschrift: [address, null, address],
        einzugsdatum: ['2019-04-01', null, '2019-04-01'],
      },
    });
    expect(target.requests).toHaveLength(1);
    const [sent] = target.writes.map(({ bytes }) => bytes.toString());
    expect(sent).toContain('Wohnsitz &lt;anmelden&gt; &amp; &quot;prüfen&quot;');
    expect(sent).not.toContain('nicht gefragt');
  });

  test('answers about one person with values, and says not found for nobody and for several', async () => {
    expect(await lookup(target, person('Grün'))).toMatchObject({ kind: 'found', attributes: { anschrift: address } });
    expect(await lookup(target, person('Niemand'))).toEqual({ kind: 'notFound', source: 'Melderegister' });
    expect(await lookup(target, person('Doppelt'))).toEqual({ kind: 'ambiguous', source: 'Melderegister' });
  });

  test('says why nothing is reported, where the process asks for that', async () => {
    expect(await lookup(target, [person('Grün'), person('Niemand'), person('Doppelt')], ['hinweis'])).toMatchObject({
      ambiguous: 1,
      attributes: {
        hinweis: [
          null,
          'Zu diesen Angaben teilt das Melderegister nichts mit.',
          'Mehrere Personen passen zu diesen Angaben.',
        ],
      },
    });
  });

  test('sends nothing for a subject that is no person', async () => {
    for (const subject of [{}, [], [person('Grün'), {}], 'Grün', null])
      expect(await lookup(target, subject)).toMatchObject({ kind: 'rejected' });
    expect(target.requests).toEqual([]);
  });
});

const head = (bezug: string) =>
  '<nachrichtenkopf.g2g><identifikation.nachricht>' +
  `<bezug><nachrichtenUUID>${bezug}</nachrichtenUUID></bezug>` +
  '</identifikation.nachricht></nachrichtenkopf.g2g>';

describe('an answer', () => {
  const answer = (results: string, bezug = uuid) =>
    `<a:datenabruf.antwort xmlns:a="urn:x">${head(bezug)}${results}</a:datenabruf.antwort>`;
  const one = (name: string, nummer = 1) =>
    `<a:ergebnis nummer="${nummer}"><a:trefferart><code>eindeutig</code></a:trefferart>` +
    `<a:person><name><nachname><name>${name}</name></nachname></name></a:person></a:ergebnis>`;
  const nameIn = (xml: string) => read(xml, uuid, 1);

  test('is read with every way to write a character', () => {
    expect(nameIn(answer(one('M&#252;ller &amp; S&#xF6;hne')))).toEqual({
      hits: [{ attributes: { familienname: 'Müller & Söhne' } }],
    });
  });

  test.each([
    ['that is empty', ''],
    ['that is no XML', 'kein XML'],
    ['that is cut off', answer(one('Grün')).slice(0, -4)],
    ['with a DTD', `<!DOCTYPE a [<!ENTITY b "c">]>${answer(one('&b;'))}`],
    ['with tags that do not match', answer(one('Grün')).replace('</a:person>', '</a:persona>')],
    ['with two roots', answer(one('Grün')).repeat(2)],
    ['with an unknown entity', answer(one('&b;'))],
    ['with a control character', answer(one('Gr\u0007ün'))],
    ['with a NUL', answer(one('Gr\0ün'))],
    ['that is too deep', answer(`${'<b>'.repeat(60)}${'</b>'.repeat(60)}${one('Grün')}`)],
    ['that is too large', answer(one('Grün') + ' '.repeat(2_000_000))],
    ['to another message', answer(one('Grün'), 'b3a5c3f1-1111-4222-8333-444455556666')],
    ['about nobody', answer('')],
    ['about one too many', answer(one('Grün') + one('Blau', 2))],
    ['about the same person twice', answer(one('Grün') + one('Blau'))],
    ['about a person that nobody asked for', answer(one('Grün', 2))],
  ])('%s is none', (_, xml) => {
    expect(nameIn(xml)).toBeUndefined();
  });
});

test('two municipalities ask by two versions at the same time', async () => {
  const [first, second] = await Promise.all(
    [fixtureOfVersion1, fixture].map((one) => (one as TargetFixture).start({ startFake })),
  );
  first!.values['melderegister.version'] = '1';
  const subject = { familienname: 'Grün', geburtsdatum: '2004-04-30' };
  const answers = await Promise.all([first!, second!].map((target) => lookup(target, subject, ['anschrift'])));
  expect(answers).toMatchObject([
    { kind: 'found', attributes: { anschrift: 'Beispielweg 7' } },
    { kind: 'found', attributes: { anschrift: { ort: 'Stuttgart' } } },
  ]);
  expect(first!.requests.map(({ path }) => path)).toEqual(['/lookup']);
  expect(second!.requests.map(({ path }) => path)).toEqual(['/datenabruf']);
  await Promise.all([first!.close(), second!.close()]);
});

test('a refusal of the register is reported without its words', async () => {
  const target = await startFake(
    ({ body }) => ({
      status: 200,
      text:
        `<x:datenabruf.rueckweisung xmlns:x="urn:x">${head(uuid)}` +
        `<x:grund><code>X001</code><text>${body.length}</text></x:grund></x:datenabruf.rueckweisung>`,
    }),
    (url) => ({ 'melderegister.baseUrl': url, 'melderegister.token': 'any' }),
  );
  expect(await lookup(target, { familienname: 'Grün' })).toEqual({
    kind: 'rejected',
    reasons: [{ public: 'Das Melderegister hat die Anfrage zurückgewiesen.', detail: 'X001' }],
  });
  await target.close();
});
