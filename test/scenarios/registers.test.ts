import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shipped } from '#processes/load.js';
import type { Json } from '#submission/vocabulary.js';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { openWorld } from '../kit/world.js';

const example = (folder: string, name: string) => readFileSync(join(shipped, folder, 'examples', name), 'utf8');
const [stuttgart, ulm, heilbronn, boeblingen] = [
  '081110000000',
  '084210000000',
  '081210000000',
  '081150003003',
] as const;
const [gewerbe, parken, wohnsitz] = ['99050012104000', '99108001001000', '99115005104000'] as const;

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;

beforeAll(async () => {
  target = await openTarget();
  world = await openWorld();
  for (const ars of [stuttgart, ulm, heilbronn, boeblingen])
    await world.setParameter(ars, '*', 'rest.baseUrl', target.url);
  await world.setParameter(ulm, gewerbe, 'gebuehr', 45);
  await Promise.all([world.gateway.start(), world.worker.start()]);
}, 60_000);
afterAll(async () => {
  await world?.close();
  await target?.close();
});

async function post(leistung: string, ars: string, body: string): Promise<string> {
  const answer = await world.post(leistung, ars, body);
  expect([answer.status, answer.ok ? '' : await answer.clone().text()]).toEqual([202, '']);
  return ((await answer.json()) as { submissionId: string }).submissionId;
}

/** What the Fachverfahren got, once it has it. */
async function arrived(submissionId: string): Promise<Record<string, Json>> {
  const effect = await eventually('the Fachverfahren has the submission', () =>
    target.effects.find((one) => one.submissionId === submissionId),
  );
  return JSON.parse(effect.body).message;
}

const effectsOf = async (system: string, submissionId: string) => {
  const all = await (await fetch(`${world.simulator.url}/control/effects/${system}`)).json();
  return (all as { submissionId: string; idempotencyKey: string }[]).filter((one) => one.submissionId === submissionId);
};

const tasksOf = async (submissionId: string) => {
  const { rows } = await world.db.query(
    `select t.task_id, t.step_name, t.outcome, a.adapter_version, a.call, a.polls
      from task t join attempt a using (task_id)
     where t.submission_id = $1 order by t.step, a.attempt`,
    [submissionId],
  );
  return rows;
};

describe('a register that answers later', () => {
  test('is asked once, polled, and its evidence reaches the Fachverfahren', async () => {
    const submissionId = await post(parken, heilbronn, example(`${parken}/1.1.0`, 'valid-mit-nachweis.json'));
    expect(await arrived(submissionId)).toMatchObject({
      fahrzeughaltung: {
        ergebnis: 'found',
        aussteller: 'Zulassungsbehörde Heilbronn',
        merkmale: { kennzeichen: 'HN-ST 1234', familienname: 'Öztürk', vornamen: 'Deniz' },
        dokument: { mimetype: 'application/pdf' },
      },
    });
    const tasks = await tasksOf(submissionId);
    const [lookup, poll] = tasks.filter((row) => row['step_name'] === 'fahrzeughaltung');
    expect([lookup, poll]).toMatchObject([{ call: 'lookup' }, { call: 'status', outcome: 'found' }]);
    expect(await effectsOf('nachweis', submissionId)).toMatchObject([{ idempotencyKey: lookup!['task_id'] }]);
    expect((await world.view(submissionId)).events.map(({ type }) => type)).toContain('lookup-pending');
  });

  test('P2 is not asked again when the worker dies while it waits', async () => {
    const submissionId = await post(parken, heilbronn, example(`${parken}/1.1.0`, 'valid-mit-nachweis.json'));
    await eventually(
      'the register has the request',
      async () => (await effectsOf('nachweis', submissionId)).length > 0,
    );
    await world.worker.kill();
    await world.worker.start();
    expect(await arrived(submissionId)).toMatchObject({ fahrzeughaltung: { ergebnis: 'found' } });
    expect(await effectsOf('nachweis', submissionId)).toHaveLength(1);
    expect(target.counts().get(submissionId)).toBe(1);
  });
});

test('what the Handelsregister says stands beside what the form says', async () => {
  const body = example(`${gewerbe}/1.1.0`, 'valid-gmbh-eingetragen.json').replace(
    '"Beispielrad GmbH"',
    '"Beispielrad AG"',
  );
  expect(await arrived(await post(gewerbe, ulm, body))).toMatchObject({
    betrieb: { register: { name: 'Beispielrad AG' } },
    handelsregister: {
      ergebnis: 'found',
      firma: 'Beispielrad GmbH',
      sitz: 'Karlsruhe',
      eintragung: 'aktiv',
      abweichungen: [{ formular: 'Beispielrad AG', register: 'Beispielrad GmbH' }],
    },
  });
});

test('the Melderegister is asked about a whole family in one message', async () => {
  const submissionId = await post(wohnsitz, stuttgart, example(`${wohnsitz}/1.1.0`, 'valid-familie-nebenwohnung.json'));
  expect(await arrived(submissionId)).toMatchObject({
    melderegister: {
      personen: [
        { familienname: 'Straßer', anschrift: { ort: 'Freiburg im Breisgau' } },
        { familienname: 'Šimić-Bauer', anschrift: { ort: 'Aalen' } },
        { hinweis: 'Zu diesen Angaben teilt das Melderegister nichts mit.' },
      ],
    },
  });
  expect(await effectsOf('melderegister', submissionId)).toHaveLength(1);
});

test('two municipalities ask the Melderegister by two versions, for the same Leistung', async () => {
  await world.setParameter(boeblingen, parken, 'gebuehr', 30);
  const body = example(parken, 'valid-erster-ausweis.json');
  const ids = await Promise.all([heilbronn, boeblingen].map((ars) => post(parken, ars, body)));
  for (const id of ids)
    expect(await arrived(id)).toMatchObject({ melderegister: { ergebnis: 'found', anschrift: { ort: 'Heilbronn' } } });
  const versions = await Promise.all(ids.map(async (id) => (await tasksOf(id))[0]!['adapter_version']));
  expect(versions).toEqual(['2.1.0', '1.0.0']);
});

test('registers that are down stop nobody', async () => {
  const down = (system: string, mode: string) =>
    fetch(`${world.simulator.url}/control/faults/${system}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode }),
    });
  await Promise.all(['melderegister', 'nachweis', 'handelsregister'].map((system) => down(system, 'down')));
  const body = example(`${parken}/1.1.0`, 'valid-mit-nachweis.json');
  const ids = await Promise.all(Array.from({ length: 8 }, () => post(parken, heilbronn, body)));
  for (const id of ids) expect(Object.keys(await arrived(id))).not.toContain('fahrzeughaltung');
  await Promise.all(['melderegister', 'nachweis', 'handelsregister'].map((system) => down(system, 'none')));
});
