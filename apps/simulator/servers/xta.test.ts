import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { confirm } from '#adapter-host/call.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Delivery } from '#adapters/contract.js';
import { adapter } from '#adapters/xta/adapter.js';
import { readRelated } from '#adapters/xta/client/multipart.js';
import { freePort } from '#launch/ports.js';
import { readSettings } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { readXml } from '#xoev/read.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { attachment, delivery } from '../../../test/contract/samples.js';
import { Trial } from '../../../test/contract/trial.js';
import { corpusFolder } from '../../../test/corpus.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { wrongWith } from '../../../test/kit/soap.js';
import { startSimulator } from '../simulator.js';
import { Boxes } from '../world/boxes.js';
import { Accounts } from './xta-accounts.js';
import { type Call, type Said, written } from './xta-soap.js';

const corpus = corpusFolder('xoev');
const withCorpus = existsSync(corpus) ? test : test.skip;

let home: string;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let control: string;
let values: Record<string, string>;
let settings: ReturnType<typeof readSettings>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'simulator-xta-'));
  settings = readSettings({
    ...anyPorts,
    STELLWERK_HOME: home,
    SIMULATOR_PORT: String(await freePort()),
    LOG_LEVEL: 'silent',
    ...(existsSync(corpus) && { XOEV_SCHEMAS: corpus }),
  });
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
  control = `${settings.simulatorUrl}/control`;
  values = (await (await fetch(`${control}/development`)).json()) as Record<string, string>;
}, 30_000);
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});
beforeEach(() => put('faults/xta', { mode: 'none' }));

const answering = jest.spyOn(Accounts.prototype, 'answer');
afterEach(async () => {
  const calls = answering.mock.calls.map(([call]) => call);
  const answers = await Promise.all(answering.mock.results.map(({ value }) => value as Promise<Said>));
  answering.mockClear();
  if (!existsSync(corpus)) return;
  const wrong = answers.flatMap((said, n) => wrongIn(calls[n]!, said));
  expect([...new Set(wrong)]).toEqual([]);
});

/** What an answer of the server does wrong, by the schemas of XTA. */
function wrongIn(call: Call, said: Said): string[] {
  const { type, bytes } = written(said, call);
  const answer = type.startsWith('multipart/') ? readRelated(bytes, type).root : bytes;
  return wrongWith({ request: readXml(call.envelope), answer }, openSchemas(corpus));
}

const put = (path: string, body: object) =>
  fetch(`${control}/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const effects = async () => ((await (await fetch(`${control}/effects/xta/count`)).json()) as { count: number }).count;

const uuid = '8d0f8c62-4c7e-4d0e-8a53-5a6d1f1c9b10';
const antrag = (caseId: string, named = ['Plan.pdf', 'eicar.com']) => ({
  'xbauk:universellerAntrag.antrag.1200': {
    referenzAntragsservice: { referenzAntragsservice: caseId },
    artDesAntrags: { '@listURI': 'urn:example:art', '@listVersionID': '1', code: '1' },
    antragsteller: {
      natuerlichePerson: {
        id: uuid,
        name: { familienname: { name: 'Muster' }, vorname: { name: 'Erika' } },
        anschrift: { ort: 'Gärtringen' },
      },
    },
    grundstueck: {
      flurstueck: {
        bundesland: {
          '@listURI': 'urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:bundesland',
          '@listVersionID': '2010-04-01',
          code: '08',
        },
        kodierungFlurstueck: { gemarkung: { bezeichnung: 'Gärtringen' }, zaehler: '1' },
      },
    },
    anlagen: {
      anlage: named.map((dateiname) => ({
        bezeichnung: 'Plan',
        datum: '2026-03-02',
        anlageart: { '@listURI': 'urn:example:anlagen', '@listVersionID': '1', code: '1' },
        mimeType: { '@listURI': 'urn:example:mime', '@listVersionID': '1', code: 'application/pdf' },
        anhangOderVerlinkung: { anhang: { dokumentid: `urn:example:${dateiname}`, dateiname } },
      })),
    },
  },
});

function trial(more: object = {}, message?: object): Trial {
  const caseId = crypto.randomUUID();
  const tried = new Trial(adapter, {
    'xta.baseUrl': values['xtaUrl']!,
    'xta.ca': values['ca']!,
    'xta.clientCertificate': values['clientCertificate']!,
    'xta.clientKey': values['clientKey']!,
    'xta.author': 'bap:080000000000',
    'xta.authorName': 'Bauportal',
    'xta.reader': 'bab:081150000000',
    'xta.readerName': 'Landratsamt Böblingen',
    'xta.service': 'urn:example:dienst',
    'xta.replies': false,
    ...more,
  });
  tried.surroundings = surroundings(settings, '081110000000');
  const files = [attachment('Plan.pdf', Buffer.from('ein Plan'))];
  tried.question = {
    call: 'deliver',
    delivery: delivery({ caseId, format: 'xml', message: (message ?? antrag(caseId)) as never, attachments: files }),
  };
  return tried;
}

describe('the XTA account of the simulator', () => {
  test('is active for whoever has its certificate', async () => {
    expect((await trial().check()).filter(({ ok }) => !ok)).toEqual([]);
    const without = trial({ 'xta.clientCertificate': values['ca']! });
    expect((await without.check()).find(({ ok }) => !ok)).toMatchObject({ parameter: 'xta.clientKey' });
  });

  test('P2 takes a message once, however often it comes', async () => {
    const before = await effects();
    const tried = trial();
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(await tried.find()).toMatchObject({ kind: 'delivered' });
    expect(await effects()).toBe(before + 1);
  });

  test.each([
    [{ mode: 'busy' }, { kind: 'later' }],
    [{ mode: 'unauthorized' }, { kind: 'misconfigured', parameter: 'xta.author' }],
    [{ mode: 'reject' }, { kind: 'rejected' }],
    [{ mode: 'reject', code: '9050' }, { kind: 'rejected' }],
    [{ mode: 'reject', code: '9023' }, { kind: 'rejected' }],
    [
      { mode: 'reject', code: '9013' },
      { kind: 'misconfigured', parameter: 'xta.service' },
    ],
    [
      { mode: 'reject', code: '9080' },
      { kind: 'misconfigured', parameter: 'xta.service' },
    ],
    [
      { mode: 'reject', code: '9022' },
      { kind: 'misconfigured', parameter: 'xta.reader' },
    ],
    [{ mode: 'reject', code: '9032' }, { kind: 'later' }],
    [{ mode: 'down' }, { kind: 'later' }],
    [{ mode: 'garbage' }, { kind: 'later' }],
  ])('P2 in trouble (%p) keeps nothing, and takes the message once it is well', async (fault, outcome) => {
    const before = await effects();
    await put('faults/xta', fault);
    const tried = trial();
    expect(await tried.attempt()).toMatchObject(outcome);
    expect(await effects()).toBe(before);
    await put('faults/xta', { mode: 'none' });
    expect(await tried.resume()).toMatchObject({ kind: 'delivered' });
    expect(await effects()).toBe(before + 1);
  });

  test('P2 that takes a message and falls silent has it once, also where its report comes late', async () => {
    const before = await effects();
    await put('faults/xta', { mode: 'commit-then-hang' });
    const tried = trial();
    expect(await tried.attempt({ deadline: new Date(Date.now() + 1_000) })).toMatchObject({ kind: 'unknown' });
    await put('faults/xta', { mode: 'reject', code: '9070' });
    expect(await tried.find()).toEqual({ kind: 'absent' });
    await put('faults/xta', { mode: 'none' });
    expect(await tried.attempt()).toMatchObject({ kind: 'delivered' });
    expect(await effects()).toBe(before + 1);
  });

  test('P2 that takes a message behind a proxy that answers 502 has it once', async () => {
    const before = await effects();
    await put('faults/xta', { mode: 'commit-then-fail', for: 1 });
    const tried = trial();
    expect(await tried.attempt()).toMatchObject({ kind: 'unknown' });
    expect(await tried.resume()).toMatchObject({ kind: 'delivered' });
    expect(await effects()).toBe(before + 1);
  });

  test('answers: a confirmation, a decision with a document; what is confirmed is gone', async () => {
    await put('replies/xta', { mode: 'decide', afterSeconds: 0 });
    const tried = trial({ 'xta.replies': true });
    const first = await tried.attempt();
    if (first.kind !== 'pending') throw new Error(`it ended as ${first.kind}`);
    const said = await tried.status(first.externalReference);
    expect(said).toMatchObject({
      kind: 'delivered',
      replies: [
        { status: 'inBearbeitung', documents: [] },
        {
          status: 'bescheid',
          documents: [{ mimetype: 'application/pdf', filename: expect.stringMatching(/^Bescheid BA-/) }],
        },
      ],
    });
    if (said.kind !== 'delivered') return;
    await confirm(
      tried.circumstances(),
      said.replies!.map(({ id }) => id),
    );
    expect(await tried.status(first.externalReference)).toMatchObject({ kind: 'pending' });
    await put('replies/xta', { mode: 'off' });
  });

  test('has a box of any size', async () => {
    await put('replies/xta', { mode: 'decide', afterSeconds: 0 });
    const author = `bap:${'08'.padEnd(12, '1')}`;
    const all = Array.from({ length: 130 }, () => trial({ 'xta.replies': true, 'xta.author': author }));
    for (const one of all) await one.attempt();
    const last = await all.at(-1)!.find();
    expect(last).toMatchObject({ kind: 'pending' });
    const said = await all.at(-1)!.status(last.kind === 'pending' ? last.externalReference : '');
    expect(said).toMatchObject({ kind: 'delivered', replies: [{ status: 'inBearbeitung' }, { status: 'bescheid' }] });
    await put('replies/xta', { mode: 'off' });
  }, 60_000);

  test('belongs to one certificate', async () => {
    expect((await trial().check()).every(({ ok }) => ok)).toBe(true);
    const other = { 'xta.clientCertificate': values['otherCertificate']!, 'xta.clientKey': values['otherKey']! };
    const stranger = trial(other);
    expect(await stranger.attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'xta.clientCertificate' });
    expect(await trial({ ...other, 'xta.author': 'bap:080000000077' }).attempt()).toMatchObject({ kind: 'delivered' });
  });

  test('knows which MessageIDs are its own', async () => {
    const tried = trial();
    await tried.attempt();
    const [step, sealed] = [...tried.checkpoints][0]! as [string, { messageId: string; envelope: string }];
    const [known, made] = [sealed.messageId, `${sealed.messageId.slice(0, -1)}x`];
    tried.checkpoints.set(step, { ...sealed, messageId: made, envelope: sealed.envelope.replaceAll(known, made) });
    expect(await tried.attempt()).toMatchObject({
      kind: 'misconfigured',
      reason: { detail: expect.stringContaining('9022') },
    });
  });

  test('finds viruses, and its reports show any light', async () => {
    const tried = trial();
    const { delivery: asked } = tried.question as { delivery: Delivery };
    asked.attachments.push(attachment('eicar.com', Buffer.from('$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!')));
    expect(await tried.attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('9060') }],
    });
    for (const [light, kind] of [
      [0, 'pending'],
      [1, 'delivered'],
      [2, 'delivered'],
      [3, 'rejected'],
    ] as const) {
      await put('replies/xta', { mode: 'off', light });
      expect(await trial().attempt()).toMatchObject({ kind });
    }
    await put('replies/xta', { mode: 'off' });
  });

  test('sends a message back, with its reason', async () => {
    await put('replies/xta', { mode: 'return' });
    const tried = trial({ 'xta.replies': true });
    const first = await tried.attempt();
    if (first.kind !== 'pending') throw new Error(`it ended as ${first.kind}`);
    expect(await tried.status(first.externalReference)).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: 'X001' }],
      replies: [{ status: 'zurueckgewiesen' }],
    });
    await put('replies/xta', { mode: 'off' });
  });

  test.each([
    [/(code>)1200(<)/, '$11201$2'],
    [/(payloadSchema="[^"]*)(")/, '$1x$2'],
    [/(Reader>.*?>bab:)081150000000/, '$1081110000000'],
    [/(MsgSize>)(\d+)/, '$11$2'],
    [/( filename="Plan)(\.pdf")/, '$1-2$2'],
  ])('takes nothing whose envelope says what its payload does not (%p)', async (part, other) => {
    const tried = trial();
    await put('faults/xta', { mode: 'reject', code: '9032' });
    await tried.attempt();
    await put('faults/xta', { mode: 'none' });
    const [step, sealed] = [...tried.checkpoints][0]! as [string, { envelope: string }];
    const changed = sealed.envelope.replace(part, other);
    expect(changed).not.toBe(sealed.envelope);
    tried.checkpoints.set(step, { ...sealed, envelope: changed });
    expect(await tried.attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('9052') }],
    });
  });

  test('takes a nachrichtenUUID once, under whatever MessageID', async () => {
    const first = trial();
    expect(await first.attempt()).toMatchObject({ kind: 'delivered' });
    const second = trial();
    expect(await second.attempt({ idempotencyKey: first.key })).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('9052') }],
    });
  });

  test('takes no attachment that its message does not name', async () => {
    expect(await trial({}, antrag(crypto.randomUUID(), ['Ansicht.pdf'])).attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('9052') }],
    });
  });

  withCorpus('judges what it gets by the standards’ schemas', async () => {
    const unchecked = { ...surroundings(settings, '081110000000'), schemas: openSchemas(undefined) };
    const wrong = trial({}, { 'xbauk:universellerAntrag.antrag.1200': { artDesAntrags: 'x' } });
    wrong.surroundings = unchecked;
    expect(await wrong.attempt()).toMatchObject({
      kind: 'rejected',
      reasons: [{ detail: expect.stringContaining('9050') }],
    });
  });

  withCorpus('writes valid messages itself', async () => {
    const boxes = new Boxes();
    const schemas = openSchemas(corpus);
    for (const mode of ['decide', 'return'] as const) {
      boxes.plan = { mode, afterSeconds: 0, light: 1 };
      await boxes.delivered({
        messageId: `urn:${mode}-12345678`,
        author: 'bap:080000000000',
        reader: 'bab:081150000000',
        uuid,
        caseId: crypto.randomUUID(),
        service: 'urn:example:dienst',
        at: Date.now(),
      });
    }
    const verdicts = boxes.of('bap:080000000000').map(({ name, xml }) => [name, schemas.validate(xml)]);
    expect(verdicts).toHaveLength(3);
    for (const [name, verdict] of verdicts) expect([name, verdict]).toMatchObject([name, { kind: 'valid' }]);
  });
});
