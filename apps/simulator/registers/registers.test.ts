import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { call, type Question } from '#adapter-host/call.js';
import { loadAdapters, versionOf } from '#adapter-host/load.js';
import { bare } from '#adapter-host/surroundings.js';
import type { LookupRequest } from '#adapters/contract.js';
import { freePort } from '#launch/ports.js';
import { readSettings } from '#settings/settings.js';
import type { Json } from '#submission/vocabulary.js';
import { openLog } from '#telemetry/log.js';
import { anyPorts } from '../../../test/kit/any-ports.js';
import { startSimulator } from '../simulator.js';

const adapters = await loadAdapters();
let home: string;
let url: string;
let simulator: { close(): Promise<void> };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'registers-'));
  const settings = readSettings({
    ...anyPorts,
    STELLWERK_HOME: home,
    SIMULATOR_PORT: String(await freePort()),
  });
  url = settings.simulatorUrl;
  simulator = await startSimulator(settings, openLog('simulator', 'silent'));
});
afterAll(async () => {
  await simulator.close();
  rmSync(home, { recursive: true });
});

/** A task of an adapter with the values of `development.json`. */
class Task {
  readonly key = crypto.randomUUID();
  readonly values: Record<string, Json>;
  readonly request: LookupRequest;

  constructor(
    readonly adapter: string,
    path: string,
    request: Pick<LookupRequest, 'subject' | 'attributes'>,
    more: Record<string, Json> = {},
  ) {
    this.values = { [`${adapter}.baseUrl`]: `${url}/${path}`, [`${adapter}.token`]: `${adapter}-dev-token`, ...more };
    this.request = {
      submissionId: crypto.randomUUID(),
      leistung: '99050012104000',
      ars: '081150003003',
      purpose: 'Test',
      legalBasis: 'Test',
      ...request,
    };
  }

  lookup = () => this.#call({ call: 'lookup', request: this.request });
  status = (externalReference: string) => this.#call({ call: 'status', externalReference, request: this.request });

  #call(question: Question) {
    const adapter = versionOf(adapters.get(this.adapter)!, this.values[`${this.adapter}.version`])!;
    return call(
      {
        ...bare,
        adapter,
        values: this.values,
        idempotencyKey: this.key,
        attempt: 1,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        now: () => new Date(),
        checkpoint: async (_, data) => data,
        log() {},
      },
      question,
    );
  }
}

const effects = async (system: string) =>
  (await (await fetch(`${url}/control/effects/${system}`)).json()) as { idempotencyKey: string; ars: string }[];
const fault = (system: string, body: object) =>
  fetch(`${url}/control/faults/${system}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the Melderegister', () => {
  const erika = { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' };
  const kim = { familienname: 'Zwilling', geburtsdatum: '1990-02-14' };
  const vera = { familienname: 'Verborgen', geburtsdatum: '1981-08-08' };

  test('tells of several persons, of nobody it should not, and does not guess', async () => {
    const task = new Task('melderegister', 'melderegister', {
      subject: [erika, kim, vera, { ...kim, anschrift: { strasse: 'Spiegelweg' } }],
      attributes: ['einzugsdatum', 'hinweis'],
    });
    expect(await task.lookup()).toEqual({
      kind: 'found',
      source: 'Melderegister',
      ambiguous: 1,
      attributes: {
        einzugsdatum: ['2019-04-01', null, null, '2018-09-01'],
        hinweis: [
          null,
          'Mehrere Personen passen zu diesen Angaben.',
          'Zu diesen Angaben teilt das Melderegister nichts mit.',
          null,
        ],
      },
    });
    await task.lookup();
    const own = (await effects('melderegister')).filter(({ idempotencyKey }) => idempotencyKey === task.key);
    expect(own).toMatchObject([{ ars: '081150003003' }]);
  });

  test('answers version 1 about one person, as it always did', async () => {
    const asked = (subject: Json) =>
      new Task(
        'melderegister',
        'melderegister',
        { subject, attributes: ['einzugsdatum'] },
        { 'melderegister.version': '1' },
      ).lookup();
    expect(await asked(erika)).toMatchObject({ kind: 'found', attributes: { einzugsdatum: '2019-04-01' } });
    for (const subject of [kim, vera]) expect(await asked(subject)).toMatchObject({ kind: 'notFound' });
  });

  test('can be out of order for one municipality', async () => {
    const task = new Task('melderegister', 'melderegister', { subject: erika, attributes: ['anschrift'] });
    await fault('melderegister', { mode: 'busy', ars: '081150003003' });
    expect(await task.lookup()).toMatchObject({ kind: 'later' });
    await fault('melderegister', { mode: 'none' });
    expect(await task.lookup()).toMatchObject({ kind: 'found' });
  });
});

describe('the Handelsregister', () => {
  const attributes = ['firma', 'sitz', 'status', 'vertretung'];
  const asked = (gericht: string, art: string, nummer: string) =>
    new Task('handelsregister', 'handelsregister', { subject: { gericht, art, nummer }, attributes }).lookup();

  test('tells the entry of the court that was asked, although others have the same number', async () => {
    expect(await asked('Stuttgart', 'HRB', '990001')).toMatchObject({ attributes: { firma: 'Musterwerk GmbH' } });
    expect(await asked('Amtsgericht Ulm', 'hrb', 'HRB 990001')).toMatchObject({ attributes: { sitz: 'Ulm' } });
    expect(await asked('Freiburg', 'HRA', '0990006')).toMatchObject({ attributes: { firma: 'Rebhang Weinbau e. K.' } });
    expect(await asked('Mannheim', 'HRB', '990004KA')).toMatchObject({ attributes: { sitz: 'Karlsruhe' } });
  });

  test('finds what is deleted, and nothing where section, court or number are others', async () => {
    expect(await asked('Stuttgart', 'HRB', '990010')).toMatchObject({ attributes: { status: 'gelöscht' } });
    for (const [gericht, art, nummer] of [
      ['Freiburg', 'HRB', '990001'],
      ['Stuttgart', 'HRA', '990001'],
      ['Mannheim', 'HRB', '990004'],
    ] as const)
      expect(await asked(gericht, art, nummer)).toEqual({ kind: 'notFound', source: 'Handelsregister' });
  });
});

describe('the Nachweisdienst', () => {
  const asked = (kennzeichen: string, nachweistyp = 'fahrzeughaltung') =>
    new Task('nachweis', 'nachweise', {
      subject: { nachweistyp, gegenstand: { kennzeichen, familienname: 'Öztürk' } },
      attributes: ['merkmale', 'aussteller'],
    });
  const answerOf = async (task: Task) => {
    for (;;) {
      const answer = await task.status(task.key);
      if (answer.kind !== 'pending') return answer;
    }
  };

  test('answers later, once for each key', async () => {
    const task = asked('HN ST 1234');
    for (const _ of [1, 2])
      expect(await task.lookup()).toMatchObject({
        kind: 'pending',
        externalReference: task.key,
        askAgainAt: expect.any(Date),
      });
    expect(await answerOf(task)).toEqual({
      kind: 'found',
      source: 'Nachweisdienst: Zulassungsbehörde Heilbronn',
      attributes: {
        aussteller: 'Zulassungsbehörde Heilbronn',
        merkmale: { kennzeichen: 'HN-ST 1234', familienname: 'Öztürk', vornamen: 'Deniz' },
      },
    });
    const own = (await effects('nachweis')).filter(({ idempotencyKey }) => idempotencyKey === task.key);
    expect(own).toHaveLength(1);
  });

  test('knows nothing of other holders, and fails for evidence that it does not know', async () => {
    const [stranger, unknown] = [asked('S-ST 1984'), asked('HN-ST 1234', 'geburtsurkunde')];
    await Promise.all([stranger.lookup(), unknown.lookup()]);
    expect(await answerOf(stranger)).toEqual({ kind: 'notFound', source: 'Nachweisdienst' });
    expect(await answerOf(unknown)).toMatchObject({ kind: 'rejected' });
    expect(await asked('HN-ST 1234').status('never-asked')).toMatchObject({ kind: 'rejected' });
  });
});
