import { existsSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { confirm } from '#adapter-host/call.js';
import { readHead } from '#xoev/head.js';
import { at, child, readXml, textAt } from '#xoev/read.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { attachment, delivery } from '../../../test/contract/samples.js';
import { Trial } from '../../../test/contract/trial.js';
import { corpusFolder } from '../../../test/corpus.js';
import { wrongWith } from '../../../test/kit/soap.js';
import type { Delivery } from '../contract.js';
import type { FakeReply, FakeRequest, Target } from '../kit/target.js';
import { adapter } from './adapter.js';
import { readRelated } from './client/multipart.js';
import { Account, envelopeOf, exception, fixtures, openAccount, said } from './fixtures.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? describe : describe.skip;

let target: Target;
let account: Account;
const answering = jest.spyOn(Account.prototype, 'answer');
afterEach(async () => {
  await target.close();
  const answers = answering.mock.calls.map(
    ([request], n) => [request, answering.mock.results[n]!.value as FakeReply] as const,
  );
  answering.mockClear();
  if (existsSync(corpus)) expect(answers.flatMap(([request, answer]) => wrongIn(request, answer))).toEqual([]);
});

/** What an answer of the account does wrong, by the schemas of XTA. What is no SOAP is so on purpose. */
function wrongIn(request: FakeRequest, { text = '' }: FakeReply): string[] {
  const isMeant = !text.includes('<soap:Envelope') || text.includes('SomethingElseException');
  return isMeant ? [] : wrongWith({ request: envelopeOf(request), answer: text }, openSchemas(corpus));
}

async function open(replies = false) {
  ({ target, account } = await openAccount(false));
  target.values['xta.replies'] = replies;
}

function trial(message: Delivery['message'] = { antrag: { a: 1 } }, values = {}, more: Partial<Delivery> = {}) {
  const tried = new Trial(adapter, { ...target.values, ...values });
  tried.question = { call: 'deliver', delivery: delivery({ format: 'xml', message, attachments: [], ...more }) };
  return tried;
}

const uuid = '8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b10';
const antrag = (name = 'Mustermann', more = {}) => ({
  'xbauk:universellerAntrag.antrag.1200': {
    referenzAntragsservice: { referenzAntragsservice: uuid },
    artDesAntrags: { '@listURI': 'urn:example:art', '@listVersionID': '1', code: '1' },
    antragsteller: [
      {
        natuerlichePerson: {
          id: uuid,
          name: { familienname: { name }, vorname: { name: 'E' } },
          anschrift: { ort: 'B' },
        },
      },
    ],
    grundstueck: [
      {
        flurstueck: {
          bundesland: {
            '@listURI': 'urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:bundesland',
            '@listVersionID': '2010-04-01',
            code: '08',
          },
          kodierungFlurstueck: { gemarkung: { bezeichnung: 'B' }, zaehler: '1' },
        },
      },
    ],
    ...more,
  },
});

/** What was sent: the envelope, and its message. */
function sent() {
  const { bytes } = target.writes.at(-1)!;
  const boundary = bytes.toString('latin1', 2, bytes.indexOf('\r\n'));
  const { root: soap, parts } = readRelated(bytes, `multipart/related; boundary=${boundary}`);
  return { soap: soap.toString(), message: parts.get('message@stellwerk')!, parts };
}

describe('P2 a fault of sendMessage', () => {
  test.each([
    ['PermissionDeniedException', '9010', { kind: 'misconfigured', parameter: 'xta.clientCertificate' }],
    ['PermissionDeniedException', '9011', { kind: 'misconfigured', parameter: 'xta.author' }],
    ['PermissionDeniedException', '9012', { kind: 'misconfigured', parameter: 'xta.author' }],
    ['PermissionDeniedException', '9013', { kind: 'misconfigured', parameter: 'xta.service' }],
    ['PermissionDeniedException', '9014', { kind: 'misconfigured', parameter: 'xta.clientCertificate' }],
    ['ParameterIsNotValidException', '9020', { kind: 'misconfigured', parameter: 'xta.reader' }],
    ['ParameterIsNotValidException', '9021', { kind: 'misconfigured', parameter: 'xta.service' }],
    ['ParameterIsNotValidException', '9022', { kind: 'misconfigured', parameter: 'xta.reader' }],
    ['ParameterIsNotValidException', '9023', { kind: 'rejected' }],
    ['ParameterIsNotValidException', '9024', { kind: 'pending' }],
    ['XTAWSTechnicalProblemException', '9000', { kind: 'later' }],
    ['XTAWSTechnicalProblemException', '9030', { kind: 'later' }],
    ['XTAWSTechnicalProblemException', '9031', { kind: 'later' }],
    ['XTAWSTechnicalProblemException', '9032', { kind: 'later' }],
    ['MessageSchemaViolationException', '9050', { kind: 'rejected' }],
    ['MessageSchemaViolationException', '9051', { kind: 'rejected' }],
    ['MessageSchemaViolationException', '9052', { kind: 'rejected' }],
    ['MessageVirusDetectionException', '9060', { kind: 'rejected' }],
    ['InvalidMessageIDException', '9070', { kind: 'rejected' }],
    ['SyncAsyncException', '9080', { kind: 'misconfigured', parameter: 'xta.service' }],
    ['SyncAsyncException', '9081', { kind: 'misconfigured', parameter: 'xta.service' }],
    ['CancelDeniedException', '9100', { kind: 'later' }],
    ['CancelDeniedException', '9101', { kind: 'later' }],
    // numbers that nobody has defined: the exception decides
    ['PermissionDeniedException', '9999', { kind: 'misconfigured', parameter: 'xta.author' }],
    ['ParameterIsNotValidException', '', { kind: 'misconfigured', parameter: 'xta.reader' }],
    ['XTAWSTechnicalProblemException', '', { kind: 'later' }],
    ['MessageSchemaViolationException', '', { kind: 'rejected' }],
    ['MessageVirusDetectionException', '', { kind: 'rejected' }],
    ['SyncAsyncException', '', { kind: 'misconfigured', parameter: 'xta.service' }],
    ['InvalidMessageIDException', '', { kind: 'rejected' }],
    ['CancelDeniedException', '', { kind: 'later' }],
    ['SomethingElseException', '', { kind: 'later' }],
  ])('%s %s is an outcome of its own', async (name, code, outcome) => {
    await open();
    account.instead.set('SendMessage', exception(name, code));
    expect(await trial().attempt()).toMatchObject(outcome);
    account.instead.set('SendMessage', { ...exception(name, code), status: 400 });
    expect(await trial().attempt()).toMatchObject(outcome);
  });

  test('that went away lets the same message go out under the same id, once', async () => {
    await open();
    const tried = trial();
    account.instead.set('SendMessage', exception('XTAWSTechnicalProblemException', '9030'));
    expect(await tried.attempt()).toMatchObject({ kind: 'later' });
    const before = String(target.writes[0]!.bytes);
    account.instead.clear();
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(String(target.writes[1]!.bytes)).toBe(before);
    expect([account.ids.size, target.effects]).toEqual([1, [tried.key]]);
  });
});

describe('P2 doubt', () => {
  test('a report that is not yet there, or refused, is no answer', async () => {
    await open();
    const tried = trial();
    await tried.attempt();
    account.instead.set('GetTransportReport', exception('XTAWSTechnicalProblemException', '9030'));
    expect(await tried.find()).toMatchObject({ kind: 'later' });
    account.instead.set('GetTransportReport', said(''));
    expect(await tried.find()).toMatchObject({ kind: 'later' });
    account.instead.set('GetTransportReport', exception('InvalidMessageIDException', '9070'));
    expect(await tried.find()).toEqual({ kind: 'absent' });
    account.instead.clear();
    expect(await tried.find()).toMatchObject({ kind: 'delivered' });
    account.light = '0';
    expect(await tried.find()).toMatchObject({ kind: 'pending' });
  });

  test.each([500, 502, 503, 504])('an HTTP %i that is no SOAP says nothing of what is behind it', async (status) => {
    await open();
    account.instead.set('SendMessage', { status, headers: { 'content-type': 'text/html' }, text: '<html>Fehler' });
    expect(await trial().attempt()).toMatchObject({ kind: 'unknown' });
  });

  test('an HTTP 429 was never there', async () => {
    await open();
    account.instead.set('SendMessage', { status: 429, headers: { 'retry-after': '7' }, text: '' });
    expect(await trial().attempt()).toMatchObject({ kind: 'later' });
  });

  test('P1 without replies it is delivered when the report says so, not before', async () => {
    await open();
    const tried = trial();
    account.light = '0';
    const first = await tried.attempt();
    if (first.kind !== 'pending') throw new Error(`it ended as ${first.kind}`);
    account.instead.set('GetTransportReport', exception('InvalidMessageIDException', '9070'));
    expect(await tried.status(first.externalReference)).toMatchObject({ kind: 'pending' });
    account.instead.clear();
    account.light = '2';
    expect(await tried.status(first.externalReference)).toMatchObject({ kind: 'delivered' });
    account.light = '3';
    expect(await trial().attempt()).toMatchObject({ kind: 'rejected' });
  });

  test('a transport that failed in the end is a rejection', async () => {
    await open();
    const tried = trial();
    const first = await tried.attempt();
    account.light = '3';
    expect(await tried.find()).toMatchObject({ kind: 'pending' });
    expect(await tried.status(first.kind === 'delivered' ? first.externalReference : '')).toMatchObject({
      kind: 'rejected',
    });
  });

  test('a replay makes a new message: another id, another UUID', async () => {
    await open();
    const tried = trial(antrag());
    await tried.attempt();
    const before = readHead(readXml(sent().message))!.uuid;
    tried.checkpoints.clear();
    await tried.attempt();
    expect(readHead(readXml(sent().message))!.uuid).not.toBe(before);
    expect([account.ids.size, account.sent.size]).toEqual([2, 2]);
  });
});

describe('P1 a corrected parameter', () => {
  test('makes another message with it, once what was refused is known to be nowhere', async () => {
    await open();
    const tried = trial(antrag());
    account.instead.set('SendMessage', exception('PermissionDeniedException', '9012'));
    expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'xta.author' });
    account.instead.clear();
    Object.assign(tried.values, { 'xta.author': 'bap:080000000099', 'xta.reader': 'bab:081110000000' });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    const { soap, message } = sent();
    for (const text of [soap, String(message)]) {
      expect(text).toMatch(/080000000099/);
      expect(text).toMatch(/081110000000/);
      expect(text).not.toMatch(/080000000000|081150000000/);
    }
    expect([account.ids.size, target.effects]).toEqual([2, [tried.key]]);
    // and from now on this one counts
    expect(await tried.find()).toMatchObject({ kind: 'delivered', externalReference: [...account.sent.keys()][0] });
    account.instead.set('SendMessage', exception('XTAWSTechnicalProblemException', '9030'));
    await tried.attempt();
    expect(account.ids.size).toBe(2);
  });

  test('sends nothing again that the server has, whatever it said', async () => {
    await open();
    const tried = trial();
    await tried.attempt();
    Object.assign(tried.values, { 'xta.reader': 'bab:081110000000' });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered', externalReference: [...account.ids][0] });
    expect(target.effects).toHaveLength(1);
  });

  test('that is another server cannot resolve a doubt', async () => {
    await open();
    const tried = trial();
    await tried.attempt();
    Object.assign(tried.values, { 'xta.baseUrl': `${target.values['xta.baseUrl']}/anders` });
    expect(await tried.find()).toEqual({ kind: 'unknowable' });
  });

  test('a certificate alone leaves the message as it is', async () => {
    await open();
    const tried = trial();
    account.instead.set('SendMessage', exception('PermissionDeniedException', '9010'));
    await tried.attempt();
    account.instead.clear();
    Object.assign(tried.values, { 'xta.pollMinutes': 7 });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(String(target.writes[1]!.bytes)).toBe(String(target.writes[0]!.bytes));
  });
});

describe('a message', () => {
  const foreign = 'with characters that the standard does not have is refused or replaced, as the region says';
  test(`${foreign}, and says so`, async () => {
    await open();
    expect(await trial(antrag('Müller 👩')).attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ public: expect.stringContaining('U+1F469') }],
    });
    expect(await trial(antrag('Müller 👩'), { 'xta.characters': 'transliterate' }).attempt()).toMatchObject({
      kind: 'delivered',
      note: { public: expect.stringContaining('1 Zeichen') },
    });
    expect(String(sent().message)).toContain('Müller [U+1F469]');
  });

  test('in a version that is not in force says so, at each look', async () => {
    await open(true);
    const lapsed = { 'm:meldung.0201': { '@xmlns:m': 'http://www.osci.de/xmeld2511a', name: 'x' } };
    const tried = trial(lapsed);
    const note = { public: expect.stringContaining('OSCI-XMeld 25.11a gilt heute nicht.') };
    const first = await tried.attempt();
    expect(first).toMatchObject({ kind: 'pending', note });
    expect(await tried.status('externalReference' in first ? first.externalReference : '')).toMatchObject({ note });
    expect(await tried.find()).toMatchObject({ kind: 'pending', note });
  });

  test('that was kept unchecked does not go out once the region wants it checked', async () => {
    await open();
    account.instead.set('SendMessage', exception('XTAWSTechnicalProblemException', '9000'));
    const tried = trial();
    expect(await tried.attempt()).toMatchObject({ kind: 'later' });
    account.instead.clear();
    tried.values['xta.validation'] = 'required';
    expect(await tried.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'xta.validation' });
  });

  test('that is too large is refused before anybody is asked', async () => {
    await open();
    const large = { attachments: [attachment('plan.pdf', Buffer.alloc(1024 * 1024))] };
    expect(await trial(undefined, { 'xta.maxMegabytes': 1 }, large).attempt()).toMatchObject({ kind: 'rejected' });
    expect(target.calls).toBe(0);
  });

  test('goes unchecked only where the region allows it', async () => {
    await open();
    expect(await trial().attempt()).toMatchObject({
      note: { public: expect.stringContaining('Nicht gegen das Schema') },
    });
    expect(await trial(undefined, { 'xta.validation': 'required' }).attempt()).toMatchObject({
      kind: 'misconfigured',
      parameter: 'xta.validation',
    });
    const steps = await trial(undefined, { 'xta.validation': 'required' }).check();
    expect(steps.at(-1)).toMatchObject({ step: 'schema', ok: false, parameter: 'xta.validation' });
  });

  test('says in its subject that it has an extension, which not every reader shows', async () => {
    await open();
    const extension = { vorhaben: { bezeichnung: 'Carport' } };
    const bezug = { anbindungFachverfahren: { anwendungsspezifischeErweiterung: extension } };
    for (const message of [antrag(), antrag('Muster', { bezug })]) await trial(message).attempt();
    const subjects = [...account.sent.values()].map(({ metadata }) => textAt(metadata, 'Qualifier/Subject'));
    expect(subjects[1]).toBe(`${subjects[0]} (Angaben zum Vorhaben in der anwendungsspezifischen Erweiterung)`);
  });

  test('P3 names nobody in its metadata', async () => {
    await open();
    await trial(antrag('Gelbvogel'), {}, { attachments: [attachment('Gelbvogel.pdf', Buffer.from('x'))] }).attempt();
    const [metadata] = /<oscimeta:MessageMetaData.*<\/oscimeta:MessageMetaData>/s.exec(sent().soap)!;
    expect(metadata).not.toContain('Gelbvogel');
  });
});

withCorpus('by the standards’ own schemas', () => {
  const schemas = openSchemas(corpus);
  const checked = (message?: Delivery['message'], more: Partial<Delivery> = {}, values = {}) => {
    const tried = trial(message, values, more);
    tried.surroundings = { ...tried.surroundings, schemas };
    return tried;
  };

  test('the account says what it has to say in valid words', async () => {
    await open();
    await trial().attempt();
    const [request] = answering.mock.calls[0]!;
    for (const word of Object.values(fixtures[''].words!)) expect(wrongIn(request, word(request))).toEqual([]);
  });

  test('what is valid goes without a remark, what is not goes nowhere', async () => {
    await open();
    const good = await checked(antrag()).attempt();
    expect(good).toEqual({ kind: 'delivered', externalReference: expect.any(String) });
    const bad = await checked(antrag('Gelbvogel', { grundstueck: [{}], fremd: 'Gelbvogel' })).attempt();
    expect(bad).toMatchObject({ kind: 'rejected', reasons: [{ public: expect.stringContaining('Element') }] });
    expect(JSON.stringify(bad)).not.toContain('Gelbvogel');
    expect(target.writes).toHaveLength(1);
    expect((await checked().check()).at(-1)).toMatchObject({
      step: 'schema',
      ok: true,
      message: expect.stringContaining('XBau'),
    });
  });

  test('the envelope is valid, too: SOAP, metadata, container', async () => {
    await open();
    const files = [attachment('leer.txt', Buffer.alloc(0)), attachment('Plan "süd".pdf', Buffer.from('x'))];
    for (const message of [antrag(), { antrag: { a: 1 } }])
      for (const values of [{}, { 'xta.scenarioList': 'urn:example:liste', 'xta.test': true }]) {
        await checked(message, { attachments: files }, values).attempt();
        const { soap } = sent();
        const declared = [...soap.slice(0, soap.indexOf('<soap:Header')).matchAll(/xmlns:\w+="[^"]*"/g)].join(' ');
        const alone = (name: string) =>
          new RegExp(`<${name}.*</${name}>`, 's')
            .exec(soap)![0]
            .replace(`<${name}`, `<${name} ${declared}`)
            .replace(/<xop:Include[^>]*>/g, 'AAAA');
        expect(schemas.validate(Buffer.from(soap))).toMatchObject({ kind: 'valid' });
        for (const name of ['oscimeta:MessageMetaData', 'xta:GenericContentContainer'])
          expect([name, schemas.validate(Buffer.from(alone(name)))]).toMatchObject([name, { kind: 'valid' }]);
      }
  });
});

describe('answers of the authority', () => {
  const xbau = (name: string, content: object) => ({
    [`b:${name}`]: { '@xmlns:b': 'http://www.xleitstelle.de/xbau/kernmodul/1/3/0', ...content },
  });
  const confirmation = (bezug: object) => xbau('prozessnachrichten.eingangsbestaetigung.1120', { bezug });

  async function sentOff() {
    await open(true);
    const asked = delivery({ format: 'xml', message: antrag(), attachments: [] });
    const tried = trial(asked.message, {}, asked);
    const first = await tried.attempt();
    if (first.kind !== 'pending') throw new Error(`it ended as ${first.kind}`);
    const head = readHead(readXml(sent().message))!;
    return { tried, id: first.externalReference, uuid: head.uuid!, caseId: asked.caseId };
  }

  test('belong to the delivery by metadata, by UUID, or by the case', async () => {
    const { tried, id, uuid: own } = await sentOff();
    account.box.set('urn:1', { answers: [id], message: confirmation({}) });
    account.box.set('urn:2', { message: confirmation({ bezugNachricht: { nachrichtenUUID: own } }) });
    account.box.set('urn:3', { message: confirmation({ referenz: uuid.toUpperCase() }) });
    account.box.set('urn:4', { answers: ['urn:of-another'], message: confirmation({ referenz: uuid }) });
    account.box.set('urn:5', { message: confirmation({ referenz: '00000000-0000-4000-8000-000000000000' }) });
    const said = await tried.status(id);
    expect(said).toMatchObject({
      kind: 'pending',
      replies: ['urn:1', 'urn:2', 'urn:3'].map((one) => ({ id: one, status: 'inBearbeitung' })),
    });
    expect(account.opened).not.toContain('urn:4');
    await tried.status(id);
    expect(account.opened.filter((one) => one === 'urn:5')).toHaveLength(1);
  });

  test('end it with the decision, its text and its documents', async () => {
    const { tried, id } = await sentOff();
    account.box.set('urn:bescheid', {
      answers: [id],
      message: xbau('universellerAntrag.bescheid.1205', {
        'nachrichtenkopf.g2g': { 'identifikation.nachricht': { erstellungszeitpunkt: '2026-03-02T09:00:00+01:00' } },
        bezug: { vorgang: 'BA-2026-17' },
        bescheid: {
          tenor: { istGenehmigung: 'false' },
          rechtshelfsbelehrung: { textabsatz: ['Erstens.', 'Zweitens.'] },
        },
      }),
      attachments: [{ filename: 'Bescheid.pdf', content: '%PDF' }],
    });
    expect(await tried.status(id)).toMatchObject({
      kind: 'delivered',
      replies: [
        {
          status: 'bescheid',
          at: '2026-03-02T08:00:00.000Z',
          text: expect.stringMatching(/BA-2026-17\nDer Antrag wird abgelehnt\.\nErstens\.\nZweitens\./),
          documents: [{ filename: 'Bescheid.pdf', bytes: Buffer.from('%PDF') }],
        },
      ],
    });
  });

  test('P3 that send it back make it a rejection with codes, and a reply with their words', async () => {
    const { tried, id } = await sentOff();
    account.box.set('urn:1100', {
      answers: [id],
      message: xbau('prozessnachrichten.rueckweisung.G2G.1100', {
        rueckweisungDaten: {
          rueckweisungsgrund: [
            { grund: { code: 'X001' }, fehlertext: 'Kanaria Gelbvogel fehlt' },
            { grund: { code: 'B77' } },
          ],
        },
      }),
    });
    const said = await tried.status(id);
    expect(said).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: 'X001' }, { detail: 'B77' }],
      replies: [{ id: 'urn:1100', status: 'zurueckgewiesen', text: expect.stringContaining('Kanaria') }],
    });
    expect(JSON.stringify(said.kind === 'rejected' && said.reasons)).not.toContain('Kanaria');
  });

  test('are forgotten by the server only once they are confirmed', async () => {
    const { tried, id } = await sentOff();
    account.box.set('urn:1', { answers: [id], message: confirmation({}) });
    account.box.set('urn:2', { answers: ['urn:of-another'], message: confirmation({}) });
    await tried.status(id);
    expect(await tried.status(id)).toMatchObject({ replies: [{ id: 'urn:1' }] });
    await confirm(tried.circumstances(), ['urn:1']);
    expect([...account.box.keys()]).toEqual(['urn:2']);
    expect(await tried.status(id)).toMatchObject({ kind: 'pending' });
  });

  test('P2 belong to one message of the case: the strongest reference alone decides', async () => {
    const { tried, id, uuid: own, caseId } = await sentOff();
    const foreign = { nachrichtenUUID: '00000000-0000-4000-8000-000000000000' };
    const returned = (daten: object, bezug?: object) =>
      xbau('prozessnachrichten.rueckweisung.G2G.1100', {
        ...(bezug && { bezug }),
        rueckweisungDaten: { rueckweisungsgrund: { grund: { code: 'X001' } }, ...daten },
      });
    account.box.set('urn:1', { message: confirmation({ referenz: uuid, bezugNachricht: foreign }) });
    account.box.set('urn:2', { process: { requester: caseId }, message: returned({ idNachricht: foreign }) });
    account.box.set('urn:3', { process: { requester: caseId }, message: returned({}, { referenz: uuid }) });
    account.box.set('urn:4', {
      answers: ['urn:of-another'],
      process: { requester: caseId },
      message: confirmation({}),
    });
    expect(await tried.status(id)).toEqual(expect.not.objectContaining({ replies: expect.anything() }));
    account.box.set('urn:5', {
      process: { requester: caseId },
      message: returned({ idNachricht: { nachrichtenUUID: own } }),
    });
    expect(await tried.status(id)).toMatchObject({ kind: 'rejected', replies: [{ id: 'urn:5' }] });
  });

  test('P1 are found by the case in their metadata, and where these name the authority’s own file', async () => {
    const { tried, id, caseId } = await sentOff();
    account.box.set('urn:1', { process: { requester: caseId, responder: 'BA-2026-17' }, message: confirmation({}) });
    account.box.set('urn:2', { process: { responder: 'BA-2026-17' }, message: confirmation({ referenz: uuid }) });
    expect(await tried.status(id)).toMatchObject({ replies: [{ id: 'urn:1' }, { id: 'urn:2' }] });
  });

  test('that only say that it came twice are no end; a decision is one, whatever else there is', async () => {
    const { tried, id } = await sentOff();
    const returned = (codes: string[], at: string) =>
      xbau('prozessnachrichten.rueckweisung.G2G.1100', {
        'nachrichtenkopf.g2g': { 'identifikation.nachricht': { erstellungszeitpunkt: at } },
        rueckweisungDaten: { rueckweisungsgrund: codes.map((code) => ({ grund: { code } })) },
      });
    account.box.set('urn:twice', { answers: [id], message: returned(['S100'], '2026-03-05T09:00:00Z') });
    expect(await tried.status(id)).toMatchObject({ kind: 'pending', replies: [{ status: 'inBearbeitung' }] });
    account.box.set('urn:late', { answers: [id], message: returned(['S011'], '2026-03-04T09:00:00Z') });
    account.box.set('urn:early', { answers: [id], message: returned(['S100', 'X001'], '2026-03-03T09:00:00Z') });
    expect(await tried.status(id)).toMatchObject({ kind: 'rejected', reasons: [{ detail: 'S011' }] });
    account.box.set('urn:yes', { answers: [id], message: xbau('universellerAntrag.bescheid.1205', {}) });
    expect(await tried.status(id)).toMatchObject({ kind: 'delivered' });
  });

  test('P1 come with every attachment, and have a time', async () => {
    const { tried, id } = await sentOff();
    const attachments = Array.from({ length: 120 }, (_, n) => ({ filename: `${n}.pdf`, content: '%PDF' }));
    account.box.set('urn:1', { answers: [id], message: confirmation({}), attachments });
    const said = await tried.status(id);
    const [reply] = said.kind === 'pending' && 'replies' in said ? (said.replies ?? []) : [];
    expect(reply?.documents).toHaveLength(120);
    expect(Date.now() - Date.parse(reply!.at)).toBeLessThan(60_000);
    expect(await tried.status(id)).toMatchObject({ replies: [{ at: reply!.at }] });
  });

  test('are looked for where the connection test has found the box', async () => {
    await open(true);
    const box = async (values = {}) => (await trial(undefined, values).check()).find(({ step }) => step === 'box');
    expect(await box()).toMatchObject({ ok: true, message: 'Im Postfach liegen keine Nachrichten.' });
    for (const name of ['urn:1', 'urn:2']) account.box.set(name, { message: confirmation({}) });
    expect(await box()).toMatchObject({ ok: true, message: 'Im Postfach liegen 2 Nachrichten.' });
    expect(await box({ 'xta.replies': false })).toBeUndefined();
    account.instead.set('MsgBoxStatusListRequest', { status: 404, text: '' });
    expect(await box()).toMatchObject({ ok: false, parameter: 'xta.msgBoxPath' });
  });

  test('are found in a box of thousands', async () => {
    const { tried, id } = await sentOff();
    const answersAt = async (n: number) => {
      account.box.clear();
      for (let other = 0; other < n; other++)
        account.box.set(`urn:other:${other}`, { answers: ['urn:of-another'], message: confirmation({}) });
      account.box.set('urn:ours', { answers: [id], message: confirmation({}) });
      account.asked.length = 0;
      expect(await tried.status(id)).toMatchObject({ replies: [{ id: 'urn:ours' }] });
      return account.asked.filter((one) => one.startsWith('MsgBox')).length;
    };
    expect([await answersAt(50), await answersAt(250), await answersAt(3_000)]).toEqual([2, 4, 12]);
  });

  test('are closed one by one, also by a worker that did not fetch them', async () => {
    const { tried, id } = await sentOff();
    for (const name of ['urn:a', 'urn:b', 'urn:c']) account.box.set(name, { answers: [id], message: confirmation({}) });
    await confirm(tried.circumstances(), ['urn:a']);
    await tried.status(id);
    await confirm(tried.circumstances(), ['urn:c', 'urn:gone']);
    expect([...account.box.keys()]).toEqual(['urn:b']);
  });

  test('with an id that is too long stay where they are', async () => {
    const { tried, id } = await sentOff();
    account.box.set(`urn:${'x'.repeat(300)}`, { answers: [id], message: confirmation({}) });
    account.box.set('urn:good', { answers: [id], message: confirmation({}) });
    expect(await tried.status(id)).toMatchObject({ replies: [{ id: 'urn:good' }] });
  });

  const html = { 'content-type': 'text/html' };
  const related = { 'content-type': 'multipart/related; boundary=b; start="<r>"' };
  const soap = { 'content-type': 'application/soap+xml' };
  test.each([
    ['HTML', { status: 200, headers: html, text: '<html>Wartung' }],
    ['HTML and an error', { status: 500, headers: html, text: '<html>Fehler' }],
    ['a multipart that is cut', { status: 200, headers: related, text: '--b\r\nContent-ID: <r>\r\n\r\n<a' }],
    ['a DTD around it', { status: 200, headers: soap, text: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }],
    ['more than 64 MiB', { status: 200, headers: soap, text: 'x'.repeat(65 * 1024 * 1024) }],
    ['a fault of its own', exception('XTAWSTechnicalProblemException', '9000')],
    ['a schema violation', exception('MessageSchemaViolationException', '9050')],
  ])('P6 that come as %s hold up nobody, and are left alone for a while', async (_, instead) => {
    const { tried, id } = await sentOff();
    account.box.set('urn:bad', { answers: [id], instead });
    account.box.set('urn:good', { answers: [id], message: confirmation({}) });
    for (let look = 0; look < 2; look++)
      expect(await tried.status(id)).toMatchObject({ kind: 'pending', replies: [{ id: 'urn:good' }] });
    expect(account.opened.filter((one) => one === 'urn:bad')).toHaveLength(1);
    account.box.set('urn:bad', { answers: [id], message: confirmation({}) });
    const now = new Date(Date.now() + 11 * 60_000);
    expect(await tried.status(id, { now: () => now })).toMatchObject({
      replies: [{ id: 'urn:bad' }, { id: 'urn:good' }],
    });
  });

  test.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['no XML', 'Guten Tag'],
    ['depth', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`],
  ])('P6 with %s stay where they are, and hold up nobody', async (_, message) => {
    const { tried, id } = await sentOff();
    account.box.set('urn:bad', { answers: [id], message });
    account.box.set('urn:good', { answers: [id], message: confirmation({}) });
    expect(await tried.status(id)).toMatchObject({ kind: 'pending', replies: [{ id: 'urn:good' }] });
  });
});

test('what the envelope says of an attachment', async () => {
  await open();
  const file = attachment('Plan "süd".pdf', Buffer.from('x'));
  await trial(antrag(), {}, { attachments: [file] }).attempt();
  const container = at(readXml(sent().soap), 'Body/GenericContentContainer/ContentContainer');
  expect(child(container, 'Attachment')?.attributes).toMatchObject({
    filename: 'Plan _süd_.pdf',
    id: `urn:uuid:${file.attachmentId}`,
    size: '1',
  });
  expect(textAt(readXml(sent().message), 'referenzAntragsservice/referenzAntragsservice')).toBe(uuid);
});
